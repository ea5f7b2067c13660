'use strict';
// Ends in the middle of things, again and again: what may go wrong then depends on the moment.
const assert = require('assert');
const { test } = require('node:test');
const { head, inLanes, node, work, write } = require('./support');

// In ./test node-all more of them.
const times = Number(process.env.SECUREPAIR_TIMES ?? 20);
const repeat = (run) => inLanes(Array(times).keys(), run);

// A server and five clients of it; calls open() when all are connected.
const connections = `${head}
  const server = tls.createServer({ key, cert }, (stream) => stream.on('error', () => {}).pipe(stream));
  server.on('clientError', () => {});
  server.listen(0, '127.0.0.1', () => {
    let connected = 0;
    for (let i = 0; i < 5; i++) {
      const client = tls.connect({ port: server.address().port, host: 'localhost', ca: cert }, () => {
        client.write('x');
        connected += 1;
        if (connected === 5) open();
      });
      client.on('error', () => {});
    }
  });`;
// Calls exit() after so many turns of the loop: the five handshakes take some twenty.
const exitAfter = (turns) => `
  const step = (left) => left > 0 ? setImmediate(step, left - 1) : process.exit(7);
  setImmediate(step, ${turns});`;

test(`a process exits in the middle of handshakes, ${times} times`, async () => {
  const script = write('middle.js', `const open = () => {}; ${connections} ${exitAfter('Number(process.argv[2])')}`);
  await repeat(async (index) => {
    const { status, signal, stderr } = await node([script, String(index % 40)]);
    assert.deepStrictEqual({ index, status, signal, stderr }, { index, status: 7, signal: null, stderr: '' });
  });
});

test(`a worker exits in the middle of handshakes, ${times} times`, async () => {
  const script = write('middle_worker.js', `
    const { workerData } = require('worker_threads');
    const open = () => {};
    ${connections}
    if (workerData % 3 === 0) tls.connect(443, 'nowhere.invalid').on('error', () => {});
    ${exitAfter('workerData % 40')}`);
  await repeat(async (index) => assert.strictEqual(await work(script, index), 7));
});

test(`a worker with open connections is terminated, ${times} times`, async () => {
  const script = write('open_worker.js', `
    const { parentPort } = require('worker_threads');
    const open = () => parentPort.postMessage('open');
    ${connections}`);
  await repeat(async () => {
    const code = await work(script, null, (worker) => worker.on('message', () => worker.terminate()));
    assert.strictEqual(code, 1);
  });
});
