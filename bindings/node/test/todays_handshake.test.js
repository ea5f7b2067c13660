'use strict';
// Today's names of what a handshake agrees on and asks for: with the package on both sides, and with Node's own tls on one.
const assert = require('assert');
const nodeTls = require('tls');
const { once } = require('events');
const { test } = require('node:test');
const { createCredentials } = require('securepair/crypto');
const { connect, endLater, head, keys, node, nodesServer, serve, textOf, tls } = require('./support');

const psk = Buffer.from('0123456789abcdef0123456789abcdef');
const versions = ['TLSv1.2', 'TLSv1.3'];

test('ecdhCurve, groups and sigalgs say what is agreed on', async (t) => {
  const server = await serve(t, { ecdhCurve: 'P-384' }, (stream) => stream.end(stream.getNegotiatedGroup()));
  assert.strictEqual(await textOf(connect(server)), 'secp384r1');
  await assert.rejects(textOf(connect(server, { groups: 'P-256' })));
  const any = await serve(t, { groups: 'auto' }, (stream) => stream.end('ok'));
  assert.strictEqual(await textOf(connect(any, { ecdhCurve: 'auto', sigalgs: 'ECDSA+SHA256' })), 'ok');
  await assert.rejects(textOf(connect(any, { sigalgs: 'RSA-PSS+SHA256' })), 'the server has a key on P-256');
  assert.throws(() => createCredentials({ groups: 'P-1' }), { code: 'ERR_INVALID_GROUPS' });
  assert.throws(() => createCredentials({ groups: 'P-256', ecdhCurve: 'P-256' }), { code: 'ERR_OPTION_CONFLICT' });
});

test('DEFAULT_ECDH_CURVE holds for later contexts', async (t) => {
  t.after(() => {
    tls.DEFAULT_ECDH_CURVE = 'auto';
  });
  tls.DEFAULT_ECDH_CURVE = 'P-521';
  const server = await serve(t, {}, (stream) => stream.end(stream.getNegotiatedGroup()));
  tls.DEFAULT_ECDH_CURVE = 'auto';
  assert.strictEqual(await textOf(connect(server)), 'secp521r1');
});

test('honorCipherOrder: whose order counts', async (t) => {
  const ciphers = ['ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-ECDSA-AES256-GCM-SHA384'];
  const agreed = async (honorCipherOrder) => {
    const server = await serve(t, { honorCipherOrder, ciphers: ciphers.join(':') }, (stream) => stream.end(stream.getCipher().name));
    return textOf(connect(server, { maxVersion: 'TLSv1.2', ciphers: [...ciphers].reverse().join(':') }));
  };
  assert.deepStrictEqual([await agreed(true), await agreed(false)], ciphers);
});

test('allowPartialTrustChain', async (t) => {
  const server = await serve(t, {}, (stream) => stream.end('ok'));
  assert.strictEqual(await textOf(connect(server, { allowPartialTrustChain: true, rejectUnauthorized: true })), 'ok');
});

test('ALPNCallback chooses, refuses, and is told what may be chosen', async (t) => {
  const asked = [];
  const server = await serve(t, {
    ALPNCallback: (offer) => {
      asked.push(offer);
      return offer.protocols.includes('two') ? 'two' : undefined;
    },
  }, (stream) => stream.end(stream.alpnProtocol));
  assert.strictEqual(await textOf(connect(server, { ALPNProtocols: ['one', 'two'] })), 'two');
  assert.deepStrictEqual(asked, [{ servername: 'localhost', protocols: ['one', 'two'] }]);
  await assert.rejects(textOf(connect(server, { ALPNProtocols: ['one'] })), { code: 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL' });
  assert.throws(() => tls.createServer({ ...keys.server, ALPNProtocols: ['x'], ALPNCallback: () => 'x' }), { code: 'ERR_OPTION_CONFLICT' });
  const theirs = nodeTls.connect({ port: server.address().port, host: 'localhost', ca: keys.server.cert, ALPNProtocols: ['two'] });
  assert.strictEqual(await textOf(theirs), 'two');
});

test('a pair\'s ALPNCallback', async () => {
  const ALPNCallback = ({ protocols }) => protocols[1];
  const server = tls.createSecurePair(createCredentials(keys.server), true, false, false, { ALPNCallback });
  const client = tls.createSecurePair(createCredentials({ ca: keys.server.cert }), false, false, false, { ALPNProtocols: ['one', 'two'] });
  server.encrypted.pipe(client.encrypted).pipe(server.encrypted);
  await once(client, 'secure');
  assert.strictEqual(client.cleartext.alpnProtocol, 'two');
  client.destroy();
  server.destroy();
});

for (const maxVersion of versions) {
  test(`requestOCSP, OCSPRequest and OCSPResponse, ${maxVersion}`, async (t) => {
    const server = await serve(t, { maxVersion }, (stream) => stream.end('ok'));
    const without = connect(server, { requestOCSP: true });
    without.on('OCSPResponse', () => assert.fail('there is none'));
    assert.strictEqual(await textOf(without), 'ok');

    const asked = [];
    server.on('OCSPRequest', (certificate, issuer, callback) => {
      asked.push(certificate, issuer);
      setImmediate(callback, null, Buffer.from('a response'));
    });
    const events = [];
    const client = connect(server, { requestOCSP: true });
    client.on('OCSPResponse', (response) => events.push(response.toString()));
    client.on('secureConnect', () => events.push('secureConnect'));
    assert.strictEqual(await textOf(client), 'ok');
    assert.deepStrictEqual(events, ['a response', 'secureConnect']);
    assert.deepStrictEqual(asked, [client.getPeerCertificate().raw, null]);

    assert.strictEqual(await textOf(connect(server)), 'ok', 'who does not ask');
    assert.strictEqual(asked.length, 2);
    server.removeAllListeners('OCSPRequest');
    server.on('OCSPRequest', (certificate, issuer, callback) => callback(Object.assign(new Error('away'), { code: 'AWAY' })));
    const refused = once(server, 'tlsClientError');
    await assert.rejects(textOf(connect(server, { requestOCSP: true })));
    assert.strictEqual((await refused)[0].code, 'AWAY');
  });

  test(`OCSP with Node's own tls, ${maxVersion}`, async (t) => {
    const ours = await serve(t, { maxVersion }, (stream) => stream.end('ok'));
    ours.on('OCSPRequest', (certificate, issuer, callback) => callback(null, Buffer.from('from us')));
    const theirs = nodeTls.connect({ port: ours.address().port, host: 'localhost', ca: keys.server.cert, requestOCSP: true });
    const told = once(theirs, 'OCSPResponse');
    assert.strictEqual(await textOf(theirs), 'ok');
    assert.strictEqual(String((await told)[0]), 'from us');

    const server = await nodesServer(t, { maxVersion }, (socket) => endLater(socket, 'ok'));
    server.on('OCSPRequest', (certificate, issuer, callback) => callback(null, Buffer.from('from Node')));
    const client = connect(server, { requestOCSP: true });
    const response = once(client, 'OCSPResponse');
    assert.strictEqual(await textOf(client), 'ok');
    assert.strictEqual(String((await response)[0]), 'from Node');
  });

  test(`pskCallback on both sides, ${maxVersion}`, async (t) => {
    const asked = [];
    const server = tls.createServer({
      maxVersion,
      pskIdentityHint: 'who?',
      pskCallback: (socket, identity) => {
        asked.push([socket.remoteAddress, identity, socket instanceof tls.CleartextStream]);
        return identity === 'me' ? psk : null;
      },
    }, (stream) => stream.end(String(stream.authorized)));
    server.on('clientError', () => {});
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => server.close());
    const as = (identity, key = psk) => {
      const hints = [];
      const pskCallback = (hint) => hints.push(hint) && { identity, psk: key };
      const client = connect(server, { ca: undefined, rejectUnauthorized: true, pskCallback });
      return { client, hints };
    };
    const { client, hints } = as('me');
    assert.strictEqual(await textOf(client), 'true');
    assert.deepStrictEqual([client.authorized, client.authorizationError, client.isSessionReused()], [true, null, false]);
    assert.deepStrictEqual(asked, [['127.0.0.1', 'me', true]]);
    // The hello has a key for TLS 1.3, whatever comes of it.
    assert.deepStrictEqual(hints, maxVersion === 'TLSv1.2' ? [null, 'who?'] : [null]);
    await assert.rejects(textOf(as('you').client));
    await assert.rejects(textOf(as('me', Buffer.alloc(32, 1)).client));
    await assert.rejects(textOf(as('me', Buffer.alloc(8)).client), { code: 'ERR_OUT_OF_RANGE' });
  });

  test(`pskCallback with Node's own tls, ${maxVersion}`, async (t) => {
    const ciphers = maxVersion === 'TLSv1.2' ? 'PSK+AES128' : 'TLS_AES_128_GCM_SHA256';
    const pskCallback = (socket, identity) => (identity === 'me' ? psk : null);
    const answer = () => ({ identity: 'me', psk });
    const mine = { maxVersion, ciphers, checkServerIdentity: () => undefined, pskCallback: answer };
    const ours = tls.createServer({ maxVersion, pskCallback, ciphers }, (stream) => stream.end('ours'));
    ours.listen(0, '127.0.0.1');
    await once(ours, 'listening');
    t.after(() => ours.close());
    assert.strictEqual(await textOf(nodeTls.connect({ port: ours.address().port, host: '127.0.0.1', ...mine })), 'ours');

    const theirs = await nodesServer(t, { key: undefined, cert: undefined, maxVersion, ciphers, pskCallback },
      (socket) => endLater(socket, 'theirs'));
    const client = connect(theirs, { ca: undefined, maxVersion, ciphers, pskCallback: answer });
    assert.strictEqual(await textOf(client), 'theirs');
    assert.strictEqual(client.authorized, true);
  });

  test(`newSession and resumeSession, ${maxVersion}`, async (t) => {
    const server = await serve(t, { maxVersion }, (stream) => stream.end(stream.isSessionReused() ? 'again' : 'new'));
    const kept = new Map();
    server.on('newSession', (id, session, callback) => {
      kept.set(id.toString('hex'), session);
      callback();
    });
    server.on('resumeSession', (id, callback) => setImmediate(callback, null, kept.get(id.toString('hex')) ?? null));
    const visit = async (session) => {
      const client = connect(server, { session, sessionCache: false, maxVersion });
      const made = once(client, 'session');
      return { text: await textOf(client), session: (await Promise.race([made, once(client, 'close')]))[0] };
    };
    const first = await visit();
    assert.strictEqual(first.text, 'new');
    assert.strictEqual(kept.size, 1);
    assert.strictEqual((await visit(first.session)).text, 'again');
    kept.clear();
    assert.strictEqual((await visit(first.session)).text, 'new');
  });
}

test('newSession on a server without sessions is a mistake', () => {
  assert.throws(() => tls.createServer({ ...keys.server, sessionTimeout: 0 }).on('newSession', () => {}), { code: 'ERR_OPTION_CONFLICT' });
});

test('a pair resumes a session, and has its ticket', async (t) => {
  const net = require('net');
  const server = await serve(t, {}, (stream) => stream.end(stream.isSessionReused() ? 'again' : 'new'));
  const visit = async (session) => {
    const credentials = createCredentials({ ca: keys.server.cert });
    const pair = tls.createSecurePair(credentials, false, false, false, { servername: 'localhost', session });
    const socket = net.connect(server.address().port, '127.0.0.1');
    pair.encrypted.pipe(socket).pipe(pair.encrypted);
    const made = once(pair.cleartext, 'session');
    const text = await textOf(pair.cleartext);
    assert.ok(pair.cleartext.getTLSTicket().length > 32);
    socket.destroy();
    return { text, session: (await made)[0] };
  };
  const { text, session } = await visit();
  assert.deepStrictEqual([text, (await visit(session)).text], ['new', 'again']);
});

test('setMaxSendFragment and disableRenegotiation', async (t) => {
  const server = await serve(t, { maxVersion: 'TLSv1.2' }, (stream) => {
    stream.disableRenegotiation();
    stream.on('error', () => {});
    const taken = [1, 512, 16384, 16385, -1, 1e300].map((size) => stream.setMaxSendFragment(size));
    assert.deepStrictEqual(taken, [false, true, true, false, false, false]);
    stream.resume();
  });
  const client = connect(server);
  await once(client, 'secureConnect');
  client.renegotiate(() => assert.fail('the server has agreed'));
  const [error] = await once(client, 'error');
  assert.strictEqual(error.code, 'ERR_SSL_NO_RENEGOTIATION');
});

test('enableTrace writes handshakes to stderr', async () => {
  const script = `${head}
    const server = tls.createServer({ key, cert, enableTrace: process.argv[1] === 'server' }, (stream) => stream.end('x'));
    server.listen(0, '127.0.0.1', () => {
      const enableTrace = process.argv[1] === 'client';
      const client = tls.connect({ port: server.address().port, host: 'localhost', ca: cert, enableTrace });
      if (process.argv[1] === 'stream') client.enableTrace();
      client.on('secureConnect', () => client.authorized);
      client.on('close', () => server.close());
    });`;
  for (const who of ['server', 'client', 'stream']) {
    const { status, stderr } = await node(['-e', script, who]);
    assert.strictEqual(status, 0, stderr);
    assert.match(stderr, /ClientHello/, who);
  }
  assert.strictEqual((await node(['-e', script, 'nobody'])).stderr, '');
});

test('a callback that throws refuses the handshake, and is reported', async () => {
  const script = `${head}
    const thrown = [];
    process.on('uncaughtException', (error) => thrown.push(error.message));
    const options = process.argv[1] === 'alpn'
      ? { key, cert, ALPNCallback() { throw new Error('no'); } }
      : { pskCallback() { throw new Error('no'); } };
    const server = tls.createServer(options);
    server.on('clientError', () => {});
    server.listen(0, '127.0.0.1', () => {
      const answer = () => ({ identity: 'me', psk: Buffer.alloc(32) });
      const asked = process.argv[1] === 'psk' ? { pskCallback: answer } : { ALPNProtocols: ['x'] };
      const client = tls.connect({ port: server.address().port, host: 'localhost', ca: cert, ...asked });
      client.on('error', () => {});
      client.on('close', () => {
        server.close();
        console.log(thrown.join() + (client.getProtocol() ?? ''));
      });
    });`;
  for (const who of ['alpn', 'psk']) assert.strictEqual((await node(['-e', script, who])).stdout, 'no\n', who);
});

test('mistakes in these are thrown', () => {
  assert.throws(() => tls.createServer({ ...keys.server, ALPNCallback: 'x' }), { code: 'ERR_INVALID_ARG_TYPE' });
  assert.throws(() => tls.createServer({ ...keys.server, pskCallback: 'x' }), { code: 'ERR_INVALID_ARG_TYPE' });
  assert.throws(() => tls.createServer({ ...keys.server, pskIdentityHint: 'x' }), { code: 'ERR_MISSING_OPTION' });
  assert.throws(() => tls.createServer({ ...keys.server, dhparam: 'mine' }), { code: 'ERR_INVALID_ARG_VALUE' });
});
