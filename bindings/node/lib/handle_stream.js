'use strict';
// A stream of the library's as a Duplex of today's.
const { Duplex } = require('stream');
const binding = require('./binding');
const { on, open } = require('./events');
const { report, reportingEmit, warn } = require('./report');

class HandleStream extends Duplex {
  #handle = null;
  #afterWrite = null;
  #afterEnd = null;
  #afterClose = null;
  #failure = null;
  #held = false;
  #discarded = false;
  #ended = false;
  #finished = false;
  #closed = false;
  #destroySoon = false;
  #idle = 0;
  #read = 0;
  #handedOn = 0;

  constructor(options) {
    super({ allowHalfOpen: false, ...options });
    open(this);
  }

  /** The stream that this one is the face of. */
  _attach(handle) {
    this.#handle = handle;
    if (this.#idle > 0) binding.setTimeout(handle, this.#idle);
    return this;
  }
  // Not _handle, by which Node's own modules know a socket of Node's.
  get _inner() {
    return this.#handle;
  }

  /** The library has something to do in the loop's next turn, which this must live to see. */
  _stay() {}

  _write(chunk, encoding, callback) {
    this._stay();
    const done = () => {
      this.#handedOn += chunk.length;
      callback();
    };
    if (binding.write(this.#handle, chunk)) done();
    else this.#afterWrite = done;
  }
  _writev(chunks, callback) {
    this._write(Buffer.concat(chunks.map(({ chunk }) => chunk)), 'buffer', callback);
  }
  // Done when all has been handed to the system, as with Node's sockets.
  _final(callback) {
    this._stay();
    this.#finished = true;
    this.#afterEnd = callback;
    if (this.#destroySoon) binding.destroySoon(this.#handle);
    else binding.end(this.#handle);
  }
  _read() {
    if (!this.#held) return;
    this._stay();
    this.#held = false;
    binding.resume(this.#handle);
  }
  // Where both sides have said their end the library closes when the last of it has left.
  _destroy(error, callback) {
    if (this.#closed) return callback(error);
    this._stay();
    this.#afterClose = () => callback(error);
    if (error || !this.#ended || !this.#finished) binding.destroy(this.#handle);
  }

  // What has been received is read before a failure that came after it.
  read(size) {
    const chunk = super.read(size);
    if (this.#failure !== null && this.readableLength === 0) {
      const failure = this.#failure;
      this.#failure = null;
      process.nextTick(() => this.destroy(failure));
    }
    return chunk;
  }

  // Answers whether nobody wants to have the bytes. What comes next is then announced by its size, and given where this is no longer so.
  [on.data](bytes) {
    const isUnwanted = this.readableFlowing && this.readableLength === 0 && this.listenerCount('data') === 0;
    const isSize = typeof bytes === 'number';
    if (isUnwanted) this.#discarded = true;
    if (isUnwanted || !isSize) this.#read += isSize ? bytes : bytes.length;
    if (isUnwanted || isSize) return isUnwanted;
    if (this.push(bytes) || this.#held) return false;
    this.#held = true;
    binding.pause(this.#handle);
    return false;
  }
  [on.end]() {
    this.#ended = true;
    this.push(null);
  }
  [on.drain]() {
    const callback = this.#afterWrite;
    this.#afterWrite = null;
    if (callback !== null) callback();
  }
  [on.finish]() {
    const callback = this.#afterEnd;
    this.#afterEnd = null;
    if (callback !== null) callback();
  }
  [on.error](error) {
    if (this.readableLength > 0 && !this.destroyed) this.#failure = error;
    else this.destroy(error);
  }
  [on.close]() {
    this.#closed = true;
    this[on.finish]();
    const afterClose = this.#afterClose;
    if (afterClose !== null) return afterClose();
    const hasMoreToRead = this.#failure !== null || (this.#ended && !this.readableEnded);
    // What waits to be written is not going to be: without this the stream would wait for it.
    if (hasMoreToRead) this.once('end', () => this.destroy());
    else this.destroy();
  }
  [on.timeout]() {
    this.emit('timeout');
  }

  on(name, listener) {
    if (this.#discarded && (name === 'data' || name === 'readable')) {
      this.#discarded = false;
      warn('WARN_DATA_DISCARDED', `a listener of '${name}' was added after data had been discarded: add it before the first data ` +
        'comes, or pause() the stream until then');
    }
    return super.on(name, listener);
  }
  addListener(name, listener) {
    return this.on(name, listener);
  }

  /** Sends what was written, then the end, and destroys the stream when the peer has ended too, or half a second later. */
  destroySoon() {
    this.#destroySoon = true;
    if (this.#finished) binding.destroySoon(this.#handle);
    else this.end();
  }
  /** destroy(), which tells the peer of a failure: over TCP a reset in place of an end. */
  resetAndDestroy() {
    if (this.destroyed) return this;
    this._stay();
    binding.resetAndDestroy(this.#handle);
    return this.destroy();
  }
  /**
   * Lets the process end though this connection is open. A connection that is being made keeps it running all the same, and what is being
   * sent; a handshake does not, nor what waits for its end.
   */
  unref() {
    binding.unref(this.#handle);
    return this;
  }
  /** Takes unref() back. */
  ref() {
    binding.ref(this.#handle);
    return this;
  }
  /** Emits `timeout` once after this many milliseconds without a byte in either direction; 0 switches it off. */
  setTimeout(milliseconds, listener) {
    if (!Number.isFinite(milliseconds) || milliseconds < 0) {
      throw Object.assign(new RangeError(`setTimeout() takes milliseconds, or 0 for none; it was given ${milliseconds}`),
        { code: 'ERR_OUT_OF_RANGE' });
    }
    this.#idle = Math.trunc(milliseconds);
    if (this.#handle !== null) binding.setTimeout(this.#handle, this.#idle);
    if (typeof listener === 'function') {
      if (this.#idle > 0) this.once('timeout', listener);
      else this.removeListener('timeout', listener);
    }
    return this;
  }
  get timeout() {
    return this.#idle;
  }
  setNoDelay(noDelay = true) {
    binding.setNoDelay(this.#handle, Boolean(noDelay));
    return this;
  }
  /** Asks a silent peer whether it is still there, at first after this many milliseconds, of which whole seconds count. */
  setKeepAlive(enable = false, initialDelay = 0) {
    binding.setKeepAlive(this.#handle, Boolean(enable), Math.max(0, Math.trunc(initialDelay / 1000)) || 0);
    return this;
  }
  /** How many bytes have come and gone here: of a cleartext stream the application's, what was discarded and what still waits included. */
  get bytesRead() {
    return this.#read;
  }
  get bytesWritten() {
    return this.#handedOn + this.writableLength;
  }
  /** Bytes that were written and wait until they can be handed on. */
  get bufferSize() {
    return this.writableLength + binding.bufferSize(this.#handle);
  }

  get connecting() {
    return false;
  }
  /** There is no connection yet, or none any more. */
  get pending() {
    return this.connecting || this.destroyed;
  }
  get readyState() {
    if (this.connecting) return 'opening';
    if (this.readable) return this.writable ? 'open' : 'readOnly';
    return this.writable ? 'writeOnly' : 'closed';
  }

  /** The own end of the connection: {address, port, family}; {} where there is none any more. */
  address() {
    return this._end('address') ?? {};
  }
  get remoteAddress() {
    return this._end('remote')?.address;
  }
  get remotePort() {
    return this._end('remote')?.port;
  }
  get remoteFamily() {
    return this._end('remote')?.family;
  }
  get localAddress() {
    return this._end('address')?.address;
  }
  get localPort() {
    return this._end('address')?.port;
  }
  get localFamily() {
    return this._end('address')?.family;
  }
  _end(which) {
    return binding[which](this.#handle);
  }
}

HandleStream.prototype.emit = reportingEmit(Duplex.prototype.emit, (stream, error) => stream._unheard(error));
HandleStream.prototype._unheard = report;

module.exports = HandleStream;
