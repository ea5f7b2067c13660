'use strict';
// A server in a worker of a cluster listens for itself, with SO_REUSEPORT: the kernel spreads connections over the workers' sockets. What is
// left to agree on is a port, where none is named; and the primary is told who listens, as it is of Node's servers.
const cluster = require('cluster');
const dgram = require('dgram');

// A port may be free for UDP, where it comes from, and not for TCP.
const tries = 8;

/**
 * A port that is the same in every worker: the primary opens a UDP socket for the n-th one that a worker asks for, and hands it to all workers.
 * It is kept as long as this is open, for workers that come later.
 */
class SharedPort {
  #sockets = new Set();
  #found;
  #failed;

  /** `found` is called with a port, `failed` with an error. */
  constructor(found, failed) {
    this.#found = found;
    this.#failed = failed;
    this.#ask();
  }

  /** Asks for the next one: another program has this one. False where that has been asked often enough. */
  again() {
    if (this.#sockets.size >= tries) return false;
    this.#ask();
    return true;
  }

  close() {
    this.#found = this.#failed = () => {};
    for (const socket of this.#sockets) socket.close();
  }

  #ask() {
    const socket = dgram.createSocket('udp4');
    this.#sockets.add(socket);
    // Also where the worker is told to end.
    socket.on('close', () => this.#sockets.delete(socket));
    // By this Node would tell the primary of a UDP server.
    const { once } = socket;
    socket.once = (name, listener) => (name === 'listening' ? socket : once.call(socket, name, listener));
    socket.on('error', (error) => this.#failed(error));
    socket.bind({ port: 0, address: '127.0.0.1', exclusive: false }, () => {
      socket.unref();
      this.#found(socket.address().port);
    });
  }
}

/** Node's own message, at which the primary's cluster emits `listening`. */
function tellListening(address) {
  if (!process.connected) return;
  cluster.worker.state = 'listening';
  const isPath = typeof address === 'string';
  process.send({
    cmd: 'NODE_CLUSTER',
    act: 'listening',
    address: isPath ? address : address.address,
    port: isPath ? -1 : address.port,
    addressType: isPath ? -1 : Number(address.family.slice(-1)),
    fd: undefined,
  }, () => {});
}

/** Calls `close` where the worker is told to end: worker.disconnect() closes all servers. Gives the function that takes this back. */
function whenDisconnected(close) {
  const { worker } = cluster;
  worker.once('disconnect', close);
  return () => worker.removeListener('disconnect', close);
}

module.exports = { SharedPort, tellListening, whenDisconnected };
