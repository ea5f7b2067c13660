'use strict';
const assert = require('assert');
const net = require('net');
const path = require('path');
const { EventEmitter, once } = require('events');
const { test } = require('node:test');
const { connect, folder, head, keys, node, serve, textOf, tls, write } = require('./support');

test('a Server is a net.Server, and may be called without new', () => {
  const server = tls.Server(keys.server, () => {});
  assert.ok(server instanceof tls.Server && server instanceof net.Server && server instanceof EventEmitter);
  assert.strictEqual(server.listenerCount('secureConnection'), 1);
  assert.strictEqual(server.address(), null);
  assert.strictEqual(server.listening, false);
  class Own extends tls.Server {}
  assert.ok(new Own(keys.server) instanceof Own);
  assert.strictEqual(tls.createServer(() => {}).listenerCount('secureConnection'), 1);
});

test('listen() takes what net.Server\'s does, and close() can be followed by it', async () => {
  const server = tls.createServer(keys.server);
  const listens = async (...args) => {
    await new Promise((resolve) => {
      assert.strictEqual(server.listen(...args, resolve), server);
    });
    const address = server.address();
    assert.strictEqual(server.listening, true);
    server.close();
    await once(server, 'close');
    assert.strictEqual(server.listening, false);
    return address;
  };
  assert.strictEqual((await listens(0)).address, '0.0.0.0');
  assert.strictEqual((await listens('0', 'localhost')).address, '127.0.0.1');
  assert.strictEqual((await listens({ port: 0, host: '127.0.0.1', backlog: 5 })).family, 'IPv4');
  assert.strictEqual((await listens(0, '127.0.0.1', 5)).address, '127.0.0.1');
  const place = path.join(folder, 'socket');
  assert.strictEqual(await listens(place), place);
  assert.strictEqual(await listens({ path: place }), place);
  assert.throws(() => server.listen(65536), { code: 'ERR_SOCKET_BAD_PORT' });
  assert.throws(() => tls.createServer().listen(0), { code: 'ERR_TLS_NO_CERTIFICATE' });
  server.listen(0);
  assert.throws(() => server.listen(0), { code: 'ERR_SERVER_ALREADY_LISTEN' });
  server.close();
  await once(server, 'close');
  const [error] = await new Promise((resolve) => {
    server.close((...args) => resolve(args));
  });
  assert.strictEqual(error.code, 'ERR_SERVER_NOT_RUNNING');
});

test('a listen() that fails is an error, and without a listener an exception', async (t) => {
  const server = await serve(t);
  const second = tls.createServer(keys.server).listen(server.address().port, '127.0.0.1');
  const [error] = await once(second, 'error');
  assert.strictEqual(error.code, 'EADDRINUSE');
  write('unheard.js', `
    const tls = require('securepair');
    process.on('uncaughtException', (error) => console.log(error.code));
    tls.createServer({ key: ${JSON.stringify(String(keys.server.key))}, cert: ${JSON.stringify(String(keys.server.cert))} })
      .listen(${server.address().port}, '127.0.0.1');`);
  assert.deepStrictEqual(await node(['unheard.js']), { stdout: 'EADDRINUSE\n', stderr: '', status: 0, signal: null });
});

test('over a Unix socket the name is servername', async (t) => {
  const server = tls.createServer(keys.server, (stream) => stream.end('by path'));
  t.after(() => server.close());
  server.listen(path.join(folder, 'tls'));
  await once(server, 'listening');
  const client = tls.connect(path.join(folder, 'tls'), { servername: 'localhost', ca: [keys.server.cert] });
  assert.strictEqual(await textOf(client), 'by path');
  assert.strictEqual(client.authorized, true);
});

test('connection comes with the raw Duplex, before the handshake is done', async (t) => {
  const server = await serve(t);
  const seen = [];
  server.on('connection', (raw) => {
    seen.push('connection', raw.remoteAddress);
    raw.on('close', () => seen.push('raw close'));
  });
  server.on('secureConnection', (stream) => {
    seen.push('secureConnection');
    stream.end();
  });
  await once(connect(server), 'close');
  server.close();
  await once(server, 'close');
  assert.deepStrictEqual(seen, ['connection', '127.0.0.1', 'secureConnection', 'raw close']);
});

test('clientError has the raw Duplex of connection; tlsClientError is the same', async (t) => {
  const server = await serve(t);
  let raw;
  server.on('connection', (socket) => {
    raw = socket;
  });
  const told = [once(server, 'clientError'), once(server, 'tlsClientError')];
  net.connect(server.address().port).end('GET / HTTP/1.1\r\n\r\n');
  for (const [error, socket] of await Promise.all(told)) {
    assert.strictEqual(error.code, 'ERR_SSL_HTTP_REQUEST');
    assert.strictEqual(socket, raw);
  }
});

test('maxConnections and connections', async (t) => {
  const server = await serve(t);
  server.maxConnections = 1;
  assert.strictEqual(server.maxConnections, 1);
  const first = connect(server);
  await once(first, 'secureConnect');
  assert.strictEqual(server.connections, 1);
  assert.strictEqual(await new Promise((resolve) => {
    server.getConnections((error, count) => resolve(count));
  }), 1);
  const [error] = await once(connect(server), 'error');
  assert.strictEqual(typeof error.code, 'string');
  first.end();
  await once(first, 'close');
});

test('an SNICallback answers at once or later, with nothing, or by refusing', async (t) => {
  const { createCredentials } = require('securepair/crypto');
  const answers = {
    now: () => createCredentials(keys.client).context,
    'now-credentials': () => createCredentials(keys.client),
    nothing: () => undefined,
    later: (name, callback) => setImmediate(callback, null, createCredentials(keys.client)),
    refused: (name, callback) => setImmediate(callback, new Error('not here')),
    thrown: () => {
      throw Object.assign(new Error('mine'), { code: 'MINE' });
    },
    wrong: () => 1,
  };
  for (const [name, answer] of Object.entries(answers)) {
    const server = await serve(t, { SNICallback: answer }, (stream) => stream.end());
    const failed = once(server, 'clientError');
    const client = connect(server, { servername: name });
    client.on('error', () => {});
    if (['refused', 'thrown', 'wrong'].includes(name)) {
      const [error] = await failed;
      if (name === 'thrown') assert.strictEqual(error.code, 'MINE');
    } else {
      await once(client, 'secureConnect');
      assert.strictEqual(client.getPeerCertificate().subject.CN, name === 'nothing' ? 'server' : 'client', name);
    }
  }
});

test('sessions lie in a sessionStore of the script\'s', async (t) => {
  const kept = new Map();
  const sessionStore = {
    put: (id, session, lifetime) => kept.set(id.toString('hex'), session) && assert.strictEqual(lifetime, 60),
    find: (id, callback) => setImmediate(callback, kept.get(id.toString('hex'))),
    remove: (id) => kept.delete(id.toString('hex')),
  };
  const server = await serve(t, { sessionStore, sessionTimeout: 60 }, (stream) => stream.end(String(stream.isSessionReused())));
  const first = connect(server, { sessionCache: false });
  const [session] = await once(first, 'session');
  await once(first, 'close');
  assert.strictEqual(kept.size, 1);
  assert.strictEqual(await textOf(connect(server, { sessionCache: false, session })), 'true');
});

test('keylog tells each connection\'s secrets', async (t) => {
  const server = await serve(t, {}, (stream) => stream.end());
  const told = once(server, 'keylog');
  const client = connect(server);
  const own = once(client, 'keylog');
  assert.match(String((await told)[0]), /^[A-Z_0-9]+ [0-9a-f]{64} [0-9a-f]+\n$/);
  assert.match(String((await own)[0]), /^[A-Z_0-9]+ /);
  await once(client.resume(), 'close');
});

test('keylog tells the stream that secureConnection will tell, and one that never is', async (t) => {
  const server = await serve(t, {}, (stream) => stream.end());
  const told = [];
  server.on('keylog', (line, stream) => told.push(stream));
  const accepted = once(server, 'secureConnection');
  await once(connect(server).resume(), 'close');
  assert.ok(told.length > 1 && told[0] instanceof tls.CleartextStream);
  assert.deepStrictEqual(new Set(told), new Set(await accepted));

  const { stdout, stderr } = await node(['-e', `${head}
    const server = tls.createServer({ key, cert }).listen(0, '127.0.0.1', () => {
      tls.connect({ port: server.address().port, rejectUnauthorized: true, ca: cert, servername: 'elsewhere.example' })
        .on('error', () => {}).on('close', () => server.close());
    });
    server.once('keylog', (line, stream) => stream.on('close', () => console.log('close', stream.remoteAddress)));
    server.on('clientError', (error) => console.log(error.code));`]);
  assert.match(stdout.split('\n').sort().join(' ').trim(), /^ERR_SSL_\w+_BAD_CERTIFICATE close undefined$/); // OpenSSL's versions differ
  assert.strictEqual(stderr, '');
});

test('unref() lets the process end though the server listens, and ref() takes that back', async () => {
  write('unref.js', `
    const tls = require('securepair');
    const server = tls.createServer({ key: ${JSON.stringify(String(keys.server.key))}, cert: ${JSON.stringify(String(keys.server.cert))} });
    const [when, ...calls] = process.argv.slice(2);
    const call = () => calls.every((name) => server[name]() === server);
    if (when === 'before') call();
    server.listen(0, '127.0.0.1', () => {
      console.log('listening');
      if (when === 'after') call();
    });
    setTimeout(() => server.close(), 100).unref();
    server.on('close', () => console.log('closed'));`);
  const outcome = async (...args) => (await node(['unref.js', ...args])).stdout.split('\n').join(' ').trim();
  assert.strictEqual(await outcome('before', 'unref'), 'listening');
  assert.strictEqual(await outcome('after', 'unref'), 'listening');
  assert.strictEqual(await outcome('after', 'unref', 'ref'), 'listening closed');
});

test('listen() knows a signal, and warns of an option that it does not know', async (t) => {
  const controller = new AbortController();
  const server = await serve(t);
  const other = tls.createServer(keys.server).listen({ port: 0, host: '127.0.0.1', signal: controller.signal });
  await once(other, 'listening');
  controller.abort();
  await once(other, 'close');
  assert.strictEqual(server.listening, true);
  tls.createServer(keys.server).listen({ port: 0, signal: AbortSignal.abort() });
  assert.throws(() => other.listen({ port: 0, signal: 'now' }), { code: 'ERR_INVALID_ARG_TYPE' });
  assert.throws(() => other.listen({ host: '127.0.0.1' }), { code: 'ERR_INVALID_ARG_VALUE' });
  const warning = once(process, 'warning');
  other.listen({ port: 0, readableAll: true }).close();
  assert.match((await warning)[0].message, /^listen\(\) does not know the option 'readableAll'/);
});

test('close() of a server that looks up its host still calls back at `close`', async () => {
  const server = tls.createServer(keys.server).listen(0, 'localhost');
  assert.strictEqual(await new Promise((resolve) => {
    server.close(resolve);
  }), undefined);
});

test('a listener may be put before the others', async (t) => {
  const server = await serve(t, {}, (stream) => stream.end());
  const seen = [];
  server.prependListener('connection', () => seen.push('connection'));
  server.prependOnceListener('keylog', () => seen.push('keylog'));
  const client = connect(server);
  client.prependOnceListener('keylog', () => seen.push('own keylog'));
  await once(client.resume(), 'close');
  assert.deepStrictEqual(seen.sort(), ['connection', 'keylog', 'own keylog']);
});
