'use strict';
// The well-known authorities, under Node: those that Node trusts by default, NODE_EXTRA_CA_CERTS among them.
const fs = require('fs');
const tls = require('tls');
const binding = require('./binding');

let given = false;

function extraRoots() {
  const file = process.env.NODE_EXTRA_CA_CERTS;
  if (file === undefined || file === '') return [];
  try {
    return [fs.readFileSync(file, 'utf8')];
  } catch {
    return []; // Node has warned of it
  }
}

function nodesRoots() {
  if (typeof tls.getCACertificates === 'function') return tls.getCACertificates('default');
  return [...tls.rootCertificates, ...extraRoots()];
}

/** Before a context is made that may need them. They are read once a process. */
function giveRoots() {
  if (given) return;
  given = true;
  const roots = nodesRoots();
  if (roots.length > 0) binding.setSystemRoots(Buffer.from(roots.join('\n')));
}

module.exports = { giveRoots };
