'use strict';
// What the addon tells: it calls one of these on the object that owns the stream, pair, server or carrier, once for each event of its loop.
// The object's own method of that name, a symbol, does the rest inside its asynchronous scope, so that an AsyncLocalStorage holds.
const { AsyncResource } = require('async_hooks');
const binding = require('./binding');
const { warn } = require('./report');

const scope = Symbol('scope');
const names = [
  'data', 'end', 'close', 'drain', 'finish', 'error', 'timeout', 'connect', 'secureConnect', 'authenticated', 'session', 'keylog', 'secure',
  'pairError',
  'listening', 'connection', 'drop', 'secureConnection', 'clientError', 'serverKeylog', 'serverError', 'serverClose', 'sni', 'identity',
  'sessionPut', 'sessionFind', 'sessionRemove', 'alpn', 'ocsp', 'serverPsk', 'clientPsk', 'carrierWrite', 'carrierEnd', 'carrierDestroy',
  'carrierFlow',
];

const on = {};
const handlers = {
  warning(warning) {
    warn(warning.code, warning.message);
  },
};
for (const name of names) {
  const method = Symbol(name);
  on[name] = method;
  handlers[name] = function tell(a, b, c, d) {
    return this[scope].runInAsyncScope(this[method], this, a, b, c, d);
  };
}

/** Gives an object that the addon will call its scope: that of whoever makes it. */
function open(object) {
  object[scope] = new AsyncResource('SECUREPAIR');
}

binding.setHandlers(handlers);
// No JavaScript is called from under an exit, which on the main thread does not even wait for what is running.
process.once('exit', () => binding.leave());

module.exports = { on, open, scope };
