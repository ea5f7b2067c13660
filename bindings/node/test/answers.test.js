'use strict';
// What a handshake waits for, of listeners and stores that fail: it never waits for ever.
const assert = require('assert');
const { once } = require('events');
const { test } = require('node:test');
const { connect, head, keys, node, serve, textOf, tls } = require('./support');

const store = { put() {}, find() {}, remove() {} };

/** What a child writes that resumes a session at a server with this source of options, and of what is done to the server. */
async function resume(options, setUp) {
  const { stdout, stderr } = await node(['-e', `${head}
    process.on('uncaughtException', (error) => console.log(error.code ?? error.message));
    const server = tls.createServer({ key, cert, handshakeTimeout: 2000, ...${options} }, (stream) => stream.end(String(stream.isSessionReused())));
    server.on('clientError', () => {});
    ${setUp};
    const visit = (session, done) => {
      let kept;
      const client = tls.connect({ port: server.address().port, host: 'localhost', ca: cert, session, sessionCache: false, requestOCSP: true });
      client.on('session', (made) => {
        kept = made;
      });
      client.on('data', (text) => console.log(String(text)));
      client.on('error', (error) => console.log(error.code));
      client.on('close', () => done(kept));
    };
    server.listen(0, '127.0.0.1', () => visit(undefined, (session) => visit(session, () => server.close())));`]);
  assert.strictEqual(stderr, '');
  return stdout.trim().split('\n').join(' ');
}

test('a sessionStore that throws, or answers with something else, costs a full handshake', async () => {
  const find = (body) => `{ sessionStore: { put() {}, remove() {}, find(id, callback) { ${body} } } }`;
  assert.strictEqual(await resume(find("throw new Error('lost')"), ''), 'false lost false');
  for (const wrong of ["'text'", '{}', '5']) {
    assert.strictEqual(await resume(find(`callback(${wrong})`), ''), 'false ERR_INVALID_ARG_TYPE false', wrong);
    assert.strictEqual(await resume(find(`setTimeout(callback, 10, ${wrong})`), ''), 'false ERR_INVALID_ARG_TYPE false', wrong);
  }
});

test('a listener of resumeSession that throws, or answers with something else, does so, too', async () => {
  const listen = (body) => `server.on('resumeSession', (id, callback) => { ${body} })`;
  assert.strictEqual(await resume('{}', listen("throw new Error('lost')")), 'false lost false');
  assert.strictEqual(await resume('{}', listen("callback(null, 'text')")), 'false ERR_INVALID_ARG_TYPE false');
});

test('a listener of OCSPRequest that throws, or answers with something else, refuses the client', async () => {
  const listen = (body) => `server.on('OCSPRequest', (certificate, issuer, callback) => { ${body} })`;
  const alert = /^(lost|ERR_INVALID_ARG_TYPE) ERR_SSL_\w+ \1 ERR_SSL_\w+$/;
  assert.match(await resume('{}', listen("throw new Error('lost')")), alert);
  assert.match(await resume('{}', listen("callback(null, 'text')")), alert);
  assert.match(await resume('{}', listen("setTimeout(callback, 10, null, 'text')")), alert);
});

test('a sessionStore has put, find and remove', () => {
  tls.createServer({ ...keys.server, sessionStore: store });
  for (const [wrong, name] of [[5, 'put'], [{}, 'put'], [{ ...store, find: true }, 'find'], [{ ...store, remove: undefined }, 'remove']]) {
    assert.throws(() => tls.createServer({ ...keys.server, sessionStore: wrong }),
      { code: 'ERR_INVALID_ARG_TYPE', message: new RegExp(`'sessionStore'.*put, find and remove.*no ${name}\\(\\)`) });
  }
});

test('a secret of tickets and listeners of sessions exclude each other', () => {
  const conflict = { code: 'ERR_OPTION_CONFLICT', message: /in the hands of the listeners/ };
  for (const name of ['newSession', 'resumeSession']) {
    for (const add of ['on', 'addListener', 'once', 'prependListener', 'prependOnceListener']) {
      for (const secret of [{ ticketKeys: Buffer.alloc(48) }, { ticketSecret: Buffer.alloc(32, 1) }]) {
        const server = tls.createServer({ ...keys.server, ...secret });
        assert.throws(() => server[add](name, () => {}), conflict);
        assert.strictEqual(server.listenerCount(name), 0);
      }
      const server = tls.createServer(keys.server);
      server[add](name, () => {});
      assert.throws(() => server.setTicketKeys(Buffer.alloc(48)), conflict);
      assert.throws(() => server.setTicketSecret(Buffer.alloc(32, 1)), conflict);
      assert.throws(() => server.getTicketKeys(), conflict);
    }
  }
  const told = tls.createServer(keys.server);
  told.getTicketKeys();
  assert.throws(() => told.on('newSession', () => {}), conflict);
  const stored = tls.createServer({ ...keys.server, sessionStore: store });
  assert.throws(() => stored.on('resumeSession', () => {}), { code: 'ERR_OPTION_CONFLICT', message: /`sessionStore`/ });
  assert.throws(() => stored.setTicketKeys(Buffer.alloc(48)), { code: 'ERR_OPTION_CONFLICT', message: /`sessionStore`/ });
});

test('addListener() hears as on() does', async (t) => {
  const server = await serve(t, {}, (stream) => stream.end('ok'));
  const seen = new Set();
  for (const name of ['connection', 'keylog', 'newSession', 'OCSPRequest']) {
    server.addListener(name, (...args) => {
      seen.add(name);
      if (name === 'OCSPRequest') args[2](null, null);
    });
  }
  const client = connect(server, { requestOCSP: true, sessionCache: false });
  client.addListener('keylog', () => seen.add('own keylog'));
  const made = once(client, 'session');
  assert.strictEqual(await textOf(client), 'ok');
  await made;
  assert.deepStrictEqual([...seen].sort(), ['OCSPRequest', 'connection', 'keylog', 'newSession', 'own keylog']);
});
