// import 'crypto' under securepair/register.
import merged from './merged_crypto.js';

export * from 'node:crypto';
export const { createCredentials } = merged;
export default merged;
