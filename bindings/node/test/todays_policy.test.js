'use strict';
// Today's names for what a connection may agree on, and for what is trusted.
const assert = require('assert');
const net = require('net');
const node = require('tls');
const { constants } = require('crypto');
const { once } = require('events');
const { test } = require('node:test');
const { createCredentials } = require('securepair/crypto');
const { connect, head, keys, node: run, openssl, read, serve, textOf, tls, write } = require('./support');

const {
  SSL_OP_ALL, SSL_OP_CIPHER_SERVER_PREFERENCE, SSL_OP_NO_COMPRESSION, SSL_OP_NO_SSLv3, SSL_OP_NO_TICKET, SSL_OP_NO_TLSv1, SSL_OP_NO_TLSv1_1,
  SSL_OP_NO_TLSv1_2, SSL_OP_NO_TLSv1_3,
} = constants;
const makers = { server: tls.createServer, client: (options) => tls.connect({ port: 1, ...options }), either: createCredentials };

/** The versions of TLS that one speaks with these options, as peers of one version each find them. */
async function versionsOf(t, options) {
  const spoken = [];
  const server = await serve(t, options, (stream) => stream.end());
  for (const version of ['TLSv1.2', 'TLSv1.3']) {
    const client = node.connect({ port: server.address().port, minVersion: version, maxVersion: version, rejectUnauthorized: false });
    await once(client, 'secureConnect').then(() => spoken.push(client.getProtocol()), () => {});
    client.end();
  }
  return spoken;
}

/** A key and a certificate that suites with DHE can use. */
function makeRsa() {
  openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost',
    '-keyout', 'rsa-key.pem', '-out', 'rsa-cert.pem');
  return { key: read('rsa-key.pem'), cert: read('rsa-cert.pem') };
}

/** The suites that a client offers. */
async function suitesOf(options) {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = tls.connect({ port: server.address().port, host: '127.0.0.1', ...options });
  client.on('error', () => {});
  const [socket] = await once(server, 'connection');
  const [hello] = await once(socket, 'data');
  client.destroy();
  server.close();
  const at = 43 + 1 + hello[43];
  return hello.subarray(at + 2, at + 2 + hello.readUInt16BE(at)).toString('hex');
}

test('secureProtocol is a version, or any', async (t) => {
  assert.deepStrictEqual(await versionsOf(t, { secureProtocol: 'TLSv1_2_method' }), ['TLSv1.2']);
  assert.deepStrictEqual(await versionsOf(t, { secureProtocol: 'TLSv1_2_server_method' }), ['TLSv1.2']);
  for (const name of ['TLS_method', 'TLS_server_method', 'SSLv23_method', '']) {
    assert.deepStrictEqual(await versionsOf(t, { secureProtocol: name }), ['TLSv1.2', 'TLSv1.3'], name);
  }
  const server = await serve(t, {}, (stream) => stream.end());
  const client = connect(server, { secureProtocol: 'TLSv1_2_client_method' });
  await once(client, 'secureConnect');
  assert.strictEqual(client.getProtocol(), 'TLSv1.2');
});

test('a secureProtocol that is none is refused, and says what is possible', () => {
  for (const make of Object.values(makers)) {
    for (const name of ['SSLv2_method', 'SSLv3_client_method', 'TLSv1_3_method', 'TLS', 'toString']) {
      assert.throws(() => make({ secureProtocol: name }), (error) => {
        assert.strictEqual(error.code, 'ERR_TLS_INVALID_PROTOCOL_METHOD', name);
        assert.match(error.message, new RegExp(`'${name}'.*'TLSv1_2_method'`));
        return true;
      });
    }
    for (const other of ['minVersion', 'maxVersion']) {
      assert.throws(() => make({ secureProtocol: 'TLS_method', [other]: 'TLSv1.2' }), { code: 'ERR_TLS_PROTOCOL_VERSION_CONFLICT' });
    }
    assert.throws(() => make({ secureProtocol: 'TLSv1_1_method' }), /securityLevel/);
  }
  createCredentials({ secureProtocol: 'TLSv1_method', securityLevel: 0 });
  assert.throws(() => makers.server({ secureProtocol: 'TLS_client_method' }), /is for a client, and this is a server/);
  assert.throws(() => makers.client({ secureProtocol: 'TLS_server_method' }), /is for a server, and this is a client/);
});

test('secureOptions: what holds anyway is taken, versions are taken out', async (t) => {
  const usual = SSL_OP_ALL | SSL_OP_NO_SSLv3 | SSL_OP_NO_TLSv1 | SSL_OP_NO_TLSv1_1 | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE;
  assert.ok(usual < 0, 'as `|` makes it');
  assert.deepStrictEqual(await versionsOf(t, { secureOptions: usual }), ['TLSv1.2', 'TLSv1.3']);
  assert.deepStrictEqual(await versionsOf(t, { secureOptions: usual | SSL_OP_NO_TLSv1_3 }), ['TLSv1.2']);
  assert.deepStrictEqual(await versionsOf(t, { secureOptions: SSL_OP_ALL + SSL_OP_NO_TLSv1_2 }), ['TLSv1.3']);
  const old = { minVersion: 'TLSv1', securityLevel: 0 };
  assert.deepStrictEqual(await versionsOf(t, { ...old, secureOptions: SSL_OP_NO_TLSv1 | SSL_OP_NO_TLSv1_1 }), ['TLSv1.2', 'TLSv1.3']);
  assert.throws(() => tls.createServer({ ...old, secureOptions: SSL_OP_NO_TLSv1_2 }), /leaves a gap between versions/);
  assert.throws(() => tls.createServer({ secureOptions: SSL_OP_NO_TLSv1_2 | SSL_OP_NO_TLSv1_3 }), /leaves no version of TLS/);
  assert.throws(() => tls.createServer({ secureOptions: SSL_OP_NO_TLSv1_2, secureProtocol: 'TLSv1_2_method' }), /leaves no version/);
  assert.throws(() => tls.createServer({ secureOptions: SSL_OP_NO_TLSv1_2, minVersion: 'TLSv9' }), { code: 'ERR_INVALID_VERSION' });
});

test('secureOptions: any other bit is refused by its name', () => {
  const taken = new RegExp('^SSL_OP_(ALL|NO_SSLv[23]|NO_TLSv1(_[123])?|NO_COMPRESSION|CIPHER_SERVER_PREFERENCE|' +
    'NO_SESSION_RESUMPTION_ON_RENEGOTIATION|CRYPTOPRO_TLSEXT_BUG|DONT_INSERT_EMPTY_FRAGMENTS)$');
  // Of old names the bit is 0 by now, which says nothing.
  for (const [name, bit] of Object.entries(constants).filter(([key, value]) => key.startsWith('SSL_OP_') && value !== 0)) {
    for (const make of Object.values(makers)) {
      if (taken.test(name)) createCredentials({ secureOptions: bit });
      else assert.throws(() => make({ secureOptions: bit }), { code: 'ERR_INVALID_ARG_VALUE', message: new RegExp(`has ${name}, .*: `) });
    }
  }
  assert.throws(() => createCredentials({ secureOptions: 1 }), /has the bit 0x1, which crypto\.constants has no name for/);
  assert.throws(() => createCredentials({ secureOptions: 2 ** 40 }), { code: 'ERR_INVALID_ARG_VALUE' });
  assert.throws(() => createCredentials({ secureOptions: '4' }), { code: 'ERR_INVALID_ARG_TYPE' });
  tls.createServer({ secureOptions: SSL_OP_NO_TICKET, sessionStore: { put() {}, find() {}, remove() {} } });
});

test('a server has DHE where dhparam is auto, and takes no group of one\'s own', async (t) => {
  for (const make of [makers.server, makers.either]) {
    assert.throws(() => make({ dhparam: 'PEM' }), { code: 'ERR_INVALID_ARG_VALUE', message: /'auto' or left out/ });
  }
  const rsa = makeRsa();
  const agreed = async (dhparam) => {
    const server = await serve(t, { ...rsa, dhparam }, (stream) => stream.end(stream.getCipher().name));
    return textOf(connect(server, { ca: rsa.cert, maxVersion: 'TLSv1.2', ciphers: 'DHE-RSA-AES128-GCM-SHA256' }));
  };
  assert.strictEqual(await agreed('auto'), 'DHE-RSA-AES128-GCM-SHA256');
  await assert.rejects(agreed(undefined));
});

test('what is not to be had says so: certificateCompression warns once', async () => {
  const warnings = [];
  const note = ({ code, message }) => warnings.push(`${code}: ${message}`);
  process.on('warning', note);
  for (let i = 0; i < 2; i++) tls.createServer({ ...keys.server, certificateCompression: ['zlib'] });
  await new Promise(setImmediate);
  process.removeListener('warning', note);
  assert.deepStrictEqual(warnings, ["WARN_NOT_AVAILABLE: 'certificateCompression' is not available: certificates are sent as they are"]);
});

test('minDHSize refuses a smaller ephemeral DH key before secureConnect', async (t) => {
  const server = node.createServer({ ...keys.server, ecdhCurve: 'ffdhe2048', minVersion: 'TLSv1.3' }, (socket) => socket.end('data'));
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const attempt = (minDHSize) => connect(server, { minDHSize, allowTruncation: true });
  const large = attempt(2048);
  assert.strictEqual(await textOf(large), 'data');
  const small = attempt(2049);
  const seen = [];
  for (const name of ['secureConnect', 'authenticated', 'session', 'data', 'end', 'error', 'close']) small.on(name, () => seen.push(name));
  small.write('secret');
  const [error] = await once(small, 'error');
  assert.strictEqual(error.code, 'ERR_TLS_DH_PARAM_SIZE');
  assert.match(error.message, /2048 bits.*2049/);
  if (!small.closed) await once(small, 'close');
  assert.deepStrictEqual(seen, ['error', 'close']);
  assert.throws(() => attempt('1024'), { code: 'ERR_INVALID_ARG_TYPE' });
  for (const wrong of [0, -1, NaN]) assert.throws(() => attempt(wrong), { code: 'ERR_OUT_OF_RANGE' });
});

test('minDHSize holds where a session has been remembered, too', async (t) => {
  const maxVersion = 'TLSv1.2';
  const server = await serve(t, { ...makeRsa(), dhparam: 'auto', maxVersion }, (stream) => stream.end(String(stream.isSessionReused())));
  const options = { ca: read('rsa-cert.pem'), maxVersion, ciphers: 'DHE-RSA-AES128-GCM-SHA256' };
  assert.strictEqual(await textOf(connect(server, options)), 'false');
  assert.strictEqual(await textOf(connect(server, options)), 'true');
  await assert.rejects(textOf(connect(server, { ...options, minDHSize: 10_000 })), { code: 'ERR_TLS_DH_PARAM_SIZE' });
});

test('DEFAULT_MIN_VERSION, DEFAULT_MAX_VERSION and DEFAULT_CIPHERS are what a later context takes over', async (t) => {
  const names = ['DEFAULT_MIN_VERSION', 'DEFAULT_MAX_VERSION', 'DEFAULT_CIPHERS', 'DEFAULT_ECDH_CURVE'];
  const initial = Object.fromEntries(names.map((name) => [name, tls[name]]));
  t.after(() => Object.assign(tls, initial));
  assert.deepStrictEqual(names.map((name) => initial[name]).filter((value) => value !== initial.DEFAULT_CIPHERS), ['TLSv1.2', 'TLSv1.3', 'auto']);
  tls.DEFAULT_MAX_VERSION = 'TLSv1.2';
  assert.deepStrictEqual(await versionsOf(t, {}), ['TLSv1.2']);
  assert.deepStrictEqual(await versionsOf(t, { maxVersion: 'TLSv1.3' }), ['TLSv1.2', 'TLSv1.3']);
  assert.deepStrictEqual(await versionsOf(t, { secureProtocol: 'TLSv1_2_method' }), ['TLSv1.2']);
  Object.assign(tls, initial, { DEFAULT_MIN_VERSION: 'TLSv1.3' });
  assert.deepStrictEqual(await versionsOf(t, {}), ['TLSv1.3']);
  const { port } = await serve(t, {}, (stream) => stream.end('ok')).then((server) => server.address());
  Object.assign(tls, initial);
  const secureContext = createCredentials({ ca: keys.server.cert });
  tls.DEFAULT_CIPHERS = 'TLS_AES_128_GCM_SHA256';
  assert.match(await suitesOf({}), /^1301(00ff)?$/); // some add the mark of secure renegotiation
  assert.strictEqual(await textOf(tls.connect({ port, secureContext })), 'ok');
  tls.DEFAULT_MIN_VERSION = 'TLSv1';
  assert.throws(() => createCredentials(), { code: 'ERR_INVALID_VERSION' });
});

test('DEFAULT_CIPHERS tells what is offered by default', async () => {
  assert.strictEqual(await suitesOf({ ciphers: `${tls.DEFAULT_CIPHERS}:` }), await suitesOf({}));
  assert.notStrictEqual(await suitesOf({ ciphers: constants.defaultCipherList.replace(/:!CAMELLIA/, '') }), await suitesOf({}));
});

test('servers with the same ticketKeys resume each other\'s sessions', async (t) => {
  const answer = (stream) => stream.end(String(stream.isSessionReused()));
  const first = await serve(t, {}, answer);
  const ticketKeys = first.getTicketKeys();
  assert.strictEqual(ticketKeys.length, 48);
  assert.deepStrictEqual(first.getTicketKeys(), ticketKeys);
  const second = await serve(t, { ticketKeys }, answer);
  const third = await serve(t, { ticketKeys: new Uint8Array(48) }, answer);
  assert.deepStrictEqual(second.getTicketKeys(), ticketKeys);
  const client = connect(first, { sessionCache: false });
  const [session] = await once(client, 'session');
  const reused = (server) => textOf(connect(server, { sessionCache: false, session }));
  assert.deepStrictEqual([await reused(second), await reused(third)], ['true', 'false']);
  third.setTicketKeys(ticketKeys);
  assert.strictEqual(await reused(third), 'true');
  ticketKeys.fill(0);
  assert.notDeepStrictEqual(second.getTicketKeys(), ticketKeys);
});

test('ticketKeys are 48 bytes, and exclude a ticketSecret', () => {
  for (const [keysGiven, code] of [['x'.repeat(48), 'ERR_INVALID_ARG_TYPE'], [Buffer.alloc(47), 'ERR_INVALID_ARG_VALUE']]) {
    assert.throws(() => tls.createServer({ ticketKeys: keysGiven }), { code });
    assert.throws(() => tls.createServer().setTicketKeys(keysGiven), { code });
  }
  const both = { ticketKeys: Buffer.alloc(48), ticketSecret: Buffer.alloc(48) };
  assert.throws(() => tls.createServer(both), { code: 'ERR_OPTION_CONFLICT' });
  const server = tls.createServer({ ticketSecret: Buffer.alloc(48) });
  assert.throws(() => server.getTicketKeys(), { code: 'ERR_OPTION_CONFLICT' });
});

test('getCACertificates() has the lists of Node', async () => {
  assert.ok(tls.getCACertificates().length >= tls.getCACertificates('bundled').length);
  assert.deepStrictEqual(tls.getCACertificates('bundled'), [...tls.rootCertificates]);
  assert.throws(() => tls.getCACertificates('mine'), { code: 'ERR_INVALID_ARG_VALUE' });
  const file = write('extra.pem', `${keys.server.cert}\nbetween\n${keys.client.cert}`);
  write('extra.js', `${head}
    const { X509Certificate } = require('crypto');
    console.log(tls.getCACertificates('extra').map((one) => new X509Certificate(one).subject).join(' '));
    console.log(tls.getCACertificates().length - tls.getCACertificates('bundled').length);`);
  const { stdout } = await run(['extra.js'], { env: { NODE_EXTRA_CA_CERTS: file } });
  assert.strictEqual(stdout, 'CN=server CN=client\n2\n');
  if (node.getCACertificates === undefined) assert.throws(() => tls.getCACertificates('system'), { code: 'ERR_METHOD_NOT_IMPLEMENTED' });
});

test('setDefaultCACertificates() is in time before the first connection that needs them, or throws', async () => {
  write('defaults.js', `${head}
    const server = tls.createServer({ key, cert }, (stream) => stream.end()).listen(0, '127.0.0.1', async () => {
      const { port } = server.address();
      const authorized = () => new Promise((resolve) => {
        const client = tls.connect({ port }, () => resolve(client.authorized));
      });
      if (process.argv[2] === 'early') tls.setDefaultCACertificates([cert]);
      console.log(await authorized());
      try {
        tls.setDefaultCACertificates([Buffer.from(cert)]);
      } catch (error) {
        console.log(error.code);
      }
      console.log(tls.getCACertificates().length);
      server.close();
    });`);
  assert.strictEqual((await run(['defaults.js', 'early'])).stdout, 'true\nERR_INVALID_STATE\n1\n');
  const late = (await run(['defaults.js', 'late'])).stdout.trim().split('\n');
  assert.deepStrictEqual(late.slice(0, 2), ['false', 'ERR_INVALID_STATE']);
  assert.ok(Number(late[2]) > 50);
  for (const [list, code] of [['x', 'ERR_INVALID_ARG_TYPE'], [[], 'ERR_INVALID_ARG_VALUE']]) {
    assert.throws(() => tls.setDefaultCACertificates(list), { code });
  }
  assert.throws(() => tls.setDefaultCACertificates(['no certificate']));
});
