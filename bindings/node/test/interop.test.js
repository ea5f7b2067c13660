'use strict';
// With Node's own tls at the other end, both ways.
const assert = require('assert');
const nodes = require('tls');
const { once } = require('events');
const { test } = require('node:test');
const { connect, endLater, keys, makeCertificate, nodesServer, serve, textOf, tls } = require('./support');

const big = Buffer.alloc(3_000_000, 'securepair ');

const versions = ['TLSv1.2', 'TLSv1.3'];

for (const version of versions) {
  test(`a client of Node's: ${version}, both ways, to the end`, async (t) => {
    const server = await serve(t, { minVersion: version, maxVersion: version }, (stream) => stream.pipe(stream));
    const client = nodes.connect({ port: server.address().port, host: 'localhost', ca: keys.server.cert });
    client.end(big);
    client.once('secureConnect', () => assert.strictEqual(client.getProtocol(), version));
    assert.strictEqual((await textOf(client)).length, big.length);
  });

  test(`a server of Node's: ${version}, both ways, to the end`, async (t) => {
    const server = await nodesServer(t, { minVersion: version, maxVersion: version }, (socket) => socket.pipe(socket));
    const client = connect(server);
    client.end(big);
    assert.strictEqual((await textOf(client)).length, big.length);
    assert.strictEqual(client.getProtocol(), version);
    assert.strictEqual(client.authorized, true);
  });

  test(`a client's certificate: ${version}`, async (t) => {
    const seen = [];
    const options = { requestCert: true, ca: keys.client.cert, minVersion: version, maxVersion: version };
    const ours = await serve(t, options, (stream) => {
      seen.push(stream.authorized, stream.authorizationError, stream.getPeerCertificate().subject?.CN);
      stream.end();
    });
    for (const client of [keys.client, {}]) {
      const socket = nodes.connect({ port: ours.address().port, host: 'localhost', ca: keys.server.cert, ...client });
      await once(socket.resume(), 'close');
    }
    assert.deepStrictEqual(seen.slice(0, 3), [true, null, 'client']);
    assert.strictEqual(seen[3], false);
    assert.strictEqual(typeof seen[4], 'string');

    const theirs = await nodesServer(t, { ...options, ca: [keys.client.cert] }, (socket) => {
      endLater(socket, `${socket.authorized} ${socket.getPeerCertificate().subject.CN}`);
    });
    assert.strictEqual(await textOf(connect(theirs, keys.client)), 'true client');
  });
}

test('a pfx serves and is served', async (t) => {
  const ours = await serve(t, { key: undefined, cert: undefined, pfx: keys.serverPfx, requestCert: true },
    (stream) => stream.end(String(stream.authorized)));
  const theirs = nodes.connect({ port: ours.address().port, host: 'localhost', ca: keys.server.cert, pfx: keys.clientPfx });
  assert.strictEqual(await textOf(theirs), 'true');
  const server = await nodesServer(t, { requestCert: true, ca: [keys.client.cert] }, (socket) => endLater(socket, String(socket.authorized)));
  const client = tls.connect(server.address().port, { pfx: keys.clientPfx });
  assert.strictEqual(await textOf(client), 'true');
  assert.strictEqual(client.authorized, true);
});

test('a string of a pfx is a byte a char', async (t) => {
  const server = await serve(t, { key: undefined, cert: undefined, pfx: keys.serverPfx.toString('latin1') }, (stream) => stream.end('ok'));
  assert.strictEqual(await textOf(connect(server)), 'ok');
});

test('ALPN, and NPNProtocols by ALPN', async (t) => {
  const ours = await serve(t, { NPNProtocols: ['spdy/2', 'http/1.1'] }, (stream) => stream.end(String(stream.npnProtocol)));
  const theirs = nodes.connect({ port: ours.address().port, host: 'localhost', ca: keys.server.cert, ALPNProtocols: ['http/1.1'] });
  assert.strictEqual(await textOf(theirs), 'http/1.1');
  assert.strictEqual(theirs.alpnProtocol, 'http/1.1');
  const server = await nodesServer(t, { ALPNProtocols: ['spdy/2'] }, (socket) => endLater(socket));
  const client = connect(server, { NPNProtocols: [Buffer.from('http/1.1'), 'spdy/2'] });
  await once(client, 'secureConnect');
  assert.deepStrictEqual([client.npnProtocol, client.alpnProtocol], ['spdy/2', 'spdy/2']);
  await once(client, 'close');
  const none = connect(await serve(t, {}, (stream) => stream.end()));
  await once(none, 'secureConnect');
  assert.deepStrictEqual([none.npnProtocol, none.alpnProtocol], [false, false]);
});

test('SNI: the server gives each name its certificate', async (t) => {
  const other = makeCertificate('other', 'DNS:a.example.org');
  const ours = await serve(t, {}, (stream) => stream.end(String(stream.servername)));
  ours.addContext('*.example.org', other);
  const ask = async (servername) => {
    const client = nodes.connect({ port: ours.address().port, host: '127.0.0.1', servername, rejectUnauthorized: false });
    await once(client, 'secureConnect');
    const { CN } = client.getPeerCertificate().subject;
    return [CN, await textOf(client)];
  };
  assert.deepStrictEqual(await ask('a.example.org'), ['other', 'a.example.org']);
  assert.deepStrictEqual(await ask('elsewhere'), ['server', 'elsewhere']);
  assert.strictEqual(ours.removeContext('*.example.org'), true);
  assert.deepStrictEqual(await ask('a.example.org'), ['server', 'a.example.org']);
  ours.setSecureContext(other);
  assert.deepStrictEqual(await ask('elsewhere'), ['other', 'elsewhere']);
});

test('sessions are resumed, both ways', async (t) => {
  const ours = await serve(t, {}, (stream) => stream.end(String(stream.isSessionReused())));
  const options = { port: ours.address().port, host: 'localhost', ca: keys.server.cert };
  const first = nodes.connect(options);
  const [session] = await once(first.resume(), 'session');
  await once(first, 'close');
  assert.strictEqual(await textOf(nodes.connect({ ...options, session })), 'true');

  const theirs = await nodesServer(t, {}, (socket) => endLater(socket, String(socket.isSessionReused())));
  const before = connect(theirs, { sessionCache: false });
  const [ticket] = await once(before.resume(), 'session');
  await once(before, 'close');
  assert.strictEqual(await textOf(connect(theirs, { sessionCache: false })), 'false');
  assert.strictEqual(await textOf(connect(theirs, { sessionCache: false, session: ticket })), 'true');
});

test('a fatal alert has its name at both ends', async (t) => {
  const ours = await serve(t, { minVersion: 'TLSv1.3' }, () => {});
  const told = once(ours, 'clientError');
  const theirs = nodes.connect({ port: ours.address().port, host: 'localhost', maxVersion: 'TLSv1.2' });
  const [error] = await once(theirs, 'error');
  assert.strictEqual(error.code, 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION');
  const [failure, raw] = await told;
  assert.strictEqual(failure.code, 'ERR_SSL_UNSUPPORTED_PROTOCOL');
  assert.ok(failure.fix.length > 0);
  assert.strictEqual(failure.peer.address, '127.0.0.1');
  assert.strictEqual(typeof raw.destroy, 'function');
});
