'use strict';
// Ten thousand connections at once, to a server in a process of its own.
const assert = require('assert');
const fs = require('fs');
const { fork } = require('child_process');
const { once } = require('events');
const { test } = require('node:test');
const { createCredentials } = require('securepair/crypto');
const { folder, head, keys, textOf, tls, write } = require('../support');

const count = 10_000;
const atOnce = 200;

// Node has raised what it may to what it can.
const mayOpen = Number(/^Max open files +(\d+)/m.exec(fs.readFileSync('/proc/self/limits', 'utf8'))?.[1] ?? Infinity);
const skip = mayOpen < count + 100 && `not run: a process may open ${mayOpen} files here, and ${count + 100} are needed: see ulimit -n`;

const server = `${head}
  const server = tls.createServer({ key, cert }, (stream) => stream.pipe(stream));
  server.listen(0, '127.0.0.1', () => process.send(server.address().port));
  process.on('message', (message) => {
    if (message === 'count') process.send(server.connections);
    else server.close(() => process.disconnect());
  });`;

test('ten thousand connections at once', { skip }, async (t) => {
  const child = fork(write('many.js', server), { cwd: folder, execArgv: [] });
  t.after(() => child.kill());
  const [port] = await once(child, 'message');
  const secureContext = createCredentials({ ca: keys.server.cert });
  const clients = [];
  const lane = async () => {
    while (clients.length < count) {
      const client = tls.connect({ port, host: 'localhost', secureContext, sessionCache: false });
      clients.push(client);
      await once(client, 'secureConnect');
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  child.send('count');
  assert.deepStrictEqual(await once(child, 'message').then(([connections]) => connections), count);

  const texts = await Promise.all(clients.map((client, index) => {
    client.end(`number ${index}`);
    return textOf(client);
  }));
  assert.deepStrictEqual(texts, texts.map((_, index) => `number ${index}`));
  child.send('close');
  const [code] = await once(child, 'exit');
  assert.strictEqual(code, 0);
});
