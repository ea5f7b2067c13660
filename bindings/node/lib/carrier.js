'use strict';
const binding = require('./binding');
const { on, open } = require('./events');
const { mistake } = require('./mistakes');

const methods = ['write', 'end', 'on', 'removeListener', 'pause', 'resume'];
// In others a byte may be lost, or wait for those that come after it.
const wholeEncodings = ['latin1', 'hex'];
const taken = new WeakSet();

function checked(duplex) {
  const missing = methods.find((name) => typeof duplex?.[name] !== 'function');
  if (missing !== undefined) {
    throw mistake(TypeError, 'ERR_INVALID_ARG_TYPE',
      `what carries TLS is to be a stream.Duplex, such as a net.Socket: it has no ${missing}()`);
  }
  if (taken.has(duplex)) {
    throw mistake(Error, 'ERR_STREAM_TAKEN', 'the stream is read by another layer already, such as TLS: secure a stream once; for TLS inside ' +
      'TLS, secure the stream that the outer one gives');
  }
  const encoding = duplex.readableEncoding ?? null;
  if (encoding !== null && !wholeEncodings.includes(encoding)) {
    throw mistake(TypeError, 'ERR_INVALID_ARG_VALUE', `what carries TLS gives text, in the encoding ${encoding}, and is to give bytes: leave ` +
      'setEncoding() out');
  }
  return duplex;
}

/** A Duplex that carries a connection: does to it what the library says, and reports what it does. */
class Carrier {
  #listeners;
  #closed = false;
  #failure = null;
  #flows = true;

  constructor(duplex) {
    this.duplex = checked(duplex);
    open(this);
    this.handle = binding.createCarrier(this);
    this.#listeners = {
      data: (chunk) => this.#received(chunk),
      end: () => binding.carrierReceivedEnd(this.handle),
      drain: () => binding.carrierDrained(this.handle),
      error: (error) => {
        this.#failure = error;
        binding.carrierFailed(this.handle, error);
      },
      close: () => this.#close(),
    };
  }

  /** Nobody is to secure the Duplex from now on. */
  static take(duplex) {
    taken.add(duplex);
  }

  /** Listens to the Duplex, once the library has taken it. */
  begin() {
    const { duplex } = this;
    Carrier.take(duplex);
    for (const [name, listener] of Object.entries(this.#listeners)) duplex.on(name, listener);
    // A listener of `data` does not restart one that has been paused.
    if (this.#flows) duplex.resume();
    if (duplex.destroyed || duplex.readableEnded) process.nextTick(this.#listeners.end);
  }

  /** The Duplex's own error, of which the library knows code and words, with all else that it says. */
  originalOf(error) {
    return this.#failure !== null && this.#failure.code === error.code ? this.#failure : error;
  }

  /** One of its ends, where it has such: 'address' or 'remote'. */
  end(which) {
    const { duplex } = this;
    if (which === 'address') return typeof duplex.address === 'function' ? duplex.address() : null;
    return { address: duplex.remoteAddress, port: duplex.remotePort, family: duplex.remoteFamily };
  }

  [on.carrierWrite](bytes) {
    return this.duplex.write(bytes) !== false;
  }
  [on.carrierEnd]() {
    this.duplex.end(() => binding.carrierFinished(this.handle));
  }
  [on.carrierDestroy]() {
    if (!this.duplex.destroyed && typeof this.duplex.destroy === 'function') this.duplex.destroy();
    // Also where it has been closed already, or never says that it is.
    setImmediate(() => this.#close());
  }
  [on.carrierFlow](flows) {
    this.#flows = flows;
    if (flows) this.duplex.resume();
    else this.duplex.pause();
  }

  #received(chunk) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk, this.duplex.readableEncoding ?? 'utf8') : chunk;
    binding.carrierReceived(this.handle, bytes);
  }
  #close() {
    if (this.#closed) return;
    this.#closed = true;
    binding.carrierClosed(this.handle);
    // Its errors are heard to the end: a late one is nobody's.
    for (const name of ['data', 'end', 'drain', 'close']) this.duplex.removeListener(name, this.#listeners[name]);
  }
}

module.exports = Carrier;
