'use strict';
const assert = require('assert');
const net = require('net');
const { once } = require('events');
const { PassThrough, pipeline } = require('stream');
const { test } = require('node:test');
const { setTimeout: sleep } = require('timers/promises');
const { connect, duplexPair, head, keys, node, serve, textOf, tls } = require('./support');

/** The events of an emitter, in their order. */
function note(emitter, names) {
  const seen = [];
  for (const name of names) emitter.on(name, () => seen.push(name));
  return seen;
}

/** A warning of the package's, as the process hears of it. */
async function nextWarning() {
  for (;;) {
    const [warning] = await once(process, 'warning');
    if (warning.name === 'SecurepairWarning') return warning;
  }
}

test('a stream flows from the start, so that its end comes where no one listens for data', async (t) => {
  const server = await serve(t, {}, (stream) => stream.end('not listened for'));
  const client = connect(server);
  const seen = note(client, ['secureConnect', 'end', 'finish', 'close']);
  await once(client, 'close');
  assert.deepStrictEqual(seen, ['secureConnect', 'end', 'finish', 'close']);
});

test('pause() holds data; a listener that comes after data was discarded is warned of', async (t) => {
  const server = await serve(t, {}, (stream) => {
    stream.write('early');
    stream.once('data', () => stream.end('late'));
  });
  const held = connect(server);
  held.pause();
  held.write('go');
  await sleep(100);
  assert.strictEqual(await textOf(held), 'earlylate');

  const hasty = connect(server);
  await sleep(100);
  const warning = nextWarning();
  hasty.on('data', () => {});
  assert.strictEqual((await warning).code, 'WARN_DATA_DISCARDED');
  hasty.end('go');
  await once(hasty, 'close');
});

test('setEncoding never splits a character', async (t) => {
  const text = 'ä€𝄞'.repeat(20_000);
  const server = await serve(t, {}, (stream) => stream.end(text));
  const client = connect(server).setEncoding('utf8');
  let received = '';
  client.on('data', (part) => {
    assert.strictEqual(typeof part, 'string');
    received += part;
  });
  await once(client, 'close');
  assert.strictEqual(received, text);
});

test('write() answers false where the peer does not read, and drain follows', async (t) => {
  const server = await serve(t, {}, (stream) => stream.pause());
  const accepted = once(server, 'secureConnection');
  const client = connect(server);
  const [stream] = await accepted;
  const chunk = Buffer.alloc(64 * 1024);
  let written = 0;
  while (client.write(chunk) || written < 8e6) written += chunk.length;
  assert.ok(client.bufferSize > 0);
  const drained = once(client, 'drain');
  stream.resume();
  await drained;
  client.end();
  await once(client, 'close');
});

test('pipeline() and pipe() end what they write to', async (t) => {
  const server = await serve(t, {}, (stream) => stream.pipe(stream));
  const client = connect(server);
  const source = new PassThrough();
  const piped = new Promise((resolve) => {
    pipeline(source, client, new PassThrough().resume(), resolve);
  });
  source.end(Buffer.alloc(500_000));
  assert.strictEqual(await piped, undefined);
});

test('every Buffer owns its bytes', async (t) => {
  const server = await serve(t, {}, (stream) => stream.pipe(stream));
  const [one, two] = [connect(server), connect(server)];
  one.write('one');
  two.write('two');
  const [[first], [second]] = await Promise.all([once(one, 'data'), once(two, 'data')]);
  assert.strictEqual(Buffer.from(first.buffer).toString('latin1').includes('two'), false);
  assert.notStrictEqual(first.buffer, second.buffer);
  one.end();
  two.end();
  await Promise.all([once(one, 'close'), once(two, 'close')]);
  assert.deepStrictEqual([String(first), String(second)], ['one', 'two']);
});

test('the transport\'s end without close_notify is an error, after all data was read', async (t) => {
  const server = await serve(t, {});
  let raw;
  server.on('connection', (socket) => {
    raw = socket;
  });
  server.on('secureConnection', (stream) => {
    stream.on('error', () => {});
    stream.write('all of it');
    stream.once('data', () => setImmediate(() => raw.end()));
  });
  const client = connect(server);
  client.write('go');
  let text = '';
  await assert.rejects(async () => {
    for await (const chunk of client) {
      await sleep(50);
      text += chunk;
    }
  }, { code: 'ERR_TLS_TRUNCATED' });
  assert.strictEqual(text, 'all of it');
});

test('one side may end before the other with allowHalfOpen', async (t) => {
  const server = await serve(t, { allowHalfOpen: true }, (stream) => {
    stream.on('end', () => setTimeout(() => stream.end('after your end'), 50));
  });
  const client = connect(server);
  client.end();
  assert.strictEqual(await textOf(client), 'after your end');
});

test('setTimeout() tells of silence, and destroySoon() sends what was written', async (t) => {
  const server = await serve(t, {}, (stream) => {
    stream.write('x'.repeat(300_000));
    stream.destroySoon();
  });
  const client = connect(server);
  assert.strictEqual((await textOf(client)).length, 300_000);

  const quiet = await serve(t, {}, (stream) => stream.pipe(stream));
  const idle = connect(quiet, { timeout: 30 });
  await once(idle, 'timeout');
  assert.strictEqual(idle.timeout, 30);
  idle.end();
  await once(idle, 'close');
  assert.throws(() => idle.setTimeout(-1), { code: 'ERR_OUT_OF_RANGE' });
});

test('a stream tells of both ends', async (t) => {
  const server = await serve(t, {}, (stream) => stream.pipe(stream));
  const accepted = once(server, 'secureConnection');
  const client = connect(server);
  await once(client, 'secureConnect');
  const [stream] = await accepted;
  assert.deepStrictEqual(client.address(), { address: '127.0.0.1', port: stream.remotePort, family: 'IPv4' });
  assert.deepStrictEqual([client.remoteAddress, client.remotePort, client.remoteFamily],
    ['127.0.0.1', server.address().port, 'IPv4']);
  assert.deepStrictEqual([stream.remoteAddress, stream.localPort], ['127.0.0.1', server.address().port]);
  assert.strictEqual(client.setNoDelay(), client);
  client.end();
  await once(client, 'close');
  assert.deepStrictEqual(client.address(), {});
});

test('`socket` takes a net.Socket that is open, and knows the host that it was meant for', async (t) => {
  const server = await serve(t, {}, (stream) => stream.pipe(stream));
  const socket = net.connect(server.address().port, 'localhost');
  const client = tls.connect({ socket, ca: keys.server.cert });
  client.end('hello');
  await once(client, 'secureConnect');
  assert.deepStrictEqual([client.authorized, client.remoteAddress], [true, '127.0.0.1']);
  assert.strictEqual(await textOf(client), 'hello');
});

test('`socket` takes any Duplex, such as a CleartextStream: TLS in TLS', async (t) => {
  const inner = await serve(t, {}, (stream) => stream.pipe(stream));
  const outer = await serve(t, {}, (stream) => inner.secure(stream));
  const carrier = connect(outer);
  const client = tls.connect({ socket: carrier, servername: 'localhost', ca: keys.server.cert });
  client.end(Buffer.alloc(200_000, 'in'));
  assert.strictEqual((await textOf(client)).length, 200_000);
});

test('a server takes a Duplex by emit(\'connection\')', async (t) => {
  const server = await serve(t, {}, (stream) => stream.pipe(stream));
  const [near, far] = duplexPair();
  server.emit('connection', far);
  const client = tls.connect({ socket: near, servername: 'localhost', ca: keys.server.cert });
  client.end('by hand');
  assert.strictEqual(await textOf(client), 'by hand');
  assert.strictEqual(client.authorized, true);
});

test('secure() gives the stream that secureConnection will tell', async (t) => {
  const server = await serve(t);
  const told = once(server, 'secureConnection');
  const [near, far] = duplexPair();
  const stream = server.secure(far);
  assert.ok(stream instanceof tls.CleartextStream);
  assert.strictEqual(stream.server, server);
  stream.end('from the beginning');
  const client = tls.connect({ socket: near, servername: 'localhost', ca: keys.server.cert });
  assert.strictEqual(await textOf(client), 'from the beginning');
  assert.strictEqual((await told)[0], stream);

  const refused = once(server, 'clientError');
  const [plain, unsecured] = duplexPair();
  const never = server.secure(unsecured);
  plain.end('GET / HTTP/1.1\r\n\r\n');
  await Promise.all([refused, once(never, 'close')]);
});

test('a Duplex that fails, or is no Duplex, is an error of the connection', async () => {
  const [near] = duplexPair();
  const client = tls.connect({ socket: near });
  near.destroy(new Error('cut'));
  const [error] = await once(client, 'error');
  assert.match(error.message, /cut/);
  assert.throws(() => tls.connect({ socket: {} }), { code: 'ERR_INVALID_ARG_TYPE' });
});

test('what nobody wants is discarded, and what comes after a listener was added is heard', async (t) => {
  const server = await serve(t, {}, async (stream) => {
    for (const part of ['one', 'two', 'three', 'four']) {
      stream.write(part);
      await once(stream, 'data');
    }
    stream.end('five');
  });
  const client = connect(server);
  await once(client, 'secureConnect');
  const heard = [];
  for (const turn of ['ignored', 'ignored', 'heard', 'ignored']) {
    const listener = (bytes) => heard.push(String(bytes));
    if (turn === 'heard') client.on('data', listener);
    await sleep(50);
    client.removeListener('data', listener);
    client.resume();
    client.write('next');
  }
  client.on('data', (bytes) => heard.push(String(bytes)));
  await once(client, 'close');
  assert.deepStrictEqual(heard, ['three', 'five']);
});

test('a large Buffer keeps its bytes for as long as somebody has a part of it', async (t) => {
  const size = 3_000_000;
  const server = await serve(t, {}, (stream) => stream.pipe(stream));
  const client = connect(server);
  const kept = [];
  let count = 0;
  client.on('data', (bytes) => {
    count += bytes.length;
    // A view into it, and where it stood; the Buffer itself may be collected.
    kept.push([count - bytes.length, bytes.subarray(0, 4)]);
    globalThis.gc?.();
    if (count === size) client.end();
  });
  const sent = Buffer.alloc(size);
  for (let at = 0; at + 4 <= size; at += 4) sent.writeUInt32LE(at, at);
  client.write(sent);
  await once(client, 'close');
  assert.strictEqual(count, size);
  for (const [at, view] of kept) {
    assert.ok(view.length < 4 || view.equals(sent.subarray(at, at + 4)), `at ${at}`);
  }
});

test('a stream closes once it is read to its end, though what it has written cannot leave any more', async (t) => {
  const server = await serve(t, {}, (stream) => {
    stream.on('error', () => {});
    stream.pause();
    stream.end('answer');
  });
  const socket = net.connect(server.address().port, '127.0.0.1');
  const client = tls.connect({ socket, servername: 'localhost', ca: keys.server.cert });
  await once(client, 'secureConnect');
  client.pause();
  client.write(Buffer.alloc(20e6));
  await sleep(200);
  socket.destroy();
  await once(socket, 'close');
  const closed = once(client, 'close');
  assert.strictEqual(await textOf(client), 'answer');
  await closed;
});

test('a store that promises in vain keeps no handshake waiting', async () => {
  const script = `${head}
    process.on('unhandledRejection', (error) => console.log(error.message));
    const sessionStore = { put() {}, remove() {}, find: async () => Promise.reject(new Error('no disk')) };
    const server = tls.createServer({ key, cert, sessionStore }, (stream) => stream.end('x'));
    const visit = (session, then) => {
      const client = tls.connect({ port: server.address().port, host: 'localhost', ca: cert, session, sessionCache: false, maxVersion: 'TLSv1.2' });
      client.on('secureConnect', () => client.authorized);
      client.on('session', (made) => { session = made; });
      client.resume().on('close', () => then(session));
    };
    server.listen(0, () => visit(undefined, (session) => visit(session, () => server.close())));`;
  const { status, stdout } = await node(['-e', script]);
  assert.deepStrictEqual([status, stdout], [0, 'no disk\n']);
});
