'use strict';
const { EventEmitter } = require('events');
const binding = require('./binding');
const CleartextStream = require('./cleartext_stream');
const { contextOf, createCredentials } = require('./credentials');
const { on, open } = require('./events');
const HandleStream = require('./handle_stream');
const { whole } = require('./mistakes');
const { read } = require('./options');
const { chosenProtocol } = require('./questions');
const { report, reportingEmit } = require('./report');
const { askForContext } = require('./sni');

/** The wire's side of a pair: write to it what comes from the peer, and send what it gives. It waits for a reader. */
class EncryptedStream extends HandleStream {
  constructor(handle, pair) {
    super({ allowHalfOpen: true });
    this.pair = pair;
    binding.ownWeakly(handle, this);
    this._attach(handle);
  }
  _stay() {
    this.pair._stay();
  }
  // The pair ends with its cleartext side.
  _final(callback) {
    super._final(() => {});
    callback();
  }
  // The pair, or its cleartext side, tells of a failure.
  _unheard() {}
}

/** "Returned by tls.createSecurePair." */
class SecurePair extends EventEmitter {
  #handle;
  #SNICallback;
  #ALPNCallback;
  #staying = false;

  constructor(credentials, isServer, requestCert, rejectUnauthorized, options) {
    super();
    open(this);
    const tls = require('../index');
    const { SNICallback, ALPNCallback, ...given } = read('pair', 'createSecurePair()', options);
    given.clientRenegLimit ??= whole('CLIENT_RENEG_LIMIT', tls.CLIENT_RENEG_LIMIT);
    given.clientRenegWindow ??= whole('CLIENT_RENEG_WINDOW', tls.CLIENT_RENEG_WINDOW);
    this.#SNICallback = SNICallback;
    this.#ALPNCallback = ALPNCallback;
    const asks = { contexts: SNICallback !== undefined, protocols: ALPNCallback !== undefined };
    const context = contextOf(credentials ?? createCredentials(), 'createSecurePair()');
    const made = binding.createPair(this, context, Boolean(isServer), Boolean(requestCert), Boolean(rejectUnauthorized), given,
      asks);
    this.#handle = made.pair;
    /** "two streams, one of which reads/writes encrypted data, and one reads/writes cleartext data" */
    this.cleartext = CleartextStream._paired(made.cleartext, this);
    this.encrypted = new EncryptedStream(made.encrypted, this);
    this._stay();
  }

  /**
   * The library holds no pair: one that nobody knows any more is gone. But two pairs that are piped to each other may be known to each other
   * alone, between what is asked of one and what it does in the loop's next turn.
   */
  _stay() {
    if (this.#staying) return;
    this.#staying = true;
    setImmediate(() => setImmediate(() => {
      this.#staying = false;
    }));
  }

  /** Ends both streams at once, without a word to the peer. */
  destroy() {
    binding.destroyPair(this.#handle);
  }

  [on.secure]() {
    this.cleartext._tellOcsp();
    this.emit('secure');
  }
  [on.pairError](error) {
    this.emit('error', error);
  }
  [on.sni](name, answer) {
    askForContext(this, this.#SNICallback, name, answer);
  }
  [on.alpn](servername, protocols) {
    return chosenProtocol(this, this.#ALPNCallback, servername, protocols);
  }
}
SecurePair.prototype.emit = reportingEmit(EventEmitter.prototype.emit, (pair, error) => report(error));

/** "Creates a new secure pair object with two streams." */
function createSecurePair(credentials, isServer, requestCert, rejectUnauthorized, options) {
  return new SecurePair(credentials, isServer, requestCert, rejectUnauthorized, options);
}

module.exports = { EncryptedStream, SecurePair, createSecurePair };
