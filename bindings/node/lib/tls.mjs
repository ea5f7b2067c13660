// import 'tls' under securepair/register.
import tls from '../index.js';

export default tls;
export const {
  CLIENT_RENEG_LIMIT, CLIENT_RENEG_WINDOW, CleartextStream, EncryptedStream, SecureContext, SecurePair, Server, TLSSocket, checkServerIdentity,
  connect, convertALPNProtocols, convertNPNProtocols, createSecureContext, createSecurePair, createServer, getCiphers, rootCertificates,
  versions,
} = tls;
