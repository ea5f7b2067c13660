'use strict';
// The well-known authorities, under Node: those that Node trusts by default, NODE_EXTRA_CA_CERTS among them.
const fs = require('fs');
const tls = require('tls');
const binding = require('./binding');

let given = false;
let chosen = null;

const pem = /-----BEGIN ((?:X509 |TRUSTED )?CERTIFICATE)-----[^-]+-----END \1-----/g;

function extraRoots() {
  const file = process.env.NODE_EXTRA_CA_CERTS;
  if (file === undefined || file === '') return [];
  try {
    return fs.readFileSync(file, 'utf8').match(pem) ?? [];
  } catch {
    return []; // Node has warned of it
  }
}

/** In PEM. */
function defaultRoots() {
  if (chosen !== null) return [...chosen];
  if (typeof tls.getCACertificates === 'function') return tls.getCACertificates('default');
  return [...tls.rootCertificates, ...extraRoots()];
}

/** Before a context is made that may need them. They are read once a process. */
function giveRoots() {
  if (given) return;
  given = true;
  const roots = defaultRoots();
  if (roots.length > 0) binding.setSystemRoots(Buffer.from(roots.join('\n')));
}

/** Puts others in their place, as long as nobody has needed them. */
function chooseRoots(roots) {
  if (!binding.setSystemRoots(Buffer.from(roots.join('\n')))) {
    throw Object.assign(new Error('the default certificates have been read, once for the whole process: choose others before the first ' +
      'connection that needs them, or give `ca`'), { code: 'ERR_INVALID_STATE' });
  }
  given = true;
  chosen = roots;
}

module.exports = { chooseRoots, defaultRoots, extraRoots, giveRoots };
