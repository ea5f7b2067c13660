'use strict';
// What is given to a method or an option and cannot be meant is refused in words, before anything is done.
const assert = require('assert');
const { once } = require('events');
const { test } = require('node:test');
const { createCredentials } = require('securepair/crypto');
const { connect, keys, serve, tls } = require('./support');

const wrongType = (word) => ({ name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE', message: word });
const outOfRange = (word) => ({ name: 'RangeError', code: 'ERR_OUT_OF_RANGE', message: word });

test('of a server', async (t) => {
  const server = await serve(t);
  for (const [wrong, error] of [['x', wrongType], [true, wrongType], [Infinity, outOfRange], [-1, outOfRange], [1.5, outOfRange]]) {
    assert.throws(() => {
      server.maxConnections = wrong;
    }, error(/^maxConnections is to be a whole number from 0/));
    assert.throws(() => server.pause(wrong), error(/^the time of pause\(\), in milliseconds, is to be a/));
    assert.throws(() => tls.createServer(keys.server).listen({ port: 0, backlog: wrong }), error(/backlog/));
    assert.throws(() => tls.createServer(keys.server).listen({ fd: wrong }), error(/fd/));
  }
  for (const wrong of [NaN, -1, 2 ** 31]) assert.throws(() => tls.createServer(keys.server).listen(0, '127.0.0.1', wrong), outOfRange(/backlog/));
  assert.strictEqual(server.maxConnections, undefined);
  server.maxConnections = 2;
  server.maxConnections = undefined;
  assert.throws(() => server.pause(NaN), outOfRange(/pause/));
  assert.throws(() => server.addContext(5, keys.server), wrongType(/^the hostname of addContext\(\) is to be a string/));
  assert.throws(() => server.removeContext(), wrongType(/removeContext/));
  assert.throws(() => server.secure(connect(server).on('error', () => {}).destroy(), 'text'), wrongType(/^the head of secure\(\) is to be a Buffer/));
});

test('of a stream', async (t) => {
  const server = await serve(t, {}, (stream) => stream.on('error', () => {}));
  const client = connect(server);
  await once(client, 'secureConnect');
  assert.strictEqual(client.exportKeyingMaterial(10, 'l').length, 10);
  for (const length of [0, -1, 1.5, NaN, Infinity, 2 ** 32]) {
    assert.throws(() => client.exportKeyingMaterial(length, 'l'), outOfRange(/^the length of exportKeyingMaterial\(\)/));
  }
  assert.throws(() => client.exportKeyingMaterial('10', 'l'), wrongType(/length/));
  for (const args of [[10], [10, 5]]) assert.throws(() => client.exportKeyingMaterial(...args), wrongType(/^the label of/));
  assert.throws(() => client.exportKeyingMaterial(10, 'l', 's'), wrongType(/^the context of/));
  assert.throws(() => client.setMaxSendFragment('x'), wrongType(/setMaxSendFragment/));
  assert.deepStrictEqual([NaN, 511, 1e9, 512].map((size) => client.setMaxSendFragment(size)), [false, false, false, true]);
  for (const args of [[{}, 5], [{}, 'x'], [5], [undefined, {}]]) {
    assert.throws(() => client.renegotiate(...args), wrongType(/renegotiate|'options'/));
  }
  client.destroy();
  assert.strictEqual(client.renegotiate({}, () => assert.fail('it is gone')), undefined);
});

test('of numbers that C++ has no room for', () => {
  for (const name of ['securityLevel', 'keyUpdateLimit', 'clientRenegLimit']) {
    for (const value of [2 ** 31, 2 ** 33, -(2 ** 31) - 1]) {
      assert.throws(() => tls.createServer({ ...keys.server, [name]: value }), outOfRange(new RegExp(`'${name}'`)));
    }
  }
  assert.throws(() => tls.connect({ port: 1, timeout: -1 }), outOfRange(/'timeout'/));
  const { CLIENT_RENEG_LIMIT } = tls;
  for (const [value, error] of [['x', wrongType], [2 ** 31, outOfRange]]) {
    tls.CLIENT_RENEG_LIMIT = value;
    assert.throws(() => tls.createServer(keys.server), error(/CLIENT_RENEG_LIMIT/));
    assert.throws(() => tls.createSecurePair(createCredentials()), error(/CLIENT_RENEG_LIMIT/));
  }
  tls.CLIENT_RENEG_LIMIT = CLIENT_RENEG_LIMIT;
});

test('of ports', () => {
  for (const call of [(port) => tls.connect({ port }), (port) => tls.connect({ port, family: 4 }), (port) => tls.createServer().listen({ port })]) {
    for (const port of [true, [], {}, Symbol('port'), 1n]) {
      assert.throws(() => call(port), wrongType(/a port is to be/));
    }
    for (const port of ['', ' ', 'x', '1.5', -1, 65_536, NaN]) {
      assert.throws(() => call(port), { name: 'RangeError', code: 'ERR_SOCKET_BAD_PORT', message: /a port is to be/ });
    }
  }
  assert.throws(() => tls.connect({}), { code: 'ERR_SOCKET_BAD_PORT' });
  assert.throws(() => tls.connect(''), { code: 'ERR_SOCKET_BAD_PORT' });
});

test('a SecureContext comes from createCredentials()', () => {
  for (const value of [undefined, {}, keys.server]) {
    assert.throws(() => new tls.SecureContext(value), { code: 'ERR_ILLEGAL_CONSTRUCTOR', message: /createCredentials\(\)/ });
  }
  assert.ok(createCredentials().context instanceof tls.SecureContext);
});

test('checkServerIdentity may refuse with an Error without a code', async (t) => {
  const server = await serve(t, {}, (stream) => stream.on('error', () => {}));
  const client = connect(server, { checkServerIdentity: () => new Error('not this one') });
  await once(client, 'secureConnect');
  assert.strictEqual(client.authorizationError, 'ERR_TLS_CERT_ALTNAME_INVALID');
  assert.match(client.authorizationFailure.message, /^not this one/);
  client.destroy();
});

test('a client tells `secure` just before `secureConnect`, as Node\'s does', async (t) => {
  const server = await serve(t, {}, (stream) => stream.end());
  const client = connect(server);
  const seen = [];
  for (const name of ['secure', 'secureConnect', 'connect', 'ready', 'close']) client.on(name, () => seen.push(name));
  await once(client, 'close');
  assert.deepStrictEqual(seen, ['connect', 'ready', 'secure', 'secureConnect', 'close']);
});

test('convertALPNProtocols and convertNPNProtocols put the wire format where it is asked for', () => {
  const out = {};
  tls.convertALPNProtocols(['a'], out);
  tls.convertNPNProtocols(['bc'], out);
  assert.deepStrictEqual(out, { ALPNProtocols: Buffer.from('\x01a'), NPNProtocols: Buffer.from('\x02bc') });
});
