'use strict';
const assert = require('assert');
const { once } = require('events');
const { test } = require('node:test');
const { createCredentials } = require('securepair/crypto');
const { connect, keys, serve, textOf, tls } = require('./support');

test('a mistake in the options is thrown, and says what to do', () => {
  const cases = [
    { key: 'no key', cert: keys.server.cert },
    { key: keys.client.key, cert: keys.server.cert },
    { key: keys.client.key },
    { ...keys.server, ciphers: 'NO-SUCH-CIPHER' },
    { ...keys.server, ca: [] },
    { pfx: 'no pfx' },
  ];
  for (const options of cases) {
    for (const make of [tls.createServer, createCredentials, (given) => tls.connect(1, given)]) {
      assert.throws(() => make(options), (error) => {
        assert.ok(error instanceof Error);
        assert.match(error.code, /^ERR_/);
        assert.ok(error.fix.length > 0, `${error.code} has a fix`);
        return true;
      });
    }
  }
});

test('an option of the wrong type is named', () => {
  const wrong = {
    key: 1, cert: {}, pfx: true, ca: [1], passphrase: 1, ciphers: [], NPNProtocols: 1, handshakeTimeout: '1', securityLevel: 1.5,
    SNICallback: 'x', clientCertificate: 'perhaps', sessionIdContext: 5,
  };
  for (const [name, value] of Object.entries(wrong)) {
    assert.throws(() => tls.createServer({ [name]: value }), (error) => {
      assert.match(error.message, new RegExp(`'${name}'`));
      assert.match(error.code, /^ERR_(INVALID_ARG_TYPE|INVALID_ARG_VALUE|OUT_OF_RANGE)$/);
      return true;
    });
  }
  assert.throws(() => tls.connect(1, { checkServerIdentity: 1 }), { code: 'ERR_INVALID_ARG_TYPE' });
  assert.throws(() => tls.connect(1, { secureContext: 1 }), { code: 'ERR_INVALID_ARG_TYPE' });
  assert.throws(() => tls.createServer({ ...keys.server, handshakeTimeout: -1 }), { code: 'ERR_OUT_OF_RANGE' });
  for (const make of [tls.createServer, (options) => tls.connect(1, options)]) {
    for (const highWaterMark of [-1, 1.5, NaN]) assert.throws(() => make({ highWaterMark }), { code: 'ERR_OUT_OF_RANGE' });
    assert.throws(() => make({ highWaterMark: '1' }), { code: 'ERR_INVALID_ARG_TYPE' });
  }
});

test('an unknown option warns, once', async () => {
  const warning = once(process, 'warning');
  for (let i = 0; i < 2; i++) tls.createServer({ ...keys.server, honorCiphers: true });
  const [{ name, code, message }] = await warning;
  assert.deepStrictEqual([name, code], ['SecurepairWarning', 'WARN_UNKNOWN_OPTION']);
  assert.match(message, /honorCiphers/);
  let more = 0;
  const count = () => {
    more += 1;
  };
  process.on('warning', count);
  tls.createServer({ ...keys.server, honorCiphers: true });
  await new Promise(setImmediate);
  process.removeListener('warning', count);
  assert.strictEqual(more, 0);
});

test('connect() takes what the page says', async (t) => {
  const server = await serve(t, {}, (stream) => stream.end('ok'));
  const { port } = server.address();
  const options = { ca: keys.server.cert };
  assert.strictEqual(await textOf(tls.connect(port, options)), 'ok');
  assert.strictEqual(await textOf(tls.connect(String(port), 'localhost', options)), 'ok');
  assert.strictEqual(await textOf(tls.connect(port, undefined, options)), 'ok');
  assert.strictEqual(await textOf(tls.connect({ port, ...options })), 'ok');
  await new Promise((resolve) => {
    tls.connect(port, 'localhost', options, function connected() {
      assert.strictEqual(this.authorized, true);
      this.on('close', resolve);
    });
  });
  assert.throws(() => tls.connect(70_000), { code: 'ERR_SOCKET_BAD_PORT' });
  assert.throws(() => tls.connect({}), { code: 'ERR_SOCKET_BAD_PORT' });
});

test('secureConnect comes whether or not the server is authorized; rejectUnauthorized refuses', async (t) => {
  const server = await serve(t, {}, (stream) => stream.end());
  const unknown = connect(server, { ca: keys.client.cert });
  await once(unknown, 'secureConnect');
  assert.deepStrictEqual([unknown.authorized, unknown.authorizationError], [false, 'DEPTH_ZERO_SELF_SIGNED_CERT']);
  assert.ok(unknown.authorizationFailure.fix.length > 0);
  const misnamed = connect(server, { servername: 'elsewhere.example' });
  await once(misnamed, 'secureConnect');
  assert.strictEqual(misnamed.authorizationError, 'ERR_TLS_CERT_ALTNAME_INVALID');
  const [error] = await once(connect(server, { ca: keys.client.cert, rejectUnauthorized: true }), 'error');
  assert.strictEqual(error.code, 'DEPTH_ZERO_SELF_SIGNED_CERT');
});

test('data of a server that is not authorized, which nobody has asked about, warns', async (t) => {
  const server = await serve(t, {}, (stream) => stream.end('data'));
  const warning = once(process, 'warning');
  assert.strictEqual(await textOf(connect(server, { ca: keys.client.cert })), 'data');
  assert.strictEqual((await warning)[0].code, 'WARN_AUTHORIZATION_UNREAD');
});

test('checkServerIdentity judges in place of the comparison of names', async (t) => {
  const server = await serve(t, {}, (stream) => stream.end());
  const asked = [];
  const client = connect(server, {
    servername: 'elsewhere.example',
    checkServerIdentity: (name, certificate) => void asked.push(name, certificate.subject.CN),
  });
  await once(client, 'secureConnect');
  assert.deepStrictEqual(asked, ['elsewhere.example', 'server']);
  assert.strictEqual(client.authorized, true);
  const refused = connect(server, { checkServerIdentity: () => Object.assign(new Error('no'), { code: 'MINE' }) });
  await once(refused, 'secureConnect');
  assert.strictEqual(refused.authorizationError, 'MINE');
});

test('the certificate is the object of the page', async (t) => {
  const server = await serve(t, { requestCert: true, ca: [keys.client.cert] }, (stream) => {
    const { subject, issuer, fingerprint } = stream.getPeerCertificate();
    stream.end(JSON.stringify({ subject, issuer, fingerprint }));
  });
  const client = connect(server, keys.client);
  const told = JSON.parse(await textOf(client));
  assert.deepStrictEqual(told.subject, { CN: 'client' });
  assert.match(told.fingerprint, /^([0-9A-F]{2}:){19}[0-9A-F]{2}$/);
  const { valid_from: from, valid_to: to, raw, subjectaltname } = client.getPeerCertificate(true);
  assert.ok(new Date(from) < new Date(to) && Buffer.isBuffer(raw));
  assert.strictEqual(subjectaltname, 'DNS:localhost, IP Address:127.0.0.1');
  assert.strictEqual(client.getCertificate().subject.CN, 'client');
  assert.strictEqual(client.getX509Certificate().subject, 'CN=client');
  assert.strictEqual(client.getPeerX509Certificate().fingerprint, client.getPeerCertificate().fingerprint);
  const anonymous = await serve(t, {}, (stream) => stream.end(JSON.stringify(stream.getPeerCertificate())));
  assert.strictEqual(await textOf(connect(anonymous)), '{}');
});

test('what was agreed on', async (t) => {
  const server = await serve(t, {}, (stream) => stream.pipe(stream));
  const client = connect(server);
  await once(client, 'secureConnect');
  assert.strictEqual(client.getProtocol(), 'TLSv1.3');
  assert.match(client.getCipher().name, /^TLS_/);
  // A newer OpenSSL agrees on a hybrid group, which has two keys.
  const group = client.getNegotiatedGroup();
  if (/MLKEM/.test(group)) assert.deepStrictEqual(client.getEphemeralKeyInfo(), { type: 'TLSGroup', name: group });
  else assert.strictEqual(client.getEphemeralKeyInfo().type, 'ECDH', group);
  assert.ok(client.getSharedSigalgs().length >= 0);
  assert.ok(Buffer.isBuffer(client.getFinished()) && Buffer.isBuffer(client.getPeerFinished()));
  assert.strictEqual(client.exportKeyingMaterial(32, 'EXPORTER-x').length, 32);
  assert.strictEqual(client.isSessionReused(), false);
  client.end();
  await once(client, 'close');
});

test('clientCertificate, in one word', async (t) => {
  const server = await serve(t, { clientCertificate: 'required', ca: [keys.client.cert] }, (stream) => stream.end(String(stream.authorized)));
  assert.strictEqual(await textOf(connect(server, keys.client)), 'true');
  await assert.rejects(textOf(connect(server)));
});

test('a handshake has its time', async (t) => {
  const server = await serve(t, { handshakeTimeout: 40 });
  const told = once(server, 'clientError');
  require('net').connect(server.address().port, '127.0.0.1').resume();
  assert.strictEqual((await told)[0].code, 'ERR_TLS_HANDSHAKE_TIMEOUT');
});

test('a context is shared by connections, and stands for what it is made of', async (t) => {
  const server = await serve(t, {}, (stream) => stream.end('ok'));
  const secureContext = createCredentials({ ca: keys.server.cert });
  const { port } = server.address();
  for (let i = 0; i < 2; i++) assert.strictEqual(await textOf(tls.connect({ port, secureContext })), 'ok');
  assert.throws(() => tls.connect({ port, secureContext, ca: keys.server.cert }), { code: 'ERR_OPTION_CONFLICT' });
});

test('today\'s names', () => {
  assert.strictEqual(tls.TLSSocket, tls.CleartextStream);
  assert.throws(() => new tls.TLSSocket(), { code: 'ERR_ILLEGAL_CONSTRUCTOR' });
  assert.strictEqual(tls.createSecureContext, createCredentials);
  assert.ok(tls.rootCertificates.length > 50 && tls.getCiphers().length > 10);
  assert.strictEqual(typeof tls.checkServerIdentity, 'function');
  const { openssl, uv } = tls.versions();
  assert.deepStrictEqual([openssl, uv], [process.versions.openssl.split('+')[0], process.versions.uv]);
});
