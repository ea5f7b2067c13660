'use strict';
// The user's options, checked and brought into the form that the addon reads. What is not known is no silent mistake: it is warned of.
const binding = require('./binding');
const { changedDefaults } = require('./defaults');
const { mistake, outOfRange, whole, wrongType, wrongValue } = require('./mistakes');
const { warn } = require('./report');
const { withSecureOptions } = require('./secure_options');
const { withSecureProtocol } = require('./secure_protocol');
const { ticketKeys } = require('./ticket_keys');

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
    throw outOfRange(name, 'a whole number', value);
  },
  // From 0 on, or from a number below.
  whole: (name, value) => whole(`the option '${name}'`, value),
  int: (name, value) => whole(`the option '${name}'`, value, -(2 ** 31)),
  size: (name, value) => {
    if (typeof value !== 'number') throw wrongType(name, 'a number', value);
    if (!(value >= 1)) throw outOfRange(name, '1 or more', value);
    return value;
  },
  clients: (name, value) => {
    const index = ['none', 'optional', 'required'].indexOf(value);
    if (index >= 0) return index;
    throw wrongValue(name, `is 'none', 'optional' or 'required', and not ${String(value)}`);
  },
  call: (name, value) => {
    if (typeof value === 'function') return value;
    throw wrongType(name, 'a function', value);
  },
  store: (name, value) => {
    const missing = ['put', 'find', 'remove'].find((method) => typeof value[method] !== 'function');
    if (missing === undefined) return value;
    throw mistake(TypeError, 'ERR_INVALID_ARG_TYPE', `the option '${name}' is to be an object with put, find and remove: it has no ${missing}()`);
  },
  signal: (name, value) => {
    if (value instanceof AbortSignal) return value;
    throw wrongType(name, 'an AbortSignal', value);
  },
  ticketKeys: (name, value) => ticketKeys(value, `the option '${name}'`),
  // What is not to be had.
  dhparam: (name, value) => {
    if (value === 'auto') return value;
    throw wrongValue(name, "is 'auto' or left out: groups of one's own cannot be checked by anybody. With 'auto' a server of TLS 1.2 has " +
      'suites with DHE, in well-known groups; without, ECDHE alone');
  },
  compression: (name) => {
    once(name, 'WARN_NOT_AVAILABLE', `'${name}' is not available: certificates are sent as they are`);
  },
  pausing: (name, value) => {
    if (value) {
      throw wrongValue(name, 'cannot be had: a handshake has to read. pause() the stream at `secureConnection`, or give a paused socket of ' +
        'net.createServer({ pauseOnConnect: true }) to server.secure() later');
    }
  },
  servers: (name) => {
    warnWithoutEffect(name, "connect(): it is a server's");
  },
  // Looked at by whoever takes it.
  thing: (name, value) => value,
};

const credentials = {
  pfx: 'binary', key: 'bytes', passphrase: 'text', cert: 'bytes', ca: 'list', crl: 'list', ciphers: 'text', minVersion: 'text',
  maxVersion: 'text', securityLevel: 'int', caAppend: 'list',
  secureProtocol: 'text', secureOptions: 'count', dhparam: 'dhparam', certificateCompression: 'compression', groups: 'text',
  ecdhCurve: 'text', sigalgs: 'text', honorCipherOrder: 'yes', allowPartialTrustChain: 'yes',
};
const connection = {
  NPNProtocols: 'protocols', ALPNProtocols: 'protocols', handshakeTimeout: 'count', closeTimeout: 'count', keyUpdateLimit: 'int',
  allowTruncation: 'yes', enableTrace: 'yes',
};
const limits = { clientRenegLimit: 'int', clientRenegWindow: 'count' };
const streams = { allowHalfOpen: 'yes', highWaterMark: 'whole' };
const tcp = { noDelay: 'yes', keepAlive: 'yes', keepAliveInitialDelay: 'count' };
// net.connect() looks at them.
const overNet = {
  lookup: 'thing', family: 'thing', hints: 'thing', localAddress: 'thing', localPort: 'thing', autoSelectFamily: 'thing',
  autoSelectFamilyAttemptTimeout: 'thing',
};

const known = {
  credentials,
  server: {
    ...credentials, ...connection, ...limits, ...streams, requestCert: 'yes', rejectUnauthorized: 'yes', clientCertificate: 'clients',
    sessionIdContext: 'text', sessionTimeout: 'count', ticketSecret: 'bytes', keylogFile: 'text', SNICallback: 'call',
    sessionStore: 'store', ...tcp, ticketKeys: 'ticketKeys', pauseOnConnect: 'pausing',
    ALPNCallback: 'call', pskCallback: 'call', pskIdentityHint: 'text',
  },
  connect: {
    ...credentials, ...connection, ...streams, host: 'text', port: 'thing', path: 'text', servername: 'text', socket: 'thing',
    rejectUnauthorized: 'yes', checkServerIdentity: 'call', session: 'bytes', sessionCache: 'yes', secureContext: 'thing', head: 'bytes',
    keylogFile: 'text', timeout: 'whole', ...tcp, ...overNet, minDHSize: 'size', signal: 'signal',
    requestOCSP: 'yes', pskCallback: 'call', dhparam: 'servers', honorCipherOrder: 'servers',
  },
  renegotiate: {},
  pair: {
    ...connection, ...limits, servername: 'text', SNICallback: 'call', ALPNCallback: 'call', session: 'bytes', requestOCSP: 'yes',
  },
};

const sides = { server: 'server', connect: 'client' };

/** The options of `who`, of one of the kinds above; those that are undefined or null are left out. */
function read(kind, who, options) {
  const given = options ?? {};
  if (typeof given !== 'object') throw wrongType('options', 'an object', given);
  const result = check(known[kind], who, given);
  return 'ciphers' in known[kind] ? withPolicy(result, kind, who) : result;
}

// What a context is made of, as the addon reads it.
function withPolicy(given, kind, who) {
  const options = withSecureProtocol(given, sides[kind]);
  const defaults = given.secureContext === undefined ? check(known[kind], who, changedDefaults()) : {};
  return withSecureOptions(withGroups(options, defaults));
}

// Today's name for the groups is that of the curves that they once all were.
function withGroups({ ecdhCurve, ...options }, { ecdhCurve: byDefault, ...defaults }) {
  if (ecdhCurve !== undefined && options.groups !== undefined) {
    throw mistake(TypeError, 'ERR_OPTION_CONFLICT', '`ecdhCurve` and `groups` are mutually exclusive: they are two names of one option');
  }
  const groups = options.groups ?? ecdhCurve ?? byDefault;
  return { ...defaults, ...options, groups: groups === 'auto' ? undefined : groups };
}

function check(table, who, options) {
  const result = {};
  // An https.Agent hands on whatever its request was made of.
  const isOfARequest = '_defaultAgent' in options;
  for (const name in options) {
    const value = options[name];
    if (!Object.hasOwn(table, name)) {
      if (!isOfARequest) warnUnknown(who, name);
    } else if (value !== undefined && value !== null) {
      result[name] = kinds[table[name]](name, value);
    }
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
/** `where` says on what, and why. */
function warnWithoutEffect(name, where) {
  once(`${where} ${name}`, 'WARN_OPTION_WITHOUT_EFFECT', `the option '${name}' has no effect on ${where}`);
}
function warnWithoutNpn() {
  if (!binding.hasNpn()) {
    once('npn', 'WARN_NO_NPN', 'this node\'s OpenSSL has no NPN: NPNProtocols is offered by ALPN alone');
  }
}

module.exports = { read, warnUnknown, warnWithoutEffect, wrongType };
