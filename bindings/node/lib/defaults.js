'use strict';
// tls.DEFAULT_...: what a later context takes over that is not told. While they are what they were the library has its own, which is the same.

const initial = {
  DEFAULT_MIN_VERSION: 'TLSv1.2',
  DEFAULT_MAX_VERSION: 'TLSv1.3',
  // Where openssl.cnf has no other.
  DEFAULT_CIPHERS: 'TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256:DEFAULT',
  DEFAULT_ECDH_CURVE: 'auto',
};
const options = {
  DEFAULT_MIN_VERSION: 'minVersion', DEFAULT_MAX_VERSION: 'maxVersion', DEFAULT_CIPHERS: 'ciphers', DEFAULT_ECDH_CURVE: 'ecdhCurve',
};

/** Those that have been set, as options. */
function changedDefaults() {
  const tls = require('../index');
  const changed = {};
  for (const [name, option] of Object.entries(options)) if (tls[name] !== initial[name]) changed[option] = tls[name];
  return changed;
}

module.exports = { changedDefaults, initial };
