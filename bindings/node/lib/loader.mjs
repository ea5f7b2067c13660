// The hooks of module.register(), on a thread of their own.
import { resolve as ours } from './redirect.js';

export async function resolve(specifier, context, next) {
  return ours(specifier, context.parentURL) ?? next(specifier, context);
}
