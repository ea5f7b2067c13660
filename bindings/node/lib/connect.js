'use strict';
const net = require('net');
const { addAbortSignal } = require('stream');
const binding = require('./binding');
const Carrier = require('./carrier');
const CleartextStream = require('./cleartext_stream');
const { contextOf } = require('./credentials');
const { isPort, portOf } = require('./listen_arguments');
const { read } = require('./options');
const { needsNet, throughNet, warnBesideSocket } = require('./over_net');
const { giveRoots } = require('./roots');

/**
 * connect(port, [host], [options], [secureConnectListener]), connect(path, [options], [listener]), connect(options, [listener]).
 * "tls.connect() returns a CleartextStream object."
 */
function connect(...args) {
  const { target, listener } = connectArguments(args);
  const options = read('connect', 'connect()', target);
  warnBesideSocket(options);
  const stream = needsNet(options) ? throughNet(options, nameOf, open) : open(options);
  follow(stream, options);
  if (options.timeout) stream.setTimeout(options.timeout);
  if (listener !== undefined) stream.once('secureConnect', listener);
  return stream;
}

// The options, with port, host and path among them.
function connectArguments(args) {
  const rest = args.filter((value) => value !== undefined && value !== null);
  const listener = typeof rest[rest.length - 1] === 'function' ? rest.pop() : undefined;
  const target = {};
  if (isPort(rest[0])) target.port = rest.shift();
  else if (typeof rest[0] === 'string') target.path = rest.shift();
  if (typeof rest[0] === 'string') target.host = rest.shift();
  return { target: { ...rest[0], ...target }, listener };
}

// What the stream can be told once there is one.
function follow(stream, { noDelay, keepAlive, keepAliveInitialDelay, minDHSize, signal }) {
  if (noDelay === false) stream.setNoDelay(false);
  if (keepAlive) stream.setKeepAlive(true, keepAliveInitialDelay);
  if (minDHSize !== undefined) stream._requireDH(minDHSize);
  if (signal !== undefined) addAbortSignal(signal, stream);
}

function open(options) {
  const { host, port, path, socket, minDHSize, checkServerIdentity, pskCallback, allowHalfOpen, highWaterMark, timeout, ...given } = options;
  if (given.secureContext !== undefined) given.secureContext = contextOf(given.secureContext, '`secureContext`');
  else if (given.ca === undefined) giveRoots();
  const asks = { identity: checkServerIdentity !== undefined, psk: pskCallback !== undefined };
  const streams = { allowHalfOpen: allowHalfOpen ?? false, highWaterMark };
  const carrier = socket === undefined ? null : new Carrier(socket);
  given.servername ||= nameOf(options); // an https.Agent gives "" for an address
  // A session of before would have no key to measure.
  if (minDHSize !== undefined && given.session === undefined) given.sessionCache = false;
  const stream = CleartextStream._connected(streams, { checkServerIdentity, pskCallback }, carrier, (own) => {
    if (carrier !== null) return binding.connectOver(own, given, asks, carrier.handle);
    if (path !== undefined) return binding.connectToPath(own, given, asks, path);
    return binding.connect(own, given, asks, portOf(port), host ?? 'localhost');
  });
  stream._bindName(given.servername);
  carrier?.begin();
  return stream;
}

// What a certificate must be for, where no name was given.
function nameOf({ socket, path, host }) {
  if (host !== undefined) return host;
  if (socket !== undefined) return hostOf(socket);
  return path === undefined ? 'localhost' : undefined;
}

// "else the name that the given socket was connected to"
function hostOf(socket) {
  if (!(socket instanceof net.Socket)) return undefined;
  return socket._host || socket.remoteAddress || undefined;
}

module.exports = connect;
