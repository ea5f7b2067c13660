'use strict';
// How things end: by exceptions and exits in listeners, with a worker, by the collection of garbage; and whose context listeners run in.
const assert = require('assert');
const net = require('net');
const { AsyncLocalStorage } = require('async_hooks');
const { once } = require('events');
const { test } = require('node:test');
const { connect, head, inLanes, keys, node, serve, textOf, tls, work, write } = require('./support');

// Meets every event of a server, a client and a pair once, and what the library asks of a script, and calls at(name) in each.
const tour = `${head}
  const { Duplex } = require('stream');
  const { createCredentials } = require('securepair/crypto');
  const closed = (stream) => new Promise((resolve) => stream.on('close', resolve));
  const sessionStore = {
    put: () => at('session put'),
    find: (id, answer) => {
      at('session find');
      answer();
    },
    remove: () => {},
  };
  const SNICallback = (name, answer) => {
    at('sni');
    setImmediate(answer);
  };
  const server = tls.createServer({ key, cert, SNICallback, sessionStore }, (stream) => {
    at('secureConnection');
    stream.on('error', () => {});
    stream.on('data', () => at('data'));
    stream.on('end', () => at('end'));
    stream.pipe(stream);
  });
  for (const name of ['connection', 'clientError', 'keylog', 'close']) server.on(name, () => at('server ' + name));
  server.listen(0, '127.0.0.1', async () => {
    at('listening');
    const { port } = server.address();
    const checkServerIdentity = () => void at('identity');
    const client = tls.connect({ port, host: 'localhost', ca: cert, sessionCache: false, checkServerIdentity });
    client.on('secureConnect', () => {
      at('secureConnect');
      client.end('x');
    });
    let session;
    client.on('session', (made) => {
      session = made;
      at('session');
    });
    for (const name of ['keylog', 'authenticated', 'finish', 'close']) client.on(name, () => at('client ' + name));
    await closed(client);

    const socket = net.connect(port, '127.0.0.1');
    const carrier = new Duplex({
      read() {},
      write(chunk, encoding, callback) {
        at('carrier write');
        socket.write(chunk, callback);
      },
      final(callback) {
        at('carrier end');
        socket.end(callback);
      },
      destroy(error, callback) {
        at('carrier destroy');
        callback();
      },
    });
    socket.on('data', (chunk) => carrier.push(chunk)).on('end', () => carrier.push(null));
    const over = tls.connect({ socket: carrier, servername: 'localhost', ca: cert, checkServerIdentity, session }, () => over.end());
    await closed(over);

    const stranger = net.connect(port, '127.0.0.1', () => stranger.end('no TLS at all, but many bytes'));
    await closed(stranger);
    const nobody = tls.connect(1, '127.0.0.1');
    nobody.on('error', () => at('client error'));
    await closed(nobody);

    const credentials = [createCredentials({ key, cert }), createCredentials({ ca: cert })];
    const pairs = credentials.map((one, index) => tls.createSecurePair(one, index === 0));
    pairs[0].encrypted.pipe(pairs[1].encrypted).pipe(pairs[0].encrypted);
    pairs[1].encrypted.on('data', () => at('encrypted data'));
    pairs[0].on('secure', () => {
      at('secure');
      pairs[0].cleartext.end();
    });
    await closed(pairs[1].cleartext);
    const wrong = tls.createSecurePair(credentials[0], true);
    wrong.on('error', () => at('pair error'));
    const ended = closed(wrong.cleartext);
    wrong.encrypted.end('no TLS at all, but many bytes');
    await ended;
    server.close();
  });`;
const places = ['sni', 'session put', 'session find', 'secureConnection', 'data', 'end', 'server connection', 'server clientError',
  'server keylog', 'server close', 'listening', 'identity', 'secureConnect', 'session', 'client keylog', 'client authenticated',
  'client finish', 'client close', 'carrier write', 'carrier end', 'carrier destroy', 'client error', 'encrypted data', 'secure', 'pair error'];

test('process.exit() in each listener, on the main thread', async () => {
  const script = write('exit.js', `const at = (name) => name === process.argv[2] && process.exit(7); ${tour}`);
  await inLanes([...places, 'nowhere'], async (place) => {
    const { status, signal, stderr } = await node([script, place]);
    assert.deepStrictEqual({ place, status, signal, stderr }, { place, status: place === 'nowhere' ? 0 : 7, signal: null, stderr: '' });
  });
});

test('process.exit() in each listener, in a worker', async () => {
  const script = write('exit_worker.js',
    `const { workerData } = require('worker_threads'); const at = (name) => name === workerData && process.exit(7); ${tour}`);
  await inLanes([...places, 'nowhere'], async (place) => assert.strictEqual(await work(script, place), place === 'nowhere' ? 0 : 7, place));
});

test('workers use what the main thread has never loaded', async () => {
  write('alone.js', `
    const { Worker, isMainThread } = require('worker_threads');
    if (isMainThread) {
      const next = (left) => left > 0 && new Worker(__filename).on('exit', (code) => {
        console.log(code);
        next(left - 1);
      });
      next(3);
    } else {
      ${head}
      const server = tls.createServer({ key, cert, requestCert: true }, (stream) => stream.pipe(stream));
      server.listen(0, '127.0.0.1', () => {
        const client = tls.connect({ port: server.address().port, host: 'localhost', caAppend: cert }, () => client.end('x'));
        client.on('close', () => server.close());
      });
    }`);
  const { status, stdout } = await node(['alone.js']);
  assert.deepStrictEqual({ status, stdout }, { status: 0, stdout: '0\n0\n0\n' });
});

test('what a listener throws is an uncaughtException, and the others go on', async () => {
  write('throws.js', `
    const thrown = [];
    process.on('uncaughtException', (error) => thrown.push(error.message));
    const at = (name) => {
      throw new Error(name);
    };
    process.on('exit', () => console.log(JSON.stringify(thrown)));
    ${head}
    const server = tls.createServer({ key, cert }, (stream) => {
      stream.on('data', () => at('data'));
      stream.on('close', () => server.close());
      at('secureConnection');
    });
    server.listen(0, '127.0.0.1', () => {
      const client = tls.connect({ port: server.address().port, host: 'localhost', ca: cert }, () => {
        client.end('x');
        at('secureConnect');
      });
      at('listening');
    });`);
  const { status, stdout, stderr } = await node(['throws.js']);
  assert.deepStrictEqual({ status, stderr }, { status: 0, stderr: '' });
  assert.deepStrictEqual(JSON.parse(stdout).sort(), ['data', 'listening', 'secureConnect', 'secureConnection']);
});

test('an error that no one listens for is told on stderr, and ends its stream alone', async () => {
  write('unheard.js', `${head}
    const server = tls.createServer({ key, cert }, (stream) => stream.pipe(stream));
    let raw;
    server.on('connection', (socket) => { raw = socket; });
    server.listen(0, '127.0.0.1', () => {
      const client = tls.connect({ port: server.address().port, host: 'localhost', ca: cert }, () => raw.destroy());
      client.on('close', () => {
        console.log('closed');
        server.close();
      });
    });`);
  const { status, stdout, stderr } = await node(['unheard.js']);
  assert.deepStrictEqual({ status, stdout }, { status: 1, stdout: 'closed\n' });
  assert.match(stderr, /^securepair: unhandled error: .*\n/);
});

test('a reset does not end the page\'s echo server', async (t) => {
  const server = await serve(t, {}, (stream) => {
    stream.write('welcome!\n');
    stream.setEncoding('utf8');
    stream.pipe(stream);
  });
  const raw = net.connect(server.address().port, '127.0.0.1');
  const client = tls.connect({ socket: raw, servername: 'localhost', ca: keys.server.cert });
  client.on('error', () => {});
  await once(client, 'data');
  raw.resetAndDestroy();
  await once(client, 'close');
  assert.strictEqual(await new Promise((resolve) => {
    connect(server).once('data', function answered(text) {
      resolve(String(text));
      this.end();
    });
  }), 'welcome!\n');
});

test('an AsyncLocalStorage holds for each connection', async (t) => {
  const storage = new AsyncLocalStorage();
  const server = await serve(t, {}, (stream) => stream.pipe(stream));
  const seen = await Promise.all(['one', 'two'].map((name) => storage.run(name, () => new Promise((resolve) => {
    const stores = [];
    const client = connect(server, {}, () => {
      stores.push(storage.getStore());
      client.end('x');
    });
    for (const event of ['data', 'end', 'close']) {
      client.on(event, () => {
        stores.push(storage.getStore());
        if (event === 'close') resolve(stores);
      });
    }
  }))));
  assert.deepStrictEqual(seen, [Array(4).fill('one'), Array(4).fill('two')]);
});

test('nothing is left of connections and pairs that are gone', async () => {
  write('garbage.js', `${head}
    const { createCredentials } = require('securepair/crypto');
    const credentials = createCredentials({ key, cert });
    const left = { streams: 0, pairs: 0 };
    const registry = new FinalizationRegistry((kind) => { left[kind] -= 1; });
    const watch = (object, kind) => { left[kind] += 1; registry.register(object, kind); };
    const server = tls.createServer({ key, cert }, (stream) => {
      watch(stream, 'streams');
      stream.pipe(stream);
      gc();
    });
    const connects = () => new Promise((resolve) => {
      const client = tls.connect({ port: server.address().port, host: 'localhost', ca: cert }, () => client.end('x'.repeat(1000)));
      watch(client, 'streams');
      client.on('close', resolve);
      const pair = tls.createSecurePair(credentials, true);
      watch(pair, 'pairs');
      pair.encrypted.write('\\x16\\x03');
    });
    const carries = () => new Promise((resolve) => {
      const socket = net.connect(server.address().port, '127.0.0.1');
      const client = tls.connect({ socket, servername: 'localhost', ca: cert }, () => client.end());
      watch(socket, 'streams');
      watch(client, 'streams');
      client.on('close', resolve);
      try {
        tls.connect({ socket: new net.Socket(), ca: [] });
      } catch {
        // what has not begun is not held
      }
    });
    server.listen(0, '127.0.0.1', async () => {
      for (let i = 0; i < 40; i++) await connects();
      for (let i = 0; i < 40; i++) await carries();
      for (let i = 0; i < 20; i++) {
        gc();
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      server.close();
      console.log(left.streams <= 6 && left.pairs <= 6 ? 'collected' : JSON.stringify(left));
    });`);
  const { status, stdout, stderr } = await node(['--expose-gc', 'garbage.js']);
  assert.deepStrictEqual({ status, stdout, stderr }, { status: 0, stdout: 'collected\n', stderr: '' });
});

test('a thousand connections at once', async (t) => {
  const server = await serve(t, {}, (stream) => stream.pipe(stream));
  const secureContext = require('securepair/crypto').createCredentials({ ca: keys.server.cert });
  const texts = await Promise.all(Array.from({ length: 1000 }, async (_, index) => {
    const client = tls.connect({ port: server.address().port, secureContext, sessionCache: false });
    client.end(`number ${index}`);
    return textOf(client);
  }));
  assert.deepStrictEqual(texts, texts.map((_, index) => `number ${index}`));
});
