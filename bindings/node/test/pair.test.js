'use strict';
// A pair over transports of the script's own, as scripts for v0.6 have it.
const assert = require('assert');
const net = require('net');
const nodes = require('tls');
const { spawn } = require('child_process');
const { once } = require('events');
const { test } = require('node:test');
const { createCredentials } = require('securepair/crypto');
const { connect, keys, node, serve, textOf, tls, write } = require('./support');

/** A pair for each side, whose encrypted streams are piped to each other. */
function pairs(serverArguments = [], clientArguments = []) {
  const server = tls.createSecurePair(createCredentials(keys.server), true, ...serverArguments);
  const client = tls.createSecurePair(createCredentials({ ca: [keys.server.cert] }), false, false, false, ...clientArguments);
  server.encrypted.pipe(client.encrypted).pipe(server.encrypted);
  return { server, client };
}

test('both sides tell that they are secure, and speak', async () => {
  const { server, client } = pairs([], [{ servername: 'localhost' }]);
  await Promise.all([once(server, 'secure'), once(client, 'secure')]);
  assert.deepStrictEqual([client.cleartext.authorized, client.cleartext.authorizationError], [true, null]);
  assert.strictEqual(server.cleartext.servername, 'localhost');
  server.cleartext.pipe(server.cleartext);
  client.cleartext.end(Buffer.alloc(400_000, 'pair'));
  assert.strictEqual((await textOf(client.cleartext)).length, 400_000);
});

test('pairs that are known to each other alone are not collected while they speak', async () => {
  write('known.js', `
    const tls = require('securepair');
    const { createCredentials } = require('securepair/crypto');
    const server = createCredentials({ key: ${JSON.stringify(String(keys.server.key))}, cert: ${JSON.stringify(String(keys.server.cert))} });
    const client = createCredentials({ ca: ${JSON.stringify(String(keys.server.cert))} });
    const meet = () => {
      const [one, two] = [tls.createSecurePair(server, true), tls.createSecurePair(client)];
      one.encrypted.on('data', gc);
      two.encrypted.on('data', gc);
      one.encrypted.pipe(two.encrypted).pipe(one.encrypted);
      one.cleartext.pipe(one.cleartext);
      two.on('secure', () => two.cleartext.end('there and back'));
      two.cleartext.on('data', () => console.log('back'));
      two.cleartext.on('close', () => console.log('closed'));
    };
    meet();
    gc();
    setImmediate(gc);`);
  const { stdout, stderr } = await node(['--expose-gc', 'known.js']);
  assert.deepStrictEqual({ stdout, stderr }, { stdout: 'back\nclosed\n', stderr: '' });
});

test('NPN, on TLS 1.2', async () => {
  const lists = { NPNProtocols: ['spdy/2', 'http/1.1'] };
  const { server, client } = pairs([false, false, lists], [{ NPNProtocols: Buffer.from('\x08http/1.1') }]);
  await Promise.all([once(server, 'secure'), once(client, 'secure')]);
  assert.deepStrictEqual([server.cleartext.npnProtocol, client.cleartext.npnProtocol], ['http/1.1', 'http/1.1']);
  server.destroy();
  client.destroy();
});

test('a failure before `secure` is the pair\'s error', async () => {
  const server = tls.createSecurePair(createCredentials(keys.server), true);
  const told = once(server, 'error');
  server.encrypted.write('GET / HTTP/1.1\r\n\r\n');
  const [error] = await told;
  assert.strictEqual(error.code, 'ERR_SSL_HTTP_REQUEST');
});

test('a server asks for a certificate, and refuses who is not authorized', async () => {
  const context = createCredentials({ ...keys.server, ca: [keys.client.cert] });
  const meet = (credentials) => {
    const server = tls.createSecurePair(context, true, true, true);
    const client = tls.createSecurePair(createCredentials({ ...credentials, ca: [keys.server.cert] }));
    server.encrypted.pipe(client.encrypted).pipe(server.encrypted);
    client.cleartext.on('error', () => {});
    return server;
  };
  const server = meet(keys.client);
  await once(server, 'secure');
  assert.strictEqual(server.cleartext.getPeerCertificate().subject.CN, 'client');
  const [error] = await once(meet({}), 'error');
  assert.strictEqual(typeof error.code, 'string');
});

test('a pair serves a socket, as v0.6\'s tls did it', async (t) => {
  const seen = [];
  const listening = net.createServer((socket) => {
    const pair = tls.createSecurePair(createCredentials(keys.server), true, false, false, { SNICallback: (name) => void seen.push(name) });
    pair.encrypted.pipe(socket).pipe(pair.encrypted);
    pair.on('secure', () => pair.cleartext.pipe(pair.cleartext));
  }).listen(0, '127.0.0.1');
  await once(listening, 'listening');
  t.after(() => listening.close());
  const theirs = nodes.connect({ port: listening.address().port, servername: 'localhost', ca: keys.server.cert });
  theirs.end('to a pair');
  assert.strictEqual(await textOf(theirs), 'to a pair');
  const ours = connect(listening);
  ours.end('and again');
  assert.strictEqual(await textOf(ours), 'and again');
  assert.deepStrictEqual(seen, ['localhost', 'localhost']);
});

test('CLIENT_RENEG_LIMIT holds for what is made afterwards', async (t) => {
  assert.deepStrictEqual([tls.CLIENT_RENEG_LIMIT, tls.CLIENT_RENEG_WINDOW], [3, 600]);
  t.after(() => {
    tls.CLIENT_RENEG_LIMIT = 3;
  });
  for (const limit of [3, 1]) {
    tls.CLIENT_RENEG_LIMIT = limit;
    const server = await serve(t, { maxVersion: 'TLSv1.2' });
    const failed = new Promise((resolve) => {
      server.on('secureConnection', (stream) => stream.on('error', resolve));
    });
    const client = spawn('openssl', ['s_client', '-connect', `127.0.0.1:${server.address().port}`]);
    let said = '';
    client.stderr.on('data', (text) => {
      said += text;
    });
    client.stdin.on('error', () => {});
    const tap = setInterval(() => client.stdin.writable && client.stdin.write('R\n'), 60);
    await once(client, 'close');
    clearInterval(tap);
    assert.strictEqual((await failed).code, 'ERR_TLS_SESSION_ATTACK');
    // It may tap once more before it has read that it was cut off.
    const renegotiations = said.split('RENEGOTIATING').length - 1;
    assert.ok(renegotiations === limit + 1 || renegotiations === limit + 2, `${renegotiations} with a limit of ${limit}`);
  }
});

test('a client renegotiates in TLS 1.2', async (t) => {
  const server = await serve(t, { maxVersion: 'TLSv1.2' }, (stream) => stream.pipe(stream));
  const client = connect(server);
  await once(client, 'secureConnect');
  assert.strictEqual(await new Promise((resolve) => {
    assert.strictEqual(client.renegotiate({}, resolve), true);
  }), null);
  client.end('afterwards');
  assert.strictEqual(await textOf(client), 'afterwards');
  const newer = connect(await serve(t, { minVersion: 'TLSv1.3' }, (stream) => stream.resume()));
  await once(newer, 'secureConnect');
  assert.throws(() => newer.renegotiate(() => {}), { code: 'ERR_TLS_NO_RENEGOTIATION' });
  newer.end();
  await once(newer, 'close');
});

test('NPN with openssl\'s client', async (t) => {
  const server = tls.createServer({ ...keys.server, NPNProtocols: ['spdy/2', 'http/1.1'] }, (stream) => stream.end());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const told = once(server, 'secureConnection');
  const client = spawn('openssl', ['s_client', '-connect', `127.0.0.1:${server.address().port}`, '-tls1_2', '-nextprotoneg', 'spdy/2']);
  const [stream] = await told;
  stream.on('error', () => {});
  assert.deepStrictEqual([stream.npnProtocol, stream.alpnProtocol], ['spdy/2', false]);
  client.kill();
  await once(client, 'close');
});
