'use strict';
// Servers in the workers of a cluster, which share a port.
const assert = require('assert');
const { test } = require('node:test');
const { head, node, write } = require('./support');

// The worker's part is `listen`. The primary forks two, the second when the first listens; tells what cluster's `listening` says; is served
// once, and ends by disconnect().
const clusterOf = (listen) => `
  const cluster = require('cluster');
  ${head}
  if (cluster.isPrimary) {
    const told = [];
    cluster.on('listening', (worker, where) => {
      told.push({ ...where, state: worker.state });
      if (told.length === 1) return cluster.fork();
      console.log(JSON.stringify(told));
      const client = tls.connect({ port: where.port, host: '127.0.0.1', ca: cert }, () => console.log('served'));
      client.on('close', () => cluster.disconnect(() => console.log('disconnected')));
    });
    cluster.fork();
  } else {
    const server = tls.createServer({ key, cert }, (stream) => stream.end());
    ${listen}
  }`;

async function run(name, listen) {
  write(name, clusterOf(listen));
  const { status, stdout, stderr } = await node([name]);
  assert.deepStrictEqual({ status, stderr }, { status: 0, stderr: '' });
  const [told, ...rest] = stdout.trim().split('\n');
  assert.deepStrictEqual(rest, ['served', 'disconnected']);
  return JSON.parse(told);
}

test('port 0 is the same one in each worker, and the primary is told of it', async () => {
  const [first, second] = await run('cluster_any.js', "server.listen(0, '127.0.0.1');");
  assert.deepStrictEqual(first, second);
  assert.deepStrictEqual({ ...first, port: 0 }, { address: '127.0.0.1', port: 0, addressType: 4, state: 'listening' });
  assert.ok(first.port > 0);
});

test('a port that is named is shared', async () => {
  // What the first one gets, the second is told by its environment.
  const [first, second] = await run('cluster_named.js', `
    const probe = require('net').createServer().listen({ port: 0, host: '127.0.0.1', exclusive: true }, () => {
      const file = require('path').join(__dirname, 'port');
      const fs = require('fs');
      const port = fs.existsSync(file) ? Number(fs.readFileSync(file, 'utf8')) : probe.address().port;
      fs.writeFileSync(file, String(port));
      probe.close(() => server.listen(port));
    });`);
  assert.deepStrictEqual(first, second);
  assert.strictEqual(first.address, '0.0.0.0');
});

test('another port is found where that one is taken, by all workers', async () => {
  const [first, second] = await run('cluster_taken.js', `
    const { Socket } = require('dgram');
    const { bind } = Socket.prototype;
    let isFirst = cluster.worker.id === 1;
    Socket.prototype.bind = function (options, callback) {
      return bind.call(this, options, () => {
        if (!isFirst) return callback();
        isFirst = false;
        const other = net.createServer();
        other.on('error', (error) => {
          if (error.code !== 'EADDRINUSE') throw error;
          callback();  // another program has it already
        });
        other.listen({ port: this.address().port, host: '127.0.0.1', exclusive: true }, callback).unref();
      });
    };
    server.listen(0, '127.0.0.1');`);
  assert.deepStrictEqual(first, second);
});

test('a server that waits for its port may be closed, and listen again', async () => {
  const [first, second] = await run('cluster_closed.js', `
    server.listen(0, '127.0.0.1', () => {
      if (server.listening !== true || server.address().port === 0) process.exit(1);
    });
    try {
      server.listen(0);
    } catch (error) {
      if (error.code !== 'ERR_SERVER_ALREADY_LISTEN' || server.address() !== null) process.exit(1);
    }
    server.close((error) => error ? process.exit(1) : server.listen({ port: 0, host: '127.0.0.1' }));`);
  assert.deepStrictEqual(first, second);
});

test('exclusive: a port of its own, of which the primary does not hear', async () => {
  write('cluster_exclusive.js', `
    const cluster = require('cluster');
    ${head}
    if (cluster.isPrimary) {
      cluster.on('listening', () => console.log('told'));
      const ports = new Set();
      for (let i = 0; i < 2; i++) {
        cluster.fork().on('message', (port) => {
          ports.add(port);
          if (ports.size === 2) cluster.disconnect();
        });
      }
    } else {
      const server = tls.createServer({ key, cert }).listen({ port: 0, exclusive: true }, () => process.send(server.address().port));
      process.on('disconnect', () => server.close());
    }`);
  assert.deepStrictEqual(await node(['cluster_exclusive.js']), { status: 0, signal: null, stdout: '', stderr: '' });
});
