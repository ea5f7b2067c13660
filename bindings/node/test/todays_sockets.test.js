'use strict';
// Today's names of net's that a stream and a server of TLS have too.
const assert = require('assert');
const fs = require('fs');
const http = require('http');
const https = require('https');
const net = require('net');
const path = require('path');
const { Duplex } = require('stream');
const { AsyncLocalStorage } = require('async_hooks');
const { once } = require('events');
const { setTimeout } = require('timers/promises');
const { Worker } = require('worker_threads');
const { test } = require('node:test');
const { connect, folder, head, keys, makeCertificate, node, serve, textOf, tls, write } = require('./support');

/** Two Duplexes, each of which reads what the other writes, and note what they are told. */
function wires() {
  const told = [];
  const ends = [0, 1].map((index) => new Duplex({
    read() {},
    write(chunk, encoding, callback) {
      ends[1 - index].push(chunk);
      callback();
    },
    final(callback) {
      ends[1 - index].push(null);
      callback();
    },
  }));
  ends[0].setNoDelay = (...values) => told.push(['setNoDelay', ...values]);
  ends[0].setKeepAlive = (...values) => told.push(['setKeepAlive', ...values]);
  return { ends, told };
}

/** Whether the kernel's keep-alive timer runs for the connection from this port, which has none while something waits for its answer. */
async function keepsAlive({ localPort, remotePort }) {
  const [local, remote] = [localPort, remotePort].map((port) => port.toString(16).toUpperCase().padStart(4, '0'));
  const row = new RegExp(`^ *\\d+: [0-9A-F]{8}:${local} [0-9A-F]{8}:${remote} 01 \\S+ (\\d+):`, 'm');
  for (;;) {
    const [, timer] = row.exec(fs.readFileSync('/proc/self/net/tcp', 'utf8'));
    if (timer !== '01') return timer === '02';
    await setTimeout(5);
  }
}

test('connect() with a lookup of the script\'s', async (t) => {
  const server = await serve(t, {}, (stream) => stream.end(String(stream.servername)));
  const asked = [];
  const lookup = (host, options, callback) => {
    asked.push(host);
    if (options.all) callback(null, [{ address: '127.0.0.1', family: 4 }]);
    else callback(null, '127.0.0.1', 4);
  };
  const client = connect(server, { lookup });
  assert.deepStrictEqual([client.connecting, client.readyState], [true, 'opening']);
  assert.strictEqual(await textOf(client), 'localhost');
  assert.strictEqual(client.authorized, true);
  const misnamed = connect(server, { lookup, host: 'elsewhere.example' });
  await once(misnamed, 'secureConnect');
  assert.strictEqual(misnamed.authorizationError, 'ERR_TLS_CERT_ALTNAME_INVALID');
  assert.strictEqual(await textOf(misnamed), 'elsewhere.example');
  const named = connect(server, { lookup, host: 'elsewhere.example', servername: 'localhost' });
  assert.strictEqual(await textOf(named), 'localhost');
  assert.strictEqual(named.authorized, true);
  assert.deepStrictEqual(asked, ['localhost', 'elsewhere.example', 'elsewhere.example']);
});

test('connect() with family, localAddress and autoSelectFamily', async (t) => {
  const server = await serve(t, {}, (stream) => stream.end(`${stream.remoteAddress} ${stream.servername}`));
  assert.strictEqual(await textOf(connect(server, { host: '127.0.0.1', localAddress: '127.0.0.2' })), '127.0.0.2 false');
  const client = connect(server, { family: 4, autoSelectFamily: true, highWaterMark: 1000, timeout: 60_000 });
  assert.deepStrictEqual([client.readableHighWaterMark, client.timeout], [1000, 60_000]);
  assert.strictEqual(await textOf(client), '127.0.0.1 localhost');
  const place = path.join(folder, 'over_net');
  const other = tls.createServer(keys.server, (stream) => stream.end('by path')).listen(place);
  t.after(() => other.close());
  await once(other, 'listening');
  assert.strictEqual(await textOf(tls.connect({ path: place, family: 4, servername: 'localhost', ca: keys.server.cert })), 'by path');
});

test('connect() with family: what goes wrong arrives as error, with all that Node says of it', async (t) => {
  const gone = net.createServer().listen(0, '127.0.0.1');
  await once(gone, 'listening');
  const { port } = gone.address();
  gone.close();
  const [refused] = await once(tls.connect({ port, host: '127.0.0.1', family: 4 }), 'error');
  assert.deepStrictEqual([refused.code, refused.address, refused.port, refused.syscall], ['ECONNREFUSED', '127.0.0.1', port, 'connect']);
  const lookup = (host, options, callback) => callback(Object.assign(new Error('not found'), { code: 'ENOTFOUND', hostname: host }));
  const lost = tls.connect({ port, host: 'nowhere.example', lookup });
  const [unknown] = await once(lost, 'error');
  assert.deepStrictEqual([unknown.code, unknown.hostname], ['ENOTFOUND', 'nowhere.example']);
  if (!lost.closed) await once(lost, 'close');
  const server = await serve(t);
  assert.throws(() => connect(server, { family: 4, key: 'no key', cert: 'x' }), { code: /^ERR_/ });
  assert.throws(() => tls.connect({ family: 4 }), { code: 'ERR_SOCKET_BAD_PORT' });
  assert.strictEqual(server.connections, 0);
});

test('a signal ends the connection', async (t) => {
  const server = await serve(t);
  const controller = new AbortController();
  const client = connect(server, { signal: controller.signal });
  await once(client, 'secureConnect');
  const failed = once(client, 'error');
  controller.abort();
  assert.strictEqual((await failed)[0].name, 'AbortError');
  const [error] = await once(connect(server, { signal: AbortSignal.abort() }), 'error');
  assert.strictEqual(error.code, 'ABORT_ERR');
  assert.throws(() => connect(server, { signal: 'now' }), { code: 'ERR_INVALID_ARG_TYPE' });
});

test('bytesRead and bytesWritten are the application\'s', async (t) => {
  const size = 3_000_000;
  const server = await serve(t, {}, (stream) => stream.end(Buffer.alloc(size)));
  const discarding = connect(server);
  assert.deepStrictEqual([discarding.bytesRead, discarding.bytesWritten], [0, 0]);
  await once(discarding, 'close');
  assert.strictEqual(discarding.bytesRead, size);
  assert.strictEqual((await textOf(connect(server).setEncoding('latin1'))).length, size);
  const echo = await serve(t, {}, (stream) => stream.pipe(stream));
  const client = connect(echo);
  client.write('12345');
  client.write(Buffer.alloc(size));
  assert.strictEqual(client.bytesWritten, size + 5);
  client.end('6');
  let got = 0;
  client.on('data', (chunk) => {
    got += chunk.length;
  });
  await once(client, 'close');
  assert.deepStrictEqual([client.bytesWritten, client.bytesRead, got], [size + 6, size + 6, size + 6]);
});

test('connecting, pending and readyState', async (t) => {
  const server = await serve(t, { allowHalfOpen: true });
  const accepted = once(server, 'secureConnection');
  const client = connect(server, { allowHalfOpen: true });
  const stateOf = ({ connecting, pending, readyState }) => [connecting, pending, readyState];
  assert.deepStrictEqual(stateOf(client), [true, true, 'opening']);
  await once(client, 'secureConnect');
  assert.deepStrictEqual(stateOf(client), [false, false, 'open']);
  const [stream] = await accepted;
  assert.deepStrictEqual(stateOf(stream), [false, false, 'open']);
  client.end();
  assert.strictEqual(client.readyState, 'readOnly');
  await once(stream.resume(), 'end');
  assert.strictEqual(stream.readyState, 'writeOnly');
  stream.end();
  await once(client.resume(), 'close');
  assert.deepStrictEqual(stateOf(client), [false, true, 'closed']);
});

test('keepAlive, as an option of both and as a method', async (t) => {
  const server = await serve(t, { keepAlive: true, keepAliveInitialDelay: 20_000 });
  const meet = async (options) => {
    const accepted = once(server, 'secureConnection');
    const client = connect(server, options);
    await once(client, 'secureConnect');
    const [stream] = await accepted;
    return { client, stream };
  };
  for (const over of [{}, { family: 4 }]) {
    const { client, stream } = await meet({ ...over, keepAlive: true, keepAliveInitialDelay: 20_000 });
    assert.strictEqual(await keepsAlive(client), true);
    assert.strictEqual(client.setKeepAlive(false), client);
    assert.strictEqual(await keepsAlive(client), false);
    client.setKeepAlive(true);
    assert.strictEqual(await keepsAlive(client), true);
    stream.end();
    await once(client.resume(), 'close');
  }
  const { client, stream } = await meet({});
  assert.strictEqual(await keepsAlive(client), false);
  stream.end();
  await once(client.resume(), 'close');
});

test('a Duplex that knows setNoDelay and setKeepAlive is told, one that does not is let be', async (t) => {
  const server = await serve(t, { noDelay: false, keepAlive: true, keepAliveInitialDelay: 3000 });
  const { ends: [near, far], told } = wires();
  const stream = server.secure(near);
  const client = tls.connect({ socket: far, ca: keys.server.cert, servername: 'localhost', noDelay: false, keepAlive: true });
  await once(server, 'secureConnection');
  assert.deepStrictEqual(told, [['setNoDelay', false], ['setKeepAlive', true, 3000]]);
  client.end();
  await once(stream.resume(), 'close');
});

test('setServername() and setKeyCert() say why not', async (t) => {
  const server = await serve(t);
  const accepted = once(server, 'secureConnection');
  const client = connect(server);
  client.setServername('localhost');
  await once(client, 'secureConnect');
  client.setServername('localhost');
  assert.throws(() => client.setServername('elsewhere.example'), { code: 'ERR_INVALID_STATE', message: /`servername`/ });
  assert.throws(() => client.setServername(1), { code: 'ERR_INVALID_ARG_TYPE' });
  const [stream] = await accepted;
  assert.throws(() => stream.setServername('localhost'), { code: 'ERR_TLS_SNI_FROM_SERVER' });
  assert.throws(() => stream.setKeyCert({}), { code: 'ERR_METHOD_NOT_IMPLEMENTED', message: /SNICallback/ });
  client.end();
  await once(client.resume(), 'close');
});

test('drop tells of each connection above maxConnections', async (t) => {
  const server = await serve(t);
  server.maxConnections = 1;
  const first = connect(server);
  await once(first, 'secureConnect');
  const dropped = once(server, 'drop');
  const second = net.connect(server.address().port, '127.0.0.1');
  second.on('error', () => {});
  await once(second, 'connect');
  const { localPort } = second;
  assert.deepStrictEqual((await dropped)[0], {
    localAddress: '127.0.0.1', localPort: server.address().port, localFamily: 'IPv4',
    remoteAddress: '127.0.0.1', remotePort: localPort, remoteFamily: 'IPv4',
  });
  first.end();
  await once(first.resume(), 'close');
});

test('pauseOnConnect is refused where it is asked for', () => {
  tls.createServer({ pauseOnConnect: false });
  assert.throws(() => tls.createServer({ pauseOnConnect: true }), { code: 'ERR_INVALID_ARG_VALUE', message: /server\.secure\(\)/ });
});

test('connect and ready come before the handshake, whoever has opened the connection', async (t) => {
  const server = await serve(t, {}, (stream) => stream.end());
  const heard = async (client) => {
    const seen = [];
    for (const name of ['secureConnect', 'connect', 'ready']) client.on(name, () => seen.push(`${name} ${client.connecting}`));
    client.resume();
    await once(client, 'close');
    return seen;
  };
  const all = ['connect false', 'ready false', 'secureConnect false'];
  assert.deepStrictEqual(await heard(connect(server)), all);
  assert.deepStrictEqual(await heard(connect(server, { family: 4 })), all);
  assert.deepStrictEqual(await heard(connect(server, { socket: net.connect(server.address().port, '127.0.0.1') })), all);
  const open = net.connect(server.address().port, '127.0.0.1');
  await once(open, 'connect');
  assert.deepStrictEqual(await heard(connect(server, { socket: open })), all.slice(2));
  const gone = connect(server);
  gone.on('connect', () => assert.fail('it was destroyed'));
  gone.destroy();
  await once(gone, 'close');
});

test('unref() lets the process end though a connection is open, and ref() takes that back', async () => {
  const outcome = async (...args) => {
    const { stdout } = await node(['-e', `${head}
      const [how, ...calls] = process.argv.slice(1);
      const server = tls.createServer({ key, cert }, (stream) => stream.unref().on('error', () => {}).resume()).listen(0, '127.0.0.1', () => {
        const { port } = server.address();
        server.unref();
        const socket = how === 'over' ? net.connect(port, '127.0.0.1') : undefined;
        const client = tls.connect({ port, socket, host: '127.0.0.1', ca: cert });
        client.once('secureConnect', () => {
          console.log(client.authorized, calls.every((name) => client[name]() === client));
          setTimeout(() => client.end(), 100).unref();
        });
        client.once('close', () => console.log('closed'));
      });`, '--', ...args]);
    return stdout.split('\n').join(' ').trim();
  };
  for (const how of ['own', 'over']) {
    assert.strictEqual(await outcome(how, 'unref'), 'true true');
    assert.strictEqual(await outcome(how, 'unref', 'ref'), 'true true closed');
  }
});

test('an https.Agent keeps a connection for the next request, and does not keep the process', async (t) => {
  const ports = [];
  const answers = http.createServer((request, response) => {
    ports.push(request.socket.remotePort);
    response.end(request.url);
  });
  answers.keepAliveTimeout = 0;
  const server = await serve(t, {}, (stream) => answers.emit('connection', stream));
  t.after(() => answers.closeAllConnections());
  const giveUp = new AbortController();
  t.after(() => giveUp.abort());
  setTimeout(20_000, undefined, { signal: giveUp.signal }).then(() => answers.closeAllConnections(), () => {});
  const began = Date.now();
  const { stdout, stderr } = await node(['-e', `${head}
    const https = require('https');
    const agent = new https.Agent({ keepAlive: true });
    agent.createConnection = (options) => tls.connect({ ...options, ca: cert, rejectUnauthorized: true });
    const ask = (path, then = () => {}) => {
      const options = { host: '127.0.0.1', port: ${server.address().port}, path, agent, timeout: 60_000, headers: { a: 'b' } };
      const request = https.get(options, async (response) => {
        for await (const chunk of response.setEncoding('utf8')) console.log(chunk, request.reusedSocket, response.socket.authorized);
        setImmediate(then);
      });
    };
    ask('/first', () => ask('/second'));`]);
  assert.strictEqual(stderr, '');
  assert.strictEqual(stdout, '/first false true\n/second true true\n');
  assert.strictEqual(ports[0], ports[1]);
  assert.ok(Date.now() - began < 20_000, 'the connection has kept the process');
});

test('an https.Agent over an address: the certificate is looked at for it, whoever opens the connection', async (t) => {
  const answers = http.createServer((request, response) => response.end('answer'));
  const stranger = makeCertificate('elsewhere', 'DNS:elsewhere.example');
  const server = await serve(t, stranger, (stream) => answers.emit('connection', stream));
  t.after(() => answers.closeAllConnections());
  const { port } = server.address();
  const lookup = (host, { all }, callback) => (all ? callback(null, [{ address: '127.0.0.1', family: 4 }]) : callback(null, '127.0.0.1', 4));
  const ways = [() => ({}), () => ({ family: 4 }), () => ({ localAddress: '127.0.0.1' }), () => ({ lookup }), () => ({ socket: net.connect(port, '127.0.0.1') })];
  for (const way of ways) {
    const agent = new https.Agent();
    agent.createConnection = (options) => {
      assert.strictEqual(options.servername, '');
      return tls.connect({ ...options, ...way(), ca: stranger.cert, rejectUnauthorized: true });
    };
    const [error] = await once(https.get({ host: '127.0.0.1', port, agent }), 'error');
    assert.strictEqual(error.code, 'ERR_TLS_CERT_ALTNAME_INVALID', String(way));
  }
});

test('what is written before the handshake does not leave where no JavaScript can look at the server any more', async (t) => {
  const received = [];
  const server = await serve(t, {}, (stream) => stream.on('error', () => {}).on('data', (data) => received.push(String(data))));
  const gone = Promise.race([once(server, 'clientError'), once(server, 'secureConnection').then(([stream]) => once(stream, 'close'))]);
  await node(['-e', `${head}
    const client = tls.connect(${server.address().port}, '127.0.0.1');
    client.on('secureConnect', () => client.authorized || client.destroy());
    client.write('secret');
    client.unref();
    process.on('exit', () => {
      for (const end = Date.now() + 100; Date.now() < end;);
    });`]);
  await gone;
  assert.deepStrictEqual(received, []);
});

test('nor where a worker that refuses the server ends by that', async (t) => {
  const received = [];
  const server = await serve(t, {}, (stream) => stream.on('error', () => {}).on('data', (data) => received.push(String(data))));
  for (const refusal of ['process.exit(1)', "throw new Error('not this one')"]) {
    const gone = Promise.race([once(server, 'clientError'), once(server, 'secureConnection').then(([stream]) => once(stream, 'close'))]);
    const script = write('refusing_worker.js', `${head}
      const client = tls.connect(${server.address().port}, '127.0.0.1');
      client.on('secureConnect', () => {
        if (!client.authorized) ${refusal};
      });
      client.write('secret');`);
    const worker = new Worker(script);
    worker.on('error', () => {});
    await Promise.all([new Promise((resolve) => worker.on('exit', resolve)), gone]);
  }
  assert.deepStrictEqual(received, []);
});

test('what a listener of connect throws is no harm to the handshake', async (t) => {
  const server = await serve(t, {}, (stream) => stream.end());
  for (const options of ['', 'family: 4,', "socket: net.connect(port, '127.0.0.1'),"]) {
    const { stdout } = await node(['-e', `${head}
      const port = ${server.address().port};
      process.on('uncaughtException', (error) => console.log(error.message));
      const client = tls.connect({ port, host: '127.0.0.1', ${options} ca: cert });
      client.on('connect', () => {
        throw new Error('thrown');
      });
      client.on('secureConnect', () => console.log(client.authorized)).on('close', () => console.log('closed')).resume();`]);
    assert.strictEqual(stdout, 'thrown\ntrue\nclosed\n', options);
  }
});

test('connect is told in the asynchronous scope of whoever has called connect()', async (t) => {
  const server = await serve(t, {}, (stream) => stream.end());
  const storage = new AsyncLocalStorage();
  for (const way of [() => ({}), () => ({ family: 4 }), () => ({ socket: net.connect(server.address().port, '127.0.0.1') })]) {
    const options = storage.run('others', way);
    const client = storage.run('mine', () => connect(server, options));
    const seen = [];
    for (const name of ['connect', 'ready', 'secureConnect']) client.on(name, () => seen.push(storage.getStore()));
    client.resume();
    await once(client, 'close');
    assert.deepStrictEqual(seen, ['mine', 'mine', 'mine']);
  }
});

test('a socket whose options do not fit keeps no listener', async (t) => {
  const server = await serve(t);
  const socket = net.connect(server.address().port, '127.0.0.1');
  for (let i = 0; i < 12; ++i) assert.throws(() => connect(server, { socket, ca: 'no certificate' }));
  assert.strictEqual(socket.listenerCount('connect'), 0);
  socket.destroy();
});

test('resetAndDestroy() is no end to the peer', async (t) => {
  const told = [];
  const server = await serve(t, {}, (stream) => {
    stream.on('end', () => told.push('end')).on('error', (error) => told.push(error.code));
    stream.on('close', () => server.emit('told'));
    stream.write('welcome');
  });
  const reset = async (client) => {
    await once(client, 'data');
    const gone = once(server, 'told');
    assert.strictEqual(client.resetAndDestroy(), client);
    assert.strictEqual(client.resetAndDestroy(), client);
    assert.strictEqual(client.destroyed, true);
    await Promise.all([once(client, 'close'), gone]);
  };
  await reset(connect(server));
  await reset(connect(server, { socket: net.connect(server.address().port, '127.0.0.1') }));
  assert.deepStrictEqual(told, ['ECONNRESET', 'ECONNRESET']);
  const place = path.join(folder, 'reset');
  const other = tls.createServer(keys.server, (stream) => stream.on('error', () => {}).write('welcome')).listen(place);
  t.after(() => other.close());
  await once(other, 'listening');
  for (const way of [{ path: place }, { socket: net.connect(place) }]) {
    const client = tls.connect({ servername: 'localhost', ca: keys.server.cert, ...way });
    await once(client, 'data');
    assert.strictEqual(client.resetAndDestroy().destroyed, true);
    await once(client, 'close');
  }
  const early = connect(server);
  assert.strictEqual(early.resetAndDestroy().destroyed, true);
  await once(early, 'close');
});
