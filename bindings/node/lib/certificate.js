'use strict';
// A certificate as Node has it: the library's object, which is the page's, with what Node tells besides.
const { X509Certificate } = require('crypto');

const added = ['infoAccess', 'ca', 'bits', 'exponent', 'pubkey', 'asn1Curve', 'nistCurve', 'fingerprint512'];

/** {} stays so: no certificate has been shown. */
function completed(certificate) {
  if (certificate.raw === undefined) return certificate;
  const nodes = new X509Certificate(certificate.raw).toLegacyObject();
  const { subject, issuer, issuerCertificate } = certificate;
  const result = { ...certificate, subject: { ...subject, ...nodes.subject }, issuer: { ...issuer, ...nodes.issuer } };
  for (const name of added) if (nodes[name] !== undefined) result[name] = nodes[name];
  if (issuerCertificate !== undefined) result.issuerCertificate = completed(issuerCertificate);
  return result;
}

module.exports = { completed };
