'use strict';
// What the tests share. They run in a folder whose node_modules has the package as it is built.
const fs = require('fs');
const os = require('os');
const path = require('path');
const { once } = require('events');
const { execFileSync, spawn } = require('child_process');
const { Worker } = require('worker_threads');
const { Duplex } = require('stream');
const nodeTls = require('tls');
const tls = require('securepair');

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'securepair-'));
process.on('exit', () => fs.rmSync(folder, { recursive: true, force: true }));
fs.symlinkSync(path.dirname(path.dirname(require.resolve('securepair/package.json'))), path.join(folder, 'node_modules'));

function openssl(...args) {
  execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
}

/** A self-signed certificate and its key, NAME-key.pem and NAME-cert.pem of the folder. */
function makeCertificate(name, names) {
  openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', `/CN=${name}`,
    '-addext', `subjectAltName=${names}`, '-keyout', `${name}-key.pem`, '-out', `${name}-cert.pem`);
  return { key: read(`${name}-key.pem`), cert: read(`${name}-cert.pem`) };
}
const read = (name) => fs.readFileSync(path.join(folder, name));

const server = makeCertificate('server', 'DNS:localhost,IP:127.0.0.1');
const client = makeCertificate('client', 'DNS:client');
for (const [own, other] of [['server', 'client'], ['client', 'server']]) {
  openssl('pkcs12', '-export', '-in', `${own}-cert.pem`, '-inkey', `${own}-key.pem`, '-certfile', `${other}-cert.pem`, '-passout', 'pass:',
    '-out', `${own}.pfx`);
}
const keys = { server, client, serverPfx: read('server.pfx'), clientPfx: read('client.pfx') };

/** A server of the package's that listens, closed at the test's end. */
async function serve(t, options, listener) {
  const serving = tls.createServer({ ...keys.server, ...options }, listener);
  serving.on('clientError', () => {});
  serving.listen(0, '127.0.0.1');
  await once(serving, 'listening');
  t.after(() => serving.listening && serving.close());
  return serving;
}

/** A client of it that trusts its certificate. */
function connect(serving, options, listener) {
  return tls.connect({ port: serving.address().port, host: 'localhost', ca: keys.server.cert, ...options }, listener);
}

/** A server of Node's, closed at the test's end. */
async function nodesServer(t, options, listener) {
  const server = nodeTls.createServer({ ...keys.server, ...options }, listener);
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return server;
}

// Node's, told to end within `secureConnection`, sends no close_notify.
function endLater(socket, text) {
  setImmediate(() => socket.end(text));
}

/** Two Duplexes, each of which gives what is written to the other. */
function duplexPair() {
  const sides = [0, 1].map((index) => new Duplex({
    read() {},
    write(chunk, encoding, callback) {
      setImmediate(() => {
        sides[1 - index].push(chunk);
        callback();
      });
    },
    final(callback) {
      sides[1 - index].push(null);
      callback();
    },
  }));
  return sides;
}

/** All that a stream gives, as text. */
async function textOf(stream) {
  let text = '';
  for await (const chunk of stream) text += chunk;
  return text;
}

/** Runs node in the folder, and gives {status, signal, stdout, stderr}. */
async function node(args, { input = '', env = {} } = {}) {
  const child = spawn(process.execPath, args, { cwd: folder, env: { ...process.env, NODE_OPTIONS: '', ...env } });
  const result = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr']) {
    child[name].setEncoding('utf8').on('data', (text) => {
      result[name] += text;
    });
  }
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  [result.status, result.signal] = await once(child, 'close');
  return result;
}

/** What a script of a child's begins with, to have the package and a certificate. */
const head = `
  const tls = require('securepair');
  const net = require('net');
  const key = ${JSON.stringify(String(keys.server.key))}, cert = ${JSON.stringify(String(keys.server.cert))};`;

/** Runs a script in a worker, and gives its exit code. */
async function work(script, workerData, whileRunning = () => {}) {
  const worker = new Worker(script, { workerData });
  whileRunning(worker);
  const [code] = await once(worker, 'exit');
  return code;
}

/** Calls `run` with each of them, some at a time. */
async function inLanes(items, run) {
  const left = items[Symbol.iterator]();
  const lane = async () => {
    for (let next = left.next(); !next.done; next = left.next()) await run(next.value);
  };
  await Promise.all([lane(), lane(), lane()]);
}

/** Writes a file of the folder. */
function write(name, content) {
  const file = path.join(folder, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, content);
  return file;
}

module.exports = {
  connect, duplexPair, endLater, folder, head, inLanes, keys, makeCertificate, node, nodesServer, openssl, read, serve, textOf, tls, work, write,
};
