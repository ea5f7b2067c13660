'use strict';
// What Node's net can do and the library's own connect cannot: such a connection is opened by net, and carries TLS as a `socket` does.
const net = require('net');
const { portOf } = require('./listen_arguments');
const { warnWithoutEffect } = require('./options');

const names = [
  'lookup', 'family', 'hints', 'localAddress', 'localPort', 'autoSelectFamily', 'autoSelectFamilyAttemptTimeout',
];

/** Whether one of its options is asked for, and there is no connection yet. */
function needsNet(options) {
  return options.socket === undefined && names.some((name) => options[name] !== undefined);
}

/** Says which of the options would open a connection, where a `socket` is one. */
function warnBesideSocket(options) {
  if (options.socket === undefined) return;
  for (const name of ['path', ...names]) {
    if (options[name] !== undefined) warnWithoutEffect(name, 'connect() beside `socket`, which is a connection already');
  }
}

/** What `open` makes of the options with a `socket`, which connects, and the name that is meant without it. */
function throughNet(options, nameOf, open) {
  const servername = options.servername || nameOf(options);
  const socket = net.connect(connectOptions(options));
  try {
    return open({ ...options, servername, socket });
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

// The library says when the connection ends, and sends small writes at once.
function connectOptions({ port, host = 'localhost', path, noDelay = true, keepAlive, keepAliveInitialDelay, ...options }) {
  const where = path === undefined ? { port: portOf(port), host } : { path };
  const how = Object.fromEntries(names.map((name) => [name, options[name]]));
  return { ...where, ...how, noDelay, keepAlive, keepAliveInitialDelay, allowHalfOpen: true };
}

module.exports = { needsNet, throughNet, warnBesideSocket };
