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
