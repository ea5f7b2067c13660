'use strict';
// The user's options, checked and brought into the form that the addon reads. What is not known is no silent mistake: it is warned of.
const binding = require('./binding');
const { warn } = require('./report');

function wrongType(name, expected, got) {
  const is = got === null ? 'null' : typeof got;
  return Object.assign(new TypeError(`the option '${name}' is to be ${expected}, and is of type ${is}`), { code: 'ERR_INVALID_ARG_TYPE' });
}

// Each kind makes of a value that is given what the addon takes.
function bytes(name, value, encoding = 'utf8') {
  if (typeof value === 'string') return Buffer.from(value, encoding);
  if (ArrayBuffer.isView(value)) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  throw wrongType(name, 'a string or a Buffer', value);
}
const kinds = {
  bytes,
  // A file's content as v0.6 had it in a string: a byte a char.
  binary: (name, value) => bytes(name, value, 'latin1'),
  text: (name, value) => {
    if (typeof value === 'string') return value;
    if (Buffer.isBuffer(value)) return value.toString();
    throw wrongType(name, 'a string', value);
  },
  list: (name, value) => (Array.isArray(value) ? value : [value]).map((one) => bytes(name, one)),
  // An array is of names, a Buffer the wire format.
  protocols: (name, value) => {
    if (Array.isArray(value)) return value.map((one) => bytes(name, one));
    return typeof value === 'string' ? [bytes(name, value)] : bytes(name, value);
  },
  yes: (name, value) => Boolean(value),
  count: (name, value) => {
    if (Number.isSafeInteger(value)) return value;
    if (typeof value !== 'number') throw wrongType(name, 'a whole number', value);
    throw Object.assign(new RangeError(`the option '${name}' is to be a whole number, and is ${value}`), { code: 'ERR_OUT_OF_RANGE' });
  },
  clients: (name, value) => {
    const index = ['none', 'optional', 'required'].indexOf(value);
    if (index >= 0) return index;
    throw Object.assign(new TypeError(`the option '${name}' is 'none', 'optional' or 'required', and not ${String(value)}`),
      { code: 'ERR_INVALID_ARG_VALUE' });
  },
  call: (name, value) => {
    if (typeof value === 'function') return value;
    throw wrongType(name, 'a function', value);
  },
  // Looked at by whoever takes it.
  thing: (name, value) => value,
};

const credentials = {
  pfx: 'binary', key: 'bytes', passphrase: 'text', cert: 'bytes', ca: 'list', crl: 'list', ciphers: 'text', minVersion: 'text',
  maxVersion: 'text', securityLevel: 'count', caAppend: 'list',
};
const connection = {
  NPNProtocols: 'protocols', ALPNProtocols: 'protocols', handshakeTimeout: 'count', closeTimeout: 'count', keyUpdateLimit: 'count',
  allowTruncation: 'yes',
};
const limits = { clientRenegLimit: 'count', clientRenegWindow: 'count' };
const streams = { allowHalfOpen: 'yes', highWaterMark: 'count' };

const known = {
  credentials,
  server: {
    ...credentials, ...connection, ...limits, ...streams, requestCert: 'yes', rejectUnauthorized: 'yes', clientCertificate: 'clients',
    sessionIdContext: 'text', sessionTimeout: 'count', ticketSecret: 'bytes', keylogFile: 'text', SNICallback: 'call',
    sessionStore: 'thing',
  },
  connect: {
    ...credentials, ...connection, ...streams, host: 'text', port: 'thing', path: 'text', servername: 'text', socket: 'thing',
    rejectUnauthorized: 'yes', checkServerIdentity: 'call', session: 'bytes', sessionCache: 'yes', secureContext: 'thing', head: 'bytes',
    keylogFile: 'text', timeout: 'count',
  },
  renegotiate: {},
  pair: { ...connection, ...limits, servername: 'text', SNICallback: 'call' },
};

/** The options of `who`, of one of the kinds above; those that are undefined or null are left out. */
function read(kind, who, options) {
  if (options === undefined || options === null) return {};
  if (typeof options !== 'object') throw wrongType('options', 'an object', options);
  const table = known[kind];
  const result = {};
  for (const name in options) {
    const value = options[name];
    if (!Object.hasOwn(table, name)) warnUnknown(who, name);
    else if (value !== undefined && value !== null) result[name] = kinds[table[name]](name, value);
  }
  if (result.NPNProtocols !== undefined) warnWithoutNpn();
  return result;
}

const warned = new Set();
function once(key, code, message) {
  if (warned.has(key)) return;
  warned.add(key);
  warn(code, message);
}
function warnUnknown(who, name) {
  once(`${who} ${name}`, 'WARN_UNKNOWN_OPTION', `${who} does not know the option '${name}': it has no effect`);
}
function warnWithoutNpn() {
  if (!binding.hasNpn()) {
    once('npn', 'WARN_NO_NPN', 'this node\'s OpenSSL has no NPN: NPNProtocols is offered by ALPN alone');
  }
}

module.exports = { read, warnUnknown, wrongType };
