// import 'tls' under securepair/register.
import tls from '../index.js';

export default tls;
export const {
  CLIENT_RENEG_LIMIT, CLIENT_RENEG_WINDOW, CleartextStream, DEFAULT_CIPHERS, DEFAULT_ECDH_CURVE, DEFAULT_MAX_VERSION, DEFAULT_MIN_VERSION,
  EncryptedStream, SecureContext, SecurePair, Server, TLSSocket, checkServerIdentity, connect, convertALPNProtocols, convertNPNProtocols,
  createSecureContext, createSecurePair, createServer, getCACertificates, getCiphers, rootCertificates, setDefaultCACertificates, versions,
} = tls;
