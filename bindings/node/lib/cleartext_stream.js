'use strict';
const { X509Certificate } = require('crypto');
const binding = require('./binding');
const { completed } = require('./certificate');
const { on, scope } = require('./events');
const HandleStream = require('./handle_stream');
const { bytes, mistake, typed, whole } = require('./mistakes');
const { read } = require('./options');
const { clientsKey } = require('./questions');
const { noteFailure, report } = require('./report');

const made = Symbol('made');
const x509Of = ({ raw }) => (raw === undefined ? undefined : new X509Certificate(raw));
const textOrFalse = (text) => (text === '' ? false : text);
const smallKey = (size, least) => mistake(Error, 'ERR_TLS_DH_PARAM_SIZE',
  `the server's ephemeral DH key has ${size} bits, and minDHSize asks for ${least}`);

/**
 * "This is a stream on top of the Encrypted stream that makes it possible to read/write an encrypted data as a cleartext data." It flows
 * from the start, as the page's did: data that no one listens for is discarded, pause() holds it.
 */
class CleartextStream extends HandleStream {
  #carrier = null;
  #tellsKeys = false;
  #judge = null;
  #pskCallback = null;
  #isClient = false;
  #name;
  #minDHSize = 0;
  #afterRenegotiation;

  constructor(key, options) {
    if (key !== made) {
      throw Object.assign(new TypeError('a CleartextStream comes from connect(), a server or a pair: give an open stream as `socket`, or to ' +
        'server.secure()'), { code: 'ERR_ILLEGAL_CONSTRUCTOR' });
    }
    super(options);
  }

  /** Of a server's connection, over a carrier of the script's or none. */
  static _accepted(handle, server, options, carrier = null) {
    const stream = new CleartextStream(made, options);
    stream.#carrier = carrier;
    binding.own(handle, stream);
    stream.server = server;
    return stream._attach(handle);
  }
  /** Of a client: `open` is called with the stream, and gives its handle. */
  static _connected(options, { checkServerIdentity, pskCallback }, carrier, open) {
    const stream = new CleartextStream(made, options);
    stream.#judge = checkServerIdentity;
    stream.#pskCallback = pskCallback;
    stream.#carrier = carrier;
    stream.#isClient = true;
    stream._attach(open(stream));
    if (carrier?.duplex.connecting) carrier.duplex.once('connect', () => process.nextTick(() => stream.#tellConnection()));
    return stream;
  }
  /** Of a pair. */
  static _paired(handle, pair) {
    const stream = new CleartextStream(made);
    stream.pair = pair;
    binding.ownWeakly(handle, stream);
    return stream._attach(handle);
  }

  _attach(handle) {
    super._attach(handle);
    this.resume();
    return this;
  }

  get encrypted() {
    return true;
  }
  /** True where the peer's certificate leads to a trusted CA and, on a client, is for the name that was meant. */
  get authorized() {
    return binding.authorized(this._inner);
  }
  /** "The reason why the peer's certificate has not been verified": a code. Null where it has been. */
  get authorizationError() {
    return this.authorizationFailure?.code ?? null;
  }
  /** The same as an Error, with all that explains it. */
  get authorizationFailure() {
    return binding.authorizationFailure(this._inner);
  }
  get npnProtocol() {
    return textOrFalse(binding.npnProtocol(this._inner));
  }
  get alpnProtocol() {
    return textOrFalse(binding.alpnProtocol(this._inner));
  }
  get servername() {
    return textOrFalse(binding.servername(this._inner));
  }

  getPeerCertificate(detailed = false) {
    return completed(binding.getPeerCertificate(this._inner, Boolean(detailed)));
  }
  getCertificate() {
    return completed(binding.getCertificate(this._inner));
  }
  getPeerX509Certificate() {
    return x509Of(binding.getPeerCertificate(this._inner, false));
  }
  getX509Certificate() {
    return x509Of(binding.getCertificate(this._inner));
  }
  getSession() {
    return binding.getSession(this._inner) ?? undefined;
  }
  /** Of a client: the ticket by which the server knows that session. */
  getTLSTicket() {
    return binding.getTLSTicket(this._inner) ?? undefined;
  }
  isSessionReused() {
    return binding.isSessionReused(this._inner);
  }
  getCipher() {
    return binding.getCipher(this._inner);
  }
  getProtocol() {
    return binding.getProtocol(this._inner) || null;
  }
  getNegotiatedGroup() {
    return binding.getNegotiatedGroup(this._inner) || null;
  }
  getEphemeralKeyInfo() {
    return binding.getEphemeralKeyInfo(this._inner);
  }
  getSharedSigalgs() {
    return binding.getSharedSigalgs(this._inner);
  }
  getFinished() {
    return binding.getFinished(this._inner) ?? undefined;
  }
  getPeerFinished() {
    return binding.getPeerFinished(this._inner) ?? undefined;
  }
  exportKeyingMaterial(length, label, context) {
    whole('the length of exportKeyingMaterial()', length, 1);
    typed('the label of exportKeyingMaterial()', 'string', label);
    if (context !== undefined) bytes('the context of exportKeyingMaterial()', context);
    return binding.exportKeyingMaterial(this._inner, length, label, context);
  }

  on(name, listener) {
    this.#hear(name);
    return super.on(name, listener);
  }
  prependListener(name, listener) {
    this.#hear(name);
    return super.prependListener(name, listener);
  }
  #hear(name) {
    if (name !== 'keylog' || this.#tellsKeys) return;
    this.#tellsKeys = true;
    binding.tellKeys(this._inner);
  }

  /** The most data of a record, 512 to 16384; false for any other number. */
  setMaxSendFragment(size) {
    return binding.setMaxSendFragment(this._inner, typed('the size of setMaxSendFragment()', 'number', size));
  }
  /** Of a server: a client that asks for a renegotiation is told that there is none. */
  disableRenegotiation() {
    binding.disableRenegotiation(this._inner);
  }
  /** Writes what is said in handshakes from now on to stderr, as OpenSSL tells it. */
  enableTrace() {
    binding.enableTrace(this._inner);
  }

  /** Of a client, in TLS 1.2: the server has to show the same certificate again. Then `callback` is called. */
  renegotiate(options, callback) {
    const [given, done] = typeof options === 'function' ? [undefined, options] : [options, callback];
    read('renegotiate', 'renegotiate()', given);
    if (done !== undefined) typed('the callback of renegotiate()', 'function', done);
    if (this.destroyed) return undefined;
    binding.renegotiate(this._inner, this);
    this.#afterRenegotiation = done;
    return true;
  }

  /** The name is what the server's certificate is looked at for, from connect() on: there is no other to be had. */
  setServername(name) {
    typed('the name of setServername()', 'string', name);
    if (!this.#isClient) throw mistake(Error, 'ERR_TLS_SNI_FROM_SERVER', 'a server is told a name, and sends none');
    if (name === this.#name) return;
    throw mistake(Error, 'ERR_INVALID_STATE', `setServername('${name}') comes too late: the certificate is looked at for the name that ` +
      'connect() was given. Say it as `servername` there');
  }
  setKeyCert() {
    throw mistake(Error, 'ERR_METHOD_NOT_IMPLEMENTED', 'setKeyCert() is not available: let an SNICallback, or contexts of ' +
      'server.addContext(), choose the certificate');
  }
  _bindName(name) {
    this.#name = name;
  }
  /** Of a client: the server's OCSP response, where it has sent one because it was asked for it. */
  _tellOcsp() {
    const response = binding.getOCSPResponse(this._inner);
    if (response !== null) this.emit('OCSPResponse', response);
  }
  /** Of a client: an ephemeral DH key of the server's that has fewer bits is an error. */
  _requireDH(bits) {
    this.#minDHSize = bits;
  }

  setNoDelay(noDelay = true) {
    return this.#onCarrier('setNoDelay', noDelay);
  }
  setKeepAlive(enable, initialDelay) {
    return this.#onCarrier('setKeepAlive', enable, initialDelay);
  }
  ref() {
    return this.#onCarrier('ref');
  }
  unref() {
    return this.#onCarrier('unref');
  }
  resetAndDestroy() {
    if (this.#carrier === null) return super.resetAndDestroy();
    if (this.destroyed) return this;
    try {
      this.#carrier.duplex.resetAndDestroy?.();
    } catch (error) {
      if (error.code !== 'ERR_INVALID_HANDLE_TYPE') throw error; // it knows no reset, as over a path
    }
    return this.destroy();
  }
  // A Duplex of the script's may know how.
  #onCarrier(name, ...values) {
    if (this.#carrier === null) return super[name](...values);
    this.#carrier.duplex[name]?.(...values);
    return this;
  }
  get connecting() {
    if (!this.#isClient || this.destroyed) return false;
    return this.#carrier === null ? binding.remote(this._inner) === null : Boolean(this.#carrier.duplex.connecting);
  }

  // In a tick of its own: what a listener throws must not come out of net's.
  #tellConnection() {
    this[scope].runInAsyncScope(this[on.connect], this);
  }
  [on.connect]() {
    if (this.destroyed) return;
    this.emit('connect');
    this.emit('ready');
  }
  [on.secureConnect]() {
    const { type, size } = this.#minDHSize > 0 ? this.getEphemeralKeyInfo() : {};
    if (type === 'DH' && size < this.#minDHSize) this.destroy(smallKey(size, this.#minDHSize));
    else this.#announce();
  }
  #announce() {
    this._tellOcsp();
    this.emit('secure');
    this.emit('secureConnect');
  }
  [on.error](error) {
    super[on.error](this.#carrier?.originalOf(error) ?? error);
  }
  [on.authenticated]() {
    this.emit('authenticated');
  }
  [on.session](session) {
    this.emit('session', session);
  }
  [on.keylog](line) {
    this.emit('keylog', line);
  }
  [on.secure]() {
    this.#afterRenegotiation?.(null);
  }
  [on.clientPsk](hint) {
    return clientsKey(this, this.#pskCallback, hint);
  }
  [on.identity](name, certificate) {
    return this.#judge(name, completed(certificate));
  }

  _stay() {
    this.pair?._stay();
  }
  _end(which) {
    return this.#carrier === null ? super._end(which) : this.#carrier.end(which);
  }
  _unheard(error) {
    if (this.#isClient) noteFailure();
    report(error);
  }
}

module.exports = CleartextStream;
