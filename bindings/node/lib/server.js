'use strict';
const cluster = require('cluster');
const net = require('net');
const { EventEmitter } = require('events');
const binding = require('./binding');
const Carrier = require('./carrier');
const CleartextStream = require('./cleartext_stream');
const { contextOf } = require('./credentials');
const { on, open, scope } = require('./events');
const { listenArguments } = require('./listen_arguments');
const { read } = require('./options');
const { RawSocket, rawOf } = require('./raw_socket');
const { giveRoots } = require('./roots');
const { askForContext } = require('./sni');

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
  const { SNICallback, sessionStore, allowHalfOpen, highWaterMark, ...given } = read('server', 'createServer()', options);
  given.clientRenegLimit ??= tls.CLIENT_RENEG_LIMIT;
  given.clientRenegWindow ??= tls.CLIENT_RENEG_WINDOW;
  const trusts = given.requestCert || given.clientCertificate > 0;
  if (trusts && given.ca === undefined) giveRoots();
  return {
    handle: binding.createServer(server, given, SNICallback !== undefined, sessionStore !== undefined),
    SNICallback,
    sessionStore,
    streams: { allowHalfOpen: allowHalfOpen ?? false, highWaterMark },
    raws: new Map(),
    listening: false,
    tellsKeys: false,
    maxConnections: undefined,
  };
}

const methods = {
  /** listen(port, [host], [backlog], [callback]), listen(path, ...), listen({port, host, path, fd, backlog, reusePort}, ...). */
  listen(...args) {
    const { handle } = this[state];
    const { where, callback } = listenArguments(args);
    if (where.backlog !== undefined) binding.setBacklog(handle, where.backlog);
    // The workers of a cluster do not share one socket: the kernel spreads connections over theirs.
    if (where.reusePort || cluster.isWorker) binding.setReusePort(handle);
    if (where.fd !== undefined) binding.listenOnDescriptor(handle, where.fd);
    else if (where.path !== undefined) binding.listenOnPath(handle, where.path);
    else binding.listen(handle, where.port, where.host ?? '0.0.0.0');
    if (callback !== undefined) this.once('listening', callback);
    return this;
  },
  /** "Stops the server from accepting new connections." `callback` is called at `close`. */
  close(callback) {
    if (typeof callback === 'function') {
      if (binding.serverAddress(this[state].handle) !== null) {
        this.once('close', callback);
      } else {
        const error = Object.assign(new Error('Server is not running.'), { code: 'ERR_SERVER_NOT_RUNNING' });
        process.nextTick(callback, error);
      }
    }
    binding.closeServer(this[state].handle);
    this[state].listening = false;
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
    binding.pauseServer(this[state].handle, milliseconds);
  },
  ref() {
    return this;
  },
  unref() {
    throw Object.assign(new Error('securepair: a listening server keeps the process running: close() it'),
      { code: 'ERR_METHOD_NOT_IMPLEMENTED' });
  },

  /** "Add secure context that will be used if client request's SNI hostname is matching passed hostname (wildcards can be used)." */
  addContext(hostname, credentials) {
    binding.addContext(this[state].handle, hostname, contextOf(credentials, 'addContext()'));
  },
  removeContext(hostname) {
    return binding.removeContext(this[state].handle, hostname);
  },
  setSecureContext(credentials) {
    binding.setSecureContext(this[state].handle, contextOf(credentials, 'setSecureContext()'));
  },
  setTicketSecret(secret) {
    binding.setTicketSecret(this[state].handle, Buffer.from(secret));
  },
  forgetTicketSecretBefore() {
    binding.forgetTicketSecretBefore(this[state].handle);
  },
  /** Serves an open Duplex. `head` is what has been read of it beyond the point from which the client speaks TLS. */
  secure(duplex, head = Buffer.alloc(0)) {
    const carrier = new Carrier(duplex);
    carrier.server = this;
    binding.secure(this[state].handle, carrier.handle, head);
    carrier.begin();
  },

  on(name, listener) {
    if (name === 'connection') binding.tellConnections(this[state].handle);
    if (name === 'keylog' && !this[state].tellsKeys) {
      this[state].tellsKeys = true;
      binding.tellServerKeys(this[state].handle);
    }
    return EventEmitter.prototype.on.call(this, name, listener);
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
      this[state].maxConnections = most;
      binding.setMaxConnections(this[state].handle, most ?? 0);
    },
  },
});

// What the addon tells.
Object.assign(Server.prototype, {
  [on.listening]() {
    this[state].listening = true;
    this.emit('listening');
  },
  [on.serverError](error) {
    this[state].listening = false;
    this.emit('error', error);
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
  [on.secureConnection](handle) {
    const stream = CleartextStream._accepted(handle, this, this[state].streams);
    stream[scope].runInAsyncScope(() => this.emit('secureConnection', stream));
  },
  [on.clientError](error, peer, carrier, id) {
    if (this.listenerCount('clientError') === 0 && this.listenerCount('tlsClientError') === 0) return;
    error.peer = peer;
    const raw = this[state].raws.get(id) ?? rawOf(carrier);
    this.emit('clientError', error, raw);
    this.emit('tlsClientError', error, raw);
  },
  [on.serverKeylog](line) {
    this.emit('keylog', line);
  },
  [on.sni](name, answer) {
    askForContext(this, this[state].SNICallback, name, answer);
  },
  [on.sessionPut](id, session, lifetime) {
    this[state].sessionStore.put(id, session, lifetime);
  },
  [on.sessionFind](id, answer) {
    this[state].sessionStore.find(id, (session) => binding.answerSession(answer, session ?? null));
  },
  [on.sessionRemove](id) {
    this[state].sessionStore.remove(id);
  },
});

module.exports = Server;
