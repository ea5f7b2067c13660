'use strict';
const binding = require('./binding');
const { mistake } = require('./mistakes');
const { read } = require('./options');
const { giveRoots } = require('./roots');

const made = Symbol('made');

/** Key, certificate, trust and policy of one side of a connection, read and checked once. */
class SecureContext {
  #handle;
  constructor(key, handle) {
    if (key !== made) {
      throw mistake(TypeError, 'ERR_ILLEGAL_CONSTRUCTOR', 'a SecureContext comes from createCredentials(), as its `context`');
    }
    this.#handle = handle;
  }
  static _handleOf(context) {
    return context.#handle;
  }
}

class Credentials {
  constructor(context) {
    this.context = context;
  }
}

/** "A credentials object". Throws where a key, certificate, CA, CRL, PFX, cipher list or version is not usable. */
function createCredentials(options) {
  const given = read('credentials', 'createCredentials()', options);
  if (given.ca === undefined) giveRoots();
  return new Credentials(new SecureContext(made, binding.createContext(given)));
}

function isContext(value) {
  return (value?.context ?? value) instanceof SecureContext;
}

/** The addon's, of a SecureContext, of Credentials, or of options for them. */
function contextOf(value, who) {
  const context = value?.context ?? value;
  if (context instanceof SecureContext) return SecureContext._handleOf(context);
  const isOptions = typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
  if (isOptions) return contextOf(createCredentials(value), who);
  throw Object.assign(new TypeError(`${who} takes what crypto.createCredentials() gives, or its \`context\``),
    { code: 'ERR_INVALID_ARG_TYPE' });
}

module.exports = { Credentials, SecureContext, contextOf, createCredentials, isContext };
