'use strict';

const isPort = (value) => typeof value === 'number' || (typeof value === 'string' && /^\s*\d+\s*$/.test(value));

function portOf(value) {
  const port = Number(value);
  if (Number.isInteger(port) && port >= 0 && port <= 65535) return port;
  throw Object.assign(new RangeError(`a port is to be a whole number from 0 to 65535, and is ${value}`), { code: 'ERR_SOCKET_BAD_PORT' });
}

/** What listen() was told: {where: {port, host} or {path} or {fd}, with backlog and reusePort, and callback}. */
function listenArguments(args) {
  const rest = [...args];
  const callback = typeof rest[rest.length - 1] === 'function' ? rest.pop() : undefined;
  const first = rest[0];
  if (typeof first === 'object' && first !== null) {
    const { port, host, path, fd, backlog, reusePort } = first;
    if (path === undefined && fd === undefined) return { where: { port: portOf(port ?? 0), host, backlog, reusePort }, callback };
    return { where: { path, fd, backlog, reusePort }, callback };
  }
  const backlog = rest.slice(1).find((value) => typeof value === 'number');
  if (typeof first === 'string' && !isPort(first)) return { where: { path: first, backlog }, callback };
  const host = typeof rest[1] === 'string' ? rest[1] : undefined;
  return { where: { port: portOf(first ?? 0), host, backlog }, callback };
}

module.exports = { isPort, listenArguments, portOf };
