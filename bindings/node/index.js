'use strict';
// The page's module: require('securepair'), or require('tls') under securepair/register.
const node = require('tls');
const binding = require('./lib/binding');
const CleartextStream = require('./lib/cleartext_stream');
const { SecureContext, createCredentials } = require('./lib/credentials');
const defaults = require('./lib/defaults');

/** Its `CLIENT_RENEG_LIMIT`, `CLIENT_RENEG_WINDOW` and `DEFAULT_`s may be set: what is made afterwards takes them over. */
const tls = module.exports;

/** "renegotiation limit, default is 3." */
tls.CLIENT_RENEG_LIMIT = 3;
/** "renegotiation window in seconds, default is 10 minutes." */
tls.CLIENT_RENEG_WINDOW = 600;

tls.CleartextStream = CleartextStream;
tls.Server = require('./lib/server');
tls.createServer = function createServer(options, secureConnectionListener) {
  return new tls.Server(options, secureConnectionListener);
};
tls.connect = require('./lib/connect');
Object.assign(tls, require('./lib/secure_pair'));

// Today's names.
Object.assign(tls, defaults.initial, require('./lib/ca_certificates'));
tls.TLSSocket = CleartextStream;
tls.SecureContext = SecureContext;
tls.createSecureContext = createCredentials;
for (const name of ['checkServerIdentity', 'convertALPNProtocols', 'getCiphers']) tls[name] = node[name];
tls.convertNPNProtocols = function convertNPNProtocols(protocols, out) {
  const wire = {};
  node.convertALPNProtocols(protocols, wire);
  out.NPNProtocols = wire.ALPNProtocols;
};
Object.defineProperty(tls, 'rootCertificates', { enumerable: true, get: () => node.rootCertificates });

/** Of this package, and of the OpenSSL and the libuv that it runs with: Node's. */
tls.versions = () => binding.versions();
