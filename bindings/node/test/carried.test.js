'use strict';
// A Duplex of the script's that carries TLS: in which state it may be handed over, whose name is meant, and what is refused.
const assert = require('assert');
const net = require('net');
const { EventEmitter, once } = require('events');
const { PassThrough } = require('stream');
const { test } = require('node:test');
const { connect, duplexPair, keys, serve, textOf, tls } = require('./support');

test('a paused net.Socket carries a client', async (t) => {
  const server = await serve(t, {}, (stream) => stream.end('ok'));
  const socket = net.connect(server.address().port, '127.0.0.1').pause();
  await once(socket, 'connect');
  assert.strictEqual(await textOf(tls.connect({ socket, servername: 'localhost', ca: keys.server.cert })), 'ok');
});

test('a socket of pauseOnConnect is served, and by emit(\'connection\') too', async (t) => {
  const server = await serve(t, {}, (stream) => stream.end('ok'));
  const hand = [(socket) => server.secure(socket), (socket) => server.emit('connection', socket)];
  const front = net.createServer({ pauseOnConnect: true }, (socket) => setTimeout(hand.shift(), 20, socket)).listen(0, '127.0.0.1');
  t.after(() => front.close());
  await once(front, 'listening');
  for (let i = 0; i < 2; i++) assert.strictEqual(await textOf(connect(front)), 'ok');
});

test('paused Duplexes on both sides carry', async (t) => {
  const server = await serve(t, {}, (stream) => stream.pipe(stream));
  const [near, far] = duplexPair();
  server.secure(far.pause());
  const client = tls.connect({ socket: near.pause(), servername: 'localhost', ca: keys.server.cert });
  client.end(Buffer.alloc(300_000, 'x'));
  assert.strictEqual((await textOf(client)).length, 300_000);
});

test('a Duplex is secured once', async (t) => {
  const server = await serve(t, {}, (stream) => stream.end('ok'));
  const taken = { code: 'ERR_STREAM_TAKEN', message: /already.*secure a stream once/s };
  const [near, far] = duplexPair();
  assert.throws(() => tls.connect({ socket: near, ciphers: 'NO-SUCH-CIPHER' }));
  const client = tls.connect({ socket: near, servername: 'localhost', ca: keys.server.cert });
  assert.throws(() => tls.connect({ socket: near }), taken);
  server.secure(far);
  assert.throws(() => server.secure(far), taken);
  assert.strictEqual(await textOf(client), 'ok');

  const told = once(server, 'connection');
  const other = connect(server);
  const [raw] = await told;
  assert.throws(() => server.secure(raw), taken);
  assert.strictEqual(await textOf(other), 'ok');
});

test('what is no Duplex of bytes is refused in words', async (t) => {
  const server = await serve(t, {}, (stream) => stream.end('ok'));
  const half = Object.assign(new EventEmitter(), { write() {}, pause() {}, resume() {} });
  for (const socket of [half, {}, 'socket', new net.Server()]) {
    assert.throws(() => tls.connect({ socket }), { code: 'ERR_INVALID_ARG_TYPE', message: /stream\.Duplex, such as a net\.Socket: it has no / });
  }
  assert.throws(() => server.secure(half), { code: 'ERR_INVALID_ARG_TYPE', message: /it has no end\(\)/ });
  const text = new PassThrough().setEncoding('utf8');
  assert.throws(() => tls.connect({ socket: text }), { code: 'ERR_INVALID_ARG_VALUE', message: /the encoding utf8.*setEncoding/s });
  const [near, far] = duplexPair();
  server.secure(far.setEncoding('latin1'));
  assert.strictEqual(await textOf(tls.connect({ socket: near, servername: 'localhost', ca: keys.server.cert })), 'ok', 'no byte is lost');
});

/** The warnings of the package's that come while `act` runs. */
async function warningsOf(act) {
  const warnings = [];
  const note = ({ code, message }) => warnings.push(`${code}: ${message}`);
  process.on('warning', note);
  await act();
  await new Promise(setImmediate);
  process.removeListener('warning', note);
  return warnings;
}

test('beside `socket`, `host` is the name that is meant', async (t) => {
  const server = await serve(t, {}, (stream) => stream.end(String(stream.servername)));
  const through = (options) => {
    const [near, far] = duplexPair();
    server.secure(far);
    return tls.connect({ socket: near, ca: keys.server.cert, rejectUnauthorized: true, ...options });
  };
  assert.strictEqual(await textOf(through({ host: 'localhost', port: 1 })), 'localhost');
  assert.strictEqual(await textOf(through({ host: 'elsewhere.example', servername: 'localhost' })), 'localhost');
  await assert.rejects(textOf(through({ host: 'elsewhere.example' })), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  const socket = net.connect(server.address().port, 'localhost');
  await assert.rejects(textOf(tls.connect({ socket, host: 'elsewhere.example', ca: keys.server.cert, rejectUnauthorized: true })));
});

test('beside `socket`, what would open a connection warns that it has no effect; the page has `port` there', async () => {
  const attempt = (options) => tls.connect({ socket: duplexPair()[0], ...options }).destroy();
  assert.deepStrictEqual(await warningsOf(() => attempt({ port: 1, host: 'localhost' })), []);
  const warnings = await warningsOf(() => {
    for (let i = 0; i < 2; i++) attempt({ path: '/nowhere', localAddress: '127.0.0.2' });
  });
  assert.deepStrictEqual(warnings, ['path', 'localAddress'].map((name) => (
    `WARN_OPTION_WITHOUT_EFFECT: the option '${name}' has no effect on connect() beside \`socket\`, which is a connection already`)));
  const opened = await warningsOf(() => tls.connect({ port: 1, localPort: 0 }).on('error', () => {}).destroy());
  assert.deepStrictEqual(opened, []);
});

test('what is a server\'s warns that it has no effect on connect()', async () => {
  const warnings = await warningsOf(() => {
    for (let i = 0; i < 2; i++) tls.connect({ socket: duplexPair()[0], honorCipherOrder: true, dhparam: 'auto' }).destroy();
    tls.createServer({ honorCipherOrder: true, dhparam: 'auto' });
  });
  assert.deepStrictEqual(warnings, ['honorCipherOrder', 'dhparam'].map((name) => (
    `WARN_OPTION_WITHOUT_EFFECT: the option '${name}' has no effect on connect(): it is a server's`)));
});
