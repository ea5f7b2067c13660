/// <reference types="node" />
import { X509Certificate } from 'crypto';
import { Duplex } from 'stream';
import { EventEmitter } from 'events';
import * as net from 'net';
import { PeerCertificate as NodesCertificate } from 'tls';
import { Credentials, CredentialsOptions, SecureContext } from './crypto';

export { SecureContext, CredentialsOptions as SecureContextOptions } from './crypto';

/** An Error that says which certificate or option it is about, and what to do. */
export interface TlsError extends Error {
  code: string;
  certificate?: string;
  expected?: string;
  got?: string;
  fix?: string;
}

export type Bytes = string | Uint8Array;
/** Names, by their priority, or the wire format: each name behind a byte that is its length. */
export type Protocols = readonly Bytes[] | Bytes;
export type Context = SecureContext | Credentials;
/** Returns a context, or takes the callback and calls it later. */
export type SNICallback =
  (servername: string, callback: (error: Error | null, context?: Context) => void) => Context | null | undefined | void;

export interface ConnectionOptionsOfBoth {
  NPNProtocols?: Protocols;
  ALPNProtocols?: Protocols;
  /** Milliseconds, 120,000 by default; 0: none. */
  handshakeTimeout?: number;
  /** How many milliseconds the peer may be silent after our end(); 120,000 by default, 0: for ever. */
  closeTimeout?: number;
  keyUpdateLimit?: number;
  /** The transport's end without close_notify is taken for the peer's end. */
  allowTruncation?: boolean;
  /** What is said in handshakes is written to stderr, as OpenSSL tells it. */
  enableTrace?: boolean;
}

/** Answers with one of the protocols that a client offers; undefined refuses it. */
export type ALPNCallback = (offer: { servername: string; protocols: string[] }) => string | undefined | void;

export interface SessionStore {
  put(id: Buffer, session: Buffer, lifetimeSeconds: number): void;
  find(id: Buffer, callback: (session?: Uint8Array | null) => void): void;
  remove(id: Buffer): void;
}

export interface TcpOptions {
  /** Default: true. */
  noDelay?: boolean;
  keepAlive?: boolean;
  /** Milliseconds, of which whole seconds count. */
  keepAliveInitialDelay?: number;
}

export interface ServerOptions extends CredentialsOptions, ConnectionOptionsOfBoth, TcpOptions {
  requestCert?: boolean;
  rejectUnauthorized?: boolean;
  clientCertificate?: 'none' | 'optional' | 'required';
  SNICallback?: SNICallback;
  sessionIdContext?: string;
  /** Seconds. */
  sessionTimeout?: number;
  ticketSecret?: Bytes;
  sessionStore?: SessionStore;
  /** 48 bytes: a `ticketSecret`. The keys are derived from it and change with the clock, so that Node's own servers do not share them. */
  ticketKeys?: Uint8Array;
  /** Excludes `ALPNProtocols`. */
  ALPNCallback?: ALPNCallback;
  /** The key, 16 to 256 bytes, of the client that calls itself so: both are `authorized` then. The stream is not secure yet. */
  pskCallback?: (stream: CleartextStream, identity: string) => Uint8Array | null | undefined | void;
  /** What clients of TLS 1.2 are told. */
  pskIdentityHint?: string;
  clientRenegLimit?: number;
  /** Seconds. */
  clientRenegWindow?: number;
  keylogFile?: string;
  allowHalfOpen?: boolean;
  highWaterMark?: number;
  /** True throws: a handshake has to read. */
  pauseOnConnect?: false;
}

/** Of net.connect(): where one of these is given the connection is opened by net, and its session is not remembered for the next. */
export interface NetOptions {
  lookup?: net.LookupFunction;
  family?: number;
  hints?: number;
  localAddress?: string;
  localPort?: number;
  autoSelectFamily?: boolean;
  autoSelectFamilyAttemptTimeout?: number;
}

type ClientCredentials = Omit<CredentialsOptions, 'dhparam' | 'honorCipherOrder'>;

export interface ConnectOptions extends ClientCredentials, ConnectionOptionsOfBoth, TcpOptions, NetOptions {
  /** Beside `socket` or `path` the name that is meant, where there is no `servername`. */
  host?: string;
  port?: number | string;
  path?: string;
  servername?: string;
  /** Any Duplex. */
  socket?: Duplex;
  /** What has been read of `socket` beyond the point from which the peer speaks TLS. */
  head?: Bytes;
  /** Default: false, as on the page: look at `authorized`. */
  rejectUnauthorized?: boolean;
  checkServerIdentity?: (servername: string, certificate: PeerCertificate & NodesCertificate) => Error | null | undefined | void;
  session?: Uint8Array;
  sessionCache?: boolean;
  secureContext?: Context;
  /** A smaller ephemeral DH key of the server's is an error, ERR_TLS_DH_PARAM_SIZE, in place of `secureConnect`. No remembered session is used. */
  minDHSize?: number;
  /** Asks the server for an OCSP response: `OCSPResponse` has it, where it sends one. No remembered session is used. */
  requestOCSP?: boolean;
  /** This client's key, of 16 to 256 bytes. `hint` is a server's of TLS 1.2; it is null where the hello is made. */
  pskCallback?: (hint: string | null) => { identity: string; psk: Uint8Array } | null | undefined | void;
  signal?: AbortSignal;
  keylogFile?: string;
  timeout?: number;
  allowHalfOpen?: boolean;
  highWaterMark?: number;
}

export interface SecurePairOptions extends ConnectionOptionsOfBoth {
  servername?: string;
  SNICallback?: SNICallback;
  ALPNCallback?: ALPNCallback;
  session?: Uint8Array;
  requestOCSP?: boolean;
  clientRenegLimit?: number;
  clientRenegWindow?: number;
}

/** A field that comes more than once is an array. */
export interface DistinguishedName {
  [field: string]: string | string[];
}

/** `{}` where the peer has shown no certificate. */
export interface PeerCertificate {
  subject?: DistinguishedName;
  issuer?: DistinguishedName;
  subjectaltname?: string;
  infoAccess?: { [method: string]: string[] };
  /** It may issue certificates. */
  ca?: boolean;
  /** Of the key, whose `modulus` and `exponent`, or `asn1Curve` and `nistCurve`, are there by its kind. */
  bits?: number;
  modulus?: string;
  exponent?: string;
  pubkey?: Buffer;
  asn1Curve?: string;
  nistCurve?: string;
  valid_from?: string;
  valid_to?: string;
  fingerprint?: string;
  fingerprint256?: string;
  fingerprint512?: string;
  ext_key_usage?: string[];
  serialNumber?: string;
  raw?: Buffer;
  issuerCertificate?: PeerCertificate;
}

export interface Address {
  address: string;
  port: number;
  family: string;
}

declare class HandleStream extends Duplex {
  readonly bufferSize: number;
  /** The application's bytes, those that were discarded included. */
  readonly bytesRead: number;
  /** The application's bytes, those that still wait included. */
  readonly bytesWritten: number;
  readonly connecting: boolean;
  readonly pending: boolean;
  readonly readyState: 'opening' | 'open' | 'readOnly' | 'writeOnly' | 'closed';
  readonly timeout: number;
  readonly remoteAddress?: string;
  readonly remotePort?: number;
  readonly remoteFamily?: string;
  readonly localAddress?: string;
  readonly localPort?: number;
  readonly localFamily?: string;
  address(): Address | {};
  destroySoon(): void;
  resetAndDestroy(): this;
  ref(): this;
  unref(): this;
  setTimeout(milliseconds: number, listener?: () => void): this;
  setNoDelay(noDelay?: boolean): this;
  setKeepAlive(enable?: boolean, initialDelay?: number): this;
}

/** Events besides a Duplex's: connect and ready of a client, secureConnect, before it secure, authenticated, session (Buffer), OCSPResponse (Buffer), keylog (Buffer), timeout. */
export class CleartextStream extends HandleStream {
  private constructor();
  readonly encrypted: true;
  readonly authorized: boolean;
  /** A code; null where the peer is authorized. */
  readonly authorizationError: string | null;
  readonly authorizationFailure: TlsError | null;
  readonly npnProtocol: string | false;
  readonly alpnProtocol: string | false;
  readonly servername: string | false;
  readonly pair?: SecurePair;
  readonly server?: Server;
  getPeerCertificate(detailed?: boolean): PeerCertificate;
  getCertificate(): PeerCertificate;
  getPeerX509Certificate(): X509Certificate | undefined;
  getX509Certificate(): X509Certificate | undefined;
  getSession(): Buffer | undefined;
  /** Of a client. */
  getTLSTicket(): Buffer | undefined;
  isSessionReused(): boolean;
  getCipher(): { name: string; standardName: string; version: string };
  getProtocol(): string | null;
  getNegotiatedGroup(): string | null;
  getEphemeralKeyInfo(): { type?: string; name?: string; size?: number };
  getSharedSigalgs(): string[];
  getFinished(): Buffer | undefined;
  getPeerFinished(): Buffer | undefined;
  /** Of a client, in TLS 1.2. Undefined: the stream is destroyed. */
  renegotiate(callback?: (error: null) => void): true | undefined;
  renegotiate(options: {}, callback?: (error: null) => void): true | undefined;
  /** Throws, but for the name that connect() was given. */
  setServername(name: string): void;
  setKeyCert(context: Context): never;
  /** The most data of a record, 512 to 16384; false for any other number. */
  setMaxSendFragment(size: number): boolean;
  /** Of a server. */
  disableRenegotiation(): void;
  enableTrace(): void;
  exportKeyingMaterial(length: number, label: string, context?: Uint8Array): Buffer;
}
export { CleartextStream as TLSSocket };

export class EncryptedStream extends HandleStream {
  private constructor();
  readonly pair: SecurePair;
}

/** Events: secure, error (before `secure`). */
export class SecurePair extends EventEmitter {
  constructor(credentials?: Context, isServer?: boolean, requestCert?: boolean, rejectUnauthorized?: boolean, options?: SecurePairOptions);
  readonly cleartext: CleartextStream;
  readonly encrypted: EncryptedStream;
  destroy(): void;
}

export interface Server extends net.Server {
  addContext(hostname: string, credentials: Context | CredentialsOptions): void;
  removeContext(hostname: string): boolean;
  setSecureContext(credentials: Context | CredentialsOptions): void;
  setTicketSecret(secret: Bytes): void;
  /** setTicketSecret() of 48 bytes. Tickets of the keys before are read until they expire, or until forgetTicketSecretBefore(). */
  setTicketKeys(keys: Uint8Array): void;
  getTicketKeys(): Buffer;
  forgetTicketSecretBefore(): void;
  /** Serves an open Duplex: `secureConnection` comes with the stream that this returns, or `clientError`. */
  secure(duplex: Duplex, head?: Uint8Array): CleartextStream;
  pause(milliseconds?: number): void;
  on(event: 'secureConnection', listener: (stream: CleartextStream) => void): this;
  on(event: 'clientError' | 'tlsClientError', listener: (error: TlsError & { peer: Address }, raw: Duplex | null) => void): this;
  on(event: 'drop', listener: (data?: net.DropArgument) => void): this;
  /** The stream is not secure yet. */
  on(event: 'keylog', listener: (line: Buffer, stream: CleartextStream) => void): this;
  /** `issuer` is the next of the chain that is sent, or null. */
  on(event: 'OCSPRequest', listener: (
    certificate: Buffer, issuer: Buffer | null, callback: (error: Error | null, response?: Uint8Array | null) => void) => void): this;
  /** With either of these sessions are in the listeners' hands in place of tickets. */
  on(event: 'newSession', listener: (id: Buffer, session: Buffer, callback: () => void) => void): this;
  on(event: 'resumeSession', listener: (
    id: Buffer, callback: (error: Error | null, session?: Uint8Array | null) => void) => void): this;
  on(event: string, listener: (...args: any[]) => void): this;
}
export const Server: {
  new (options?: ServerOptions, listener?: (stream: CleartextStream) => void): Server;
  (options?: ServerOptions, listener?: (stream: CleartextStream) => void): Server;
  readonly prototype: Server;
};

type SecureConnectionListener = (this: Server, stream: CleartextStream) => void;
export function createServer(options: ServerOptions, listener?: SecureConnectionListener): Server;
export function createServer(listener?: SecureConnectionListener): Server;

type SecureConnectListener = (this: CleartextStream) => void;
export function connect(port: number | string, host: string, options?: ConnectOptions, listener?: SecureConnectListener): CleartextStream;
export function connect(port: number | string, host: string, listener?: SecureConnectListener): CleartextStream;
export function connect(port: number | string, options?: ConnectOptions, listener?: SecureConnectListener): CleartextStream;
export function connect(port: number | string, listener: SecureConnectListener): CleartextStream;
export function connect(path: string, options?: ConnectOptions, listener?: SecureConnectListener): CleartextStream;
export function connect(options: ConnectOptions, listener?: SecureConnectListener): CleartextStream;

export function createSecurePair(
  credentials?: Context, isServer?: boolean, requestCert?: boolean, rejectUnauthorized?: boolean, options?: SecurePairOptions): SecurePair;

/** How many renegotiations a client may begin within the window; may be set. */
export let CLIENT_RENEG_LIMIT: number;
/** Seconds; may be set. */
export let CLIENT_RENEG_WINDOW: number;

/** What a later context takes over where it is not told; may be set. */
export let DEFAULT_MIN_VERSION: string;
export let DEFAULT_MAX_VERSION: string;
export let DEFAULT_CIPHERS: string;
export let DEFAULT_ECDH_CURVE: string;

export function getCACertificates(type?: 'default' | 'bundled' | 'extra' | 'system'): string[];
/**
 * What is trusted in the whole process where no `ca` is given, by Node's own tls too where that can be told so. Throws after the first
 * connection that has needed it.
 */
export function setDefaultCACertificates(certificates: readonly Bytes[]): void;

export { createCredentials as createSecureContext } from './crypto';
/** Puts the wire format of the names into `out`. */
export function convertALPNProtocols(protocols: readonly string[] | Uint8Array, out: { ALPNProtocols?: Buffer }): void;
export function convertNPNProtocols(protocols: readonly string[] | Uint8Array, out: { NPNProtocols?: Buffer }): void;

export { checkServerIdentity, getCiphers, rootCertificates } from 'tls';
export function versions(): { securepair: string; openssl: string; uv: string };
