'use strict';
const binding = require('./binding');
const { on, open } = require('./events');

/** A Duplex that carries a connection: does to it what the library says, and reports what it does. */
class Carrier {
  #listeners;
  #closed = false;
  #failure = null;

  constructor(duplex) {
    if (typeof duplex?.write !== 'function' || typeof duplex.on !== 'function') {
      throw Object.assign(new TypeError('`socket` is to be a stream.Duplex, such as a net.Socket'), { code: 'ERR_INVALID_ARG_TYPE' });
    }
    open(this);
    this.duplex = duplex;
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

  /** Listens to the Duplex, once the library has taken it. */
  begin() {
    const { duplex } = this;
    for (const [name, listener] of Object.entries(this.#listeners)) duplex.on(name, listener);
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
