'use strict';
// Today's getCACertificates() and setDefaultCACertificates(): Node's, and on one that has none what can be done without.
const node = require('tls');
const { X509Certificate } = require('crypto');
const { mistake } = require('./mistakes');
const { chooseRoots, defaultRoots, extraRoots } = require('./roots');

const lists = {
  default: defaultRoots,
  bundled: () => [...node.rootCertificates],
  extra: extraRoots,
  system: () => {
    throw mistake(Error, 'ERR_METHOD_NOT_IMPLEMENTED', `node ${process.version} cannot read the system's certificates: 22.15 and later can`);
  },
};

/** The PEM of those that are trusted by default, that Node brings, that NODE_EXTRA_CA_CERTS adds, or that the system has. */
function getCACertificates(type = 'default') {
  if (type !== 'default' && typeof node.getCACertificates === 'function') return node.getCACertificates(type);
  if (Object.hasOwn(lists, type)) return lists[type]();
  throw mistake(TypeError, 'ERR_INVALID_ARG_VALUE',
    `getCACertificates() takes 'default', 'bundled', 'extra' or 'system', and not ${String(type)}`);
}

/**
 * What is trusted where no `ca` is given, in the whole process, and by Node's own tls where that can be told so. It has to come before the
 * first connection that needs it.
 */
function setDefaultCACertificates(certificates) {
  const list = checked(certificates);
  chooseRoots(list);
  if (typeof node.setDefaultCACertificates === 'function') node.setDefaultCACertificates(list);
}

function checked(certificates) {
  if (!Array.isArray(certificates)) {
    throw mistake(TypeError, 'ERR_INVALID_ARG_TYPE', 'setDefaultCACertificates() takes an array of certificates');
  }
  if (certificates.length === 0) {
    throw mistake(TypeError, 'ERR_INVALID_ARG_VALUE', 'setDefaultCACertificates() takes one certificate or more: who trusts nobody connects ' +
      'to nobody');
  }
  // One that cannot be read throws.
  return certificates.map((one) => new X509Certificate(one).toString());
}

module.exports = { getCACertificates, setDefaultCACertificates };
