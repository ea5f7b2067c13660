'use strict';
// secureOptions: OpenSSL's SSL_OP_ bits. One that holds here anyway, or that changes nothing since TLS 1.2, is taken; a version's narrows the
// range of versions; any other is refused, since it would not be done.
const { constants } = require('crypto');
const { wrongValue } = require('./mistakes');

const versions = [
  ['TLSv1', 'SSL_OP_NO_TLSv1'], ['TLSv1.1', 'SSL_OP_NO_TLSv1_1'], ['TLSv1.2', 'SSL_OP_NO_TLSv1_2'], ['TLSv1.3', 'SSL_OP_NO_TLSv1_3'],
];
const hold = [
  'SSL_OP_NO_SSLv2', 'SSL_OP_NO_SSLv3', 'SSL_OP_NO_COMPRESSION', 'SSL_OP_CIPHER_SERVER_PREFERENCE',
  'SSL_OP_NO_SESSION_RESUMPTION_ON_RENEGOTIATION', 'SSL_OP_ALL',
];
const refused = {
  SSL_OP_LEGACY_SERVER_CONNECT: 'an attacker can put data of his own before the handshake with a server that lacks RFC 5746',
  SSL_OP_ALLOW_UNSAFE_LEGACY_RENEGOTIATION: 'an attacker can put data of his own before a renegotiation without RFC 5746',
  SSL_OP_ALLOW_NO_DHE_KEX: 'it would give up forward secrecy of resumed sessions',
  SSL_OP_NO_ENCRYPT_THEN_MAC: 'it would bring back the padding attacks on CBC suites',
  SSL_OP_TLS_ROLLBACK_BUG: 'it would let the version be talked down',
  SSL_OP_NO_RENEGOTIATION: 'say clientRenegLimit: 0 of a server; a client is never made to renegotiate',
  SSL_OP_NO_TICKET: 'say sessionTimeout: 0 of a server whose sessions are not to be resumed, or give a sessionStore, which keeps them in ' +
    'place of tickets; sessionCache: false of a client',
  SSL_OP_PRIORITIZE_CHACHA: 'put the suites in the order that is meant, by `ciphers`',
  SSL_OP_NO_QUERY_MTU: 'it is of DTLS',
  SSL_OP_COOKIE_EXCHANGE: 'it is of DTLS',
  SSL_OP_CISCO_ANYCONNECT: 'it is of DTLS',
};

const has = (bits, name) => (bits & constants[name]) !== 0;

function refuseOthers(bits, keepsSessions) {
  for (const [name, why] of Object.entries(refused)) {
    const holds = name === 'SSL_OP_NO_TICKET' && keepsSessions;
    if (has(bits, name) && !holds) throw wrongValue('secureOptions', `has ${name}, which is not possible here: ${why}`);
  }
  const known = [...hold, ...Object.keys(refused), ...versions.map(([, name]) => name)];
  const unknown = known.reduce((left, name) => left & ~constants[name], bits) >>> 0;
  if (unknown !== 0) throw wrongValue('secureOptions', `has the bit 0x${unknown.toString(16)}, which crypto.constants has no name for`);
}

// Those between minVersion and maxVersion that no bit takes out. Undefined where a bound is no version, which the library says better.
function narrowed({ minVersion, maxVersion = 'TLSv1.3' }, bits) {
  const names = versions.map(([version]) => version);
  const last = names.indexOf(maxVersion);
  const first = minVersion === undefined ? Math.min(names.indexOf('TLSv1.2'), last) : names.indexOf(minVersion);
  if (first < 0 || last < first) return undefined;
  const left = versions.slice(first, last + 1).filter(([, name]) => !has(bits, name)).map(([version]) => version);
  if (left.length === 0) throw wrongValue('secureOptions', 'leaves no version of TLS');
  const isWhole = names.indexOf(left[left.length - 1]) - names.indexOf(left[0]) === left.length - 1;
  if (!isWhole) throw wrongValue('secureOptions', 'leaves a gap between versions of TLS: peers would be talked down to the lower ones');
  return left.length === last - first + 1 ? undefined : { minVersion: left[0], maxVersion: left[left.length - 1] };
}

/** The options with what secureOptions says done to minVersion and maxVersion, and without it. */
function withSecureOptions({ secureOptions, ...options }) {
  if (secureOptions === undefined) return options;
  if (secureOptions < -0x80000000 || secureOptions > 0xffffffff) {
    throw wrongValue('secureOptions', `is no sum of SSL_OP_ bits: it has more than 32, ${secureOptions}`);
  }
  refuseOthers(secureOptions, options.sessionStore !== undefined);
  return { ...options, ...narrowed(options, secureOptions) };
}

module.exports = { withSecureOptions };
