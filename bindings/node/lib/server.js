'use strict';
const cluster = require('cluster');
const net = require('net');
const { EventEmitter } = require('events');
const binding = require('./binding');
const Carrier = require('./carrier');
const CleartextStream = require('./cleartext_stream');
const { SharedPort, tellListening, whenDisconnected } = require('./cluster');
const { contextOf } = require('./credentials');
const { on, open, scope } = require('./events');
const { listenArguments } = require('./listen_arguments');
const { bytes, mistake, typed, whole } = require('./mistakes');
const { read } = require('./options');
const { askForOcsp, askForSession, chosenProtocol, serversKey, storeOf } = require('./questions');
const { RawSocket, rawOf } = require('./raw_socket');
const { giveRoots } = require('./roots');
const { askForContext } = require('./sni');
const { newTicketKeys, noTickets, ticketKeys, withTicketKeys } = require('./ticket_keys');

const state = Symbol('server');

/** "This class is a subclass of net.Server and has the same methods on it." May be called without `new`. */
function Server(options, secureConnectionListener) {
  if (!(this instanceof Server)) return new Server(options, secureConnectionListener);
  const [given, listener] = typeof options === 'function' ? [undefined, options] : [options, secureConnectionListener];
  EventEmitter.call(this);
  open(this);
  this[state] = makeState(this, given);
  if (listener !== undefined) this.on('secureConnection', listener);
}
Object.setPrototypeOf(Server, net.Server);
Object.setPrototypeOf(Server.prototype, net.Server.prototype);

function makeState(server, options) {
  const tls = require('../index');
  const taken = read('server', 'createServer()', options);
  const {
    SNICallback, sessionStore, ALPNCallback, pskCallback, allowHalfOpen, highWaterMark, noDelay, keepAlive, keepAliveInitialDelay, ...given
  } = withTicketKeys(taken);
  const asks = {
    contexts: SNICallback !== undefined, sessions: sessionStore !== undefined, protocols: ALPNCallback !== undefined,
    psk: pskCallback !== undefined,
  };
  given.clientRenegLimit ??= whole('CLIENT_RENEG_LIMIT', tls.CLIENT_RENEG_LIMIT);
  given.clientRenegWindow ??= whole('CLIENT_RENEG_WINDOW', tls.CLIENT_RENEG_WINDOW);
  const trusts = given.requestCert || given.clientCertificate > 0;
  if (trusts && given.ca === undefined) giveRoots();
  return {
    handle: binding.createServer(server, given, asks),
    SNICallback,
    sessionStore,
    /** Where sessions lie that are in no tickets. */
    sessionsAre: sessionStore && 'in `sessionStore`',
    ALPNCallback,
    pskCallback,
    ticketKeys: taken.ticketKeys,
    hasTicketSecret: given.ticketSecret !== undefined,
    tcp: { noDelay, keepAlive, keepAliveInitialDelay },
    streams: { allowHalfOpen: allowHalfOpen ?? false, highWaterMark },
    raws: new Map(),
    secured: new Map(),
    /** From listen() until close(), or an error. */
    running: false,
    listening: false,
    shared: null,
    isWorkers: false,
    forgetWorker: () => {},
    tellsKeys: false,
    maxConnections: undefined,
  };
}

const methods = {
  /**
   * listen(port, [host], [backlog], [callback]), listen(path, ...), or listen({port, host, path, fd, backlog, reusePort, exclusive, signal},
   * ...).
   */
  listen(...args) {
    const { where, callback } = listenArguments(args);
    begin(this, where);
    this[state].running = true;
    if (callback !== undefined) this.once('listening', callback);
    if (where.signal !== undefined) closeAt(this, where.signal);
    return this;
  },
  /** "Stops the server from accepting new connections." `callback` is called at `close`. */
  close(callback) {
    const own = this[state];
    if (typeof callback === 'function') {
      if (own.running) {
        this.once('close', callback);
      } else {
        const error = Object.assign(new Error('Server is not running.'), { code: 'ERR_SERVER_NOT_RUNNING' });
        process.nextTick(callback, error);
      }
    }
    // One that waits for its port is not the library's yet.
    if (own.shared !== null && binding.serverAddress(own.handle) === null) process.nextTick(() => this.emit('close'));
    binding.closeServer(own.handle);
    ended(own);
    return this;
  },
  [Symbol.asyncDispose ?? Symbol('asyncDispose')]() {
    return new Promise((resolve) => {
      this.close(() => resolve());
    });
  },
  /** "Returns the bound address and port of the server as reported by the operating system." Null while it is not bound. */
  address() {
    const address = binding.serverAddress(this[state].handle);
    return address?.family === 'Unix' ? address.address : address;
  },
  getConnections(callback) {
    process.nextTick(callback, null, this.connections);
    return this;
  },
  /** Accepts no connection for this time; those that come meanwhile wait. */
  pause(milliseconds = 1000) {
    binding.pauseServer(this[state].handle, whole('the time of pause(), in milliseconds,', milliseconds));
  },
  /** The process need not run on for this server's sake; its connections keep it running as ever. */
  unref() {
    binding.keepServerRunning(this[state].handle, false);
    return this;
  },
  ref() {
    binding.keepServerRunning(this[state].handle, true);
    return this;
  },

  /** "Add secure context that will be used if client request's SNI hostname is matching passed hostname (wildcards can be used)." */
  addContext(hostname, credentials) {
    binding.addContext(this[state].handle, typed('the hostname of addContext()', 'string', hostname), contextOf(credentials, 'addContext()'));
  },
  removeContext(hostname) {
    return binding.removeContext(this[state].handle, typed('the hostname of removeContext()', 'string', hostname));
  },
  setSecureContext(credentials) {
    binding.setSecureContext(this[state].handle, contextOf(credentials, 'setSecureContext()'));
  },
  setTicketSecret(secret) {
    const own = this[state];
    if (own.sessionsAre !== undefined) throw noTickets(own.sessionsAre);
    binding.setTicketSecret(own.handle, Buffer.from(secret));
    own.ticketKeys = undefined;
    own.hasTicketSecret = true;
  },
  /** Today's setTicketSecret(), of 48 bytes. */
  setTicketKeys(keys) {
    const given = ticketKeys(keys, 'what setTicketKeys() takes');
    this.setTicketSecret(given);
    this[state].ticketKeys = given;
  },
  /** What other servers are to be given. Where there are none yet, they are made. */
  getTicketKeys() {
    const own = this[state];
    if (own.ticketKeys === undefined) {
      if (own.hasTicketSecret) throw mistake(Error, 'ERR_OPTION_CONFLICT', 'this server has a `ticketSecret`, which is not told again');
      this.setTicketKeys(newTicketKeys());
    }
    return Buffer.from(own.ticketKeys);
  },
  forgetTicketSecretBefore() {
    binding.forgetTicketSecretBefore(this[state].handle);
  },
  /**
   * Serves an open Duplex. `head` is what has been read of it beyond the point from which the client speaks TLS. "secureConnection" comes with
   * the stream that this returns, or "clientError".
   */
  secure(duplex, head = Buffer.alloc(0)) {
    const { handle, secured, streams } = this[state];
    bytes('the head of secure()', head);
    const carrier = new Carrier(duplex);
    const { stream: made, id } = binding.secure(handle, carrier.handle, head);
    const stream = CleartextStream._accepted(made, this, streams, carrier);
    remember(secured, id, stream);
    carrier.begin();
    return stream;
  },

  on(name, listener) {
    hear(this, name);
    return EventEmitter.prototype.on.call(this, name, listener);
  },
  prependListener(name, listener) {
    hear(this, name);
    return EventEmitter.prototype.prependListener.call(this, name, listener);
  },
  addListener(name, listener) {
    return this.on(name, listener);
  },
  /** What somebody else has accepted, given by emit('connection', duplex), is served too. */
  emit(name, ...args) {
    if (name === 'connection' && !(args[0] instanceof RawSocket)) this.secure(args[0]);
    return EventEmitter.prototype.emit.call(this, name, ...args);
  },
};

// A worker of a cluster shares the port that it is given, and tells the primary.
function begin(server, where) {
  const own = server[state];
  if (own.shared !== null) {
    throw Object.assign(new Error('listen() was called on a server that listens already'), { code: 'ERR_SERVER_ALREADY_LISTEN' });
  }
  own.isWorkers = cluster.isWorker && !where.exclusive;
  if (where.backlog !== undefined) binding.setBacklog(own.handle, where.backlog);
  binding.setReusePort(own.handle, Boolean(where.reusePort) || own.isWorkers);
  if (where.fd !== undefined) return binding.listenOnDescriptor(own.handle, where.fd);
  if (where.path !== undefined) return binding.listenOnPath(own.handle, where.path);
  const listen = (port) => binding.listen(own.handle, port, where.host ?? '0.0.0.0');
  if (where.port !== 0 || !own.isWorkers) return listen(where.port);
  own.shared = new SharedPort((port) => attempt(server, () => listen(port)), (error) => failed(server, error));
  return undefined;
}

function attempt(server, action) {
  try {
    action();
  } catch (error) {
    failed(server, error);
  }
}

function failed(server, error) {
  ended(server[state]);
  server.emit('error', error);
}

function ended(own) {
  own.running = own.listening = false;
  own.shared?.close();
  own.shared = null;
  own.forgetWorker();
}

// Until its end: what the library tells of it is of this one.
function remember(secured, id, stream) {
  secured.set(id, stream);
  stream.once('close', () => secured.delete(id));
}

// The stream of a connection that is told of before its handshake is done.
function early(server, handle, id) {
  const { secured, streams } = server[state];
  if (!secured.has(id)) remember(secured, id, CleartextStream._accepted(handle, server, streams));
  return secured.get(id);
}

// The events that cost something where nobody listens.
function hear(server, name) {
  const own = server[state];
  if (name === 'connection') binding.tellConnections(own.handle);
  if (name === 'OCSPRequest') binding.askForStatuses(own.handle);
  if (name === 'newSession' || name === 'resumeSession') storeByListeners(server);
  if (name === 'keylog' && !own.tellsKeys) {
    own.tellsKeys = true;
    binding.tellServerKeys(own.handle);
  }
}

const withListeners = "in the hands of the listeners of 'newSession' and 'resumeSession'";

function storeByListeners(server) {
  const own = server[state];
  if (own.sessionsAre === withListeners) return;
  if (own.sessionsAre !== undefined) {
    throw mistake(Error, 'ERR_OPTION_CONFLICT', "`sessionStore` and listeners of 'newSession' and 'resumeSession' are mutually exclusive: " +
      'either keeps all sessions');
  }
  if (own.hasTicketSecret) throw noTickets(withListeners);
  binding.storeSessions(own.handle);
  own.sessionStore = storeOf(server);
  own.sessionsAre = withListeners;
}

function closeAt(server, signal) {
  const close = () => server.close();
  if (signal.aborted) return process.nextTick(close);
  signal.addEventListener('abort', close, { once: true });
  server.once('close', () => signal.removeEventListener('abort', close));
  return undefined;
}

for (const [name, value] of Object.entries(Object.getOwnPropertyDescriptors(methods))) {
  Object.defineProperty(Server.prototype, name, { ...value, enumerable: false });
}

Object.defineProperties(Server.prototype, {
  listening: {
    get() {
      return this[state].listening;
    },
  },
  /** "The number of concurrent connections on the server." */
  connections: {
    get() {
      return binding.connections(this[state].handle);
    },
  },
  /** "Set this property to reject connections when the server's connection count gets high." */
  maxConnections: {
    get() {
      return this[state].maxConnections;
    },
    set(most) {
      binding.setMaxConnections(this[state].handle, whole('maxConnections', most ?? 0));
      this[state].maxConnections = most;
    },
  },
});

// What the addon tells.
Object.assign(Server.prototype, {
  [on.listening]() {
    const own = this[state];
    own.listening = true;
    if (own.isWorkers) {
      tellListening(this.address());
      own.forgetWorker = whenDisconnected(() => this.close());
    }
    this.emit('listening');
  },
  [on.serverError](error) {
    if (error.code === 'EADDRINUSE' && this[state].shared?.again()) return;
    failed(this, error);
  },
  [on.serverClose]() {
    this.emit('close');
  },
  [on.connection](handle, id) {
    const raw = new RawSocket(handle);
    const { raws } = this[state];
    raws.set(id, raw);
    raw.once('close', () => raws.delete(id));
    this.emit('connection', raw);
  },
  [on.drop](local, remote) {
    this.emit('drop', {
      localAddress: local?.address, localPort: local?.port, localFamily: local?.family,
      remoteAddress: remote?.address, remotePort: remote?.port, remoteFamily: remote?.family,
    });
  },
  [on.secureConnection](handle, id) {
    const { secured, streams, tcp } = this[state];
    const stream = secured.get(id) ?? CleartextStream._accepted(handle, this, streams);
    if (tcp.noDelay === false) stream.setNoDelay(false);
    if (tcp.keepAlive) stream.setKeepAlive(true, tcp.keepAliveInitialDelay);
    stream[scope].runInAsyncScope(() => this.emit('secureConnection', stream));
  },
  [on.clientError](error, peer, carrier, id) {
    if (this.listenerCount('clientError') === 0 && this.listenerCount('tlsClientError') === 0) return;
    error.peer = peer;
    const raw = this[state].raws.get(id) ?? rawOf(carrier);
    this.emit('clientError', error, raw);
    this.emit('tlsClientError', error, raw);
  },
  [on.serverKeylog](line, handle, id) {
    this.emit('keylog', line, early(this, handle, id));
  },
  [on.sni](name, answer) {
    askForContext(this, this[state].SNICallback, name, answer);
  },
  [on.alpn](servername, protocols) {
    return chosenProtocol(this, this[state].ALPNCallback, servername, protocols);
  },
  [on.ocsp](certificate, issuer, answer) {
    askForOcsp(this, certificate, issuer, answer);
  },
  [on.serverPsk](handle, id, identity) {
    return serversKey(this, this[state].pskCallback, early(this, handle, id), identity);
  },
  [on.sessionPut](id, session, lifetime) {
    this[state].sessionStore.put(id, session, lifetime);
  },
  [on.sessionFind](id, answer) {
    askForSession(this[state].sessionStore, id, answer);
  },
  [on.sessionRemove](id) {
    this[state].sessionStore.remove(id);
  },
});

module.exports = Server;
