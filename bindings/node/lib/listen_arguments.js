'use strict';
const { inspect } = require('util');
const { mistake, whole } = require('./mistakes');
const { warnUnknown, wrongType } = require('./options');

const isPort = (value) => typeof value === 'number' || (typeof value === 'string' && /^\s*\d*\s*$/.test(value));

function portOf(value) {
  const expected = 'a port is to be a whole number from 0 to 65535, and is';
  if (!['number', 'string', 'undefined'].includes(typeof value)) {
    throw mistake(TypeError, 'ERR_INVALID_ARG_TYPE', `${expected} of type ${typeof value}`);
  }
  const port = /^\s*$/.test(value) ? NaN : Number(value);
  if (Number.isInteger(port) && port >= 0 && port <= 65535) return port;
  throw mistake(RangeError, 'ERR_SOCKET_BAD_PORT', `${expected} ${inspect(value)}`);
}

const backlogOf = (value) => (value === undefined ? value : whole('the backlog of listen()', value));
const given = (value) => value ?? undefined;

const known = ['port', 'host', 'path', 'fd', 'backlog', 'reusePort', 'exclusive', 'signal'];

/** What listen() was told: {where: {port, host} or {path} or {fd}, with backlog, reusePort, exclusive and signal, and callback}. */
function listenArguments(args) {
  const rest = [...args];
  const callback = typeof rest[rest.length - 1] === 'function' ? rest.pop() : undefined;
  const first = rest[0];
  if (typeof first === 'object' && first !== null) return { where: whereOf(first), callback };
  const backlog = backlogOf(rest.slice(1).find((value) => typeof value === 'number'));
  if (typeof first === 'string' && !isPort(first)) return { where: { path: first, backlog }, callback };
  const host = typeof rest[1] === 'string' ? rest[1] : undefined;
  return { where: { port: portOf(first ?? 0), host, backlog }, callback };
}

function whereOf(options) {
  if (!['port', 'path', 'fd'].some((name) => name in options)) {
    throw Object.assign(new TypeError('the options of listen() are to have a `port`, a `path` or an `fd`'), { code: 'ERR_INVALID_ARG_VALUE' });
  }
  if (Object.getPrototypeOf(options) === Object.prototype) {
    for (const name of Object.keys(options)) if (!known.includes(name)) warnUnknown('listen()', name);
  }
  const { port, reusePort, exclusive } = options;
  const [host, path, fd, backlog, signal] = ['host', 'path', 'fd', 'backlog', 'signal'].map((name) => given(options[name]));
  if (signal !== undefined && typeof signal.addEventListener !== 'function') throw wrongType('signal', 'an AbortSignal', signal);
  const how = { backlog: backlogOf(backlog), reusePort, exclusive, signal };
  if (path === undefined && fd === undefined) return { port: portOf(port ?? 0), host, ...how };
  return { path, fd: fd === undefined ? fd : whole('the fd of listen()', fd), ...how };
}

module.exports = { isPort, listenArguments, portOf };
