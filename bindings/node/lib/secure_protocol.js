'use strict';
// secureProtocol: OpenSSL's old names for a version of TLS, or for any.
const { mistake } = require('./mistakes');

const names = /^(TLS|SSLv23|TLSv1|TLSv1_1|TLSv1_2)(?:_(client|server))?_method$/;
const versions = { TLSv1: 'TLSv1', TLSv1_1: 'TLSv1.1', TLSv1_2: 'TLSv1.2' };

function refuse(name, why) {
  return mistake(TypeError, 'ERR_TLS_INVALID_PROTOCOL_METHOD', `secureProtocol '${name}' ${why}: 'TLS_method' is for any version from ` +
    'TLS 1.2 on, \'TLSv1_2_method\' for TLS 1.2 alone; for TLS 1.3 alone say minVersion: \'TLSv1.3\' in its place');
}

// Undefined: any version.
function versionOf(name, side) {
  if (/^SSLv[23]_/.test(name)) throw refuse(name, 'is of a protocol that is broken, and not to be had');
  const [, method, itsSide = side] = names.exec(name) ?? [];
  if (method === undefined) throw refuse(name, 'is no name of a protocol');
  if (side !== undefined && itsSide !== side) throw refuse(name, `is for a ${itsSide}, and this is a ${side}`);
  return versions[method];
}

/** The options with minVersion and maxVersion in place of secureProtocol. `side`: 'client', 'server', or undefined for either. */
function withSecureProtocol({ secureProtocol, ...options }, side) {
  if (!secureProtocol) return options;
  const other = options.minVersion ?? options.maxVersion;
  if (other !== undefined) {
    throw mistake(TypeError, 'ERR_TLS_PROTOCOL_VERSION_CONFLICT',
      `TLS protocol version '${other}' conflicts with secureProtocol '${secureProtocol}': give the one or the other`);
  }
  const version = versionOf(secureProtocol, side);
  return version === undefined ? options : { ...options, minVersion: version, maxVersion: version };
}

module.exports = { withSecureProtocol };
