/// <reference types="node" />
type Bytes = string | Uint8Array;

export interface CredentialsOptions {
  /** A string is a byte a char. */
  pfx?: Bytes;
  key?: Bytes;
  passphrase?: string;
  cert?: Bytes;
  ca?: Bytes | readonly Bytes[];
  /** Trusted beside the well-known authorities, in place of which `ca` is. */
  caAppend?: Bytes | readonly Bytes[];
  crl?: Bytes | readonly Bytes[];
  ciphers?: string;
  minVersion?: 'TLSv1.2' | 'TLSv1.3';
  maxVersion?: 'TLSv1.2' | 'TLSv1.3';
  securityLevel?: number;
  /** 'TLS_method', 'TLSv1_2_method' and the like. Excludes `minVersion` and `maxVersion`. */
  secureProtocol?: string;
  /** Groups for the key exchange, the favourite first: 'X25519:P-256'; 'auto': OpenSSL's own. */
  groups?: string;
  /** Today's name of `groups`; excludes it. */
  ecdhCurve?: string;
  /** Signature algorithms, the favourite first: 'ECDSA+SHA256:rsa_pss_rsae_sha256'. */
  sigalgs?: string;
  /** Of a server: suites of TLS 1.2 with DHE, in well-known groups. */
  dhparam?: 'auto';
  /** Of a server, default true: its own order of suites counts. */
  honorCipherOrder?: boolean;
  /** A certificate of `ca` is trusted where it is no root, too. */
  allowPartialTrustChain?: boolean;
  /** Not available: warns. */
  certificateCompression?: never;
  /** SSL_OP_ bits of crypto.constants. One that holds anyway is taken, a version's takes it out, any other throws. */
  secureOptions?: number;
}

export class SecureContext {
  private constructor();
}
export class Credentials {
  constructor(context: SecureContext);
  context: SecureContext;
}

/** Throws where a key, certificate, CA, CRL, PFX, cipher list or version is not usable. */
export function createCredentials(options?: CredentialsOptions): Credentials;
