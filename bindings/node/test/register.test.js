'use strict';
const assert = require('assert');
const { test } = require('node:test');
const path = require('path');
const { folder, node, write } = require('./support');

const says = 'securepair-says';
const isOurs = "typeof tls.createSecurePair === 'function' && 'CleartextStream' in tls";

async function answer(args, options) {
  const { status, stdout, stderr } = await node(args, options);
  assert.deepStrictEqual({ status, stderr }, { status: 0, stderr: '' });
  return stdout.trim();
}

for (const name of ['tls', 'node:tls']) {
  test(`require('${name}') and import '${name}' of a script`, async () => {
    write('uses.js', `const tls = require('${name}'); console.log(${isOurs});`);
    write('uses.mjs', `import tls, { createServer, CleartextStream } from '${name}';
      console.log(${isOurs} && createServer === tls.createServer && CleartextStream === tls.CleartextStream);`);
    assert.strictEqual(await answer(['-r', 'securepair/register', 'uses.js']), 'true');
    assert.strictEqual(await answer(['-r', 'securepair/register', 'uses.mjs']), 'true');
    assert.strictEqual(await answer(['--import', 'securepair/register', 'uses.mjs']), 'true');
    assert.strictEqual(await answer(['uses.js'], { env: { NODE_OPTIONS: '-r securepair/register' } }), 'true');
    assert.strictEqual(await answer(['uses.js']), 'false');
  });
}

test('crypto is Node\'s, with createCredentials', async () => {
  write('crypto.js', `const crypto = require('crypto');
    console.log(typeof crypto.createCredentials, crypto.createHash('sha256').update('x').digest('hex').length, typeof crypto.webcrypto);`);
  write('crypto.mjs', `import crypto, { createCredentials, createHash } from 'node:crypto';
    console.log(createCredentials === crypto.createCredentials, createHash === crypto.createHash);`);
  assert.strictEqual(await answer(['-r', 'securepair/register', 'crypto.js']), 'function 64 object');
  assert.strictEqual(await answer(['-r', 'securepair/register', 'crypto.mjs']), 'true true');
});

// A folder of its own: the other one's node_modules is the package's.
function packages() {
  for (const name of ['plain', '@scope/one']) {
    write(`deps/node_modules/${name}/package.json`, JSON.stringify({ name, main: 'index.js', exports: { '.': './index.js', './esm': './esm.mjs' } }));
    write(`deps/node_modules/${name}/index.js`, `const tls = require('tls'); module.exports = ${isOurs};`);
    write(`deps/node_modules/${name}/esm.mjs`, `import tls from 'tls'; export default ${isOurs};`);
  }
  return write('deps/main.mjs', `import { createRequire } from 'module';
    const require = createRequire(import.meta.url);
    const found = [];
    for (const name of ['plain', '@scope/one']) found.push(require(name), (await import(name + '/esm')).default);
    console.log(found.join(' '));`);
}

test('packages keep Node\'s tls, unless SECUREPAIR_REGISTER names them', async () => {
  const main = packages();
  const run = (names) => answer(['-r', 'securepair/register', main], { env: { SECUREPAIR_REGISTER: names } });
  assert.strictEqual(await run(''), 'false false false false');
  assert.strictEqual(await run('plain'), 'true true false false');
  assert.strictEqual(await run('other, @scope/one'), 'false false true true');
});

test('https and process.getBuiltinModule keep Node\'s', async () => {
  write('keeps.js', `
    const https = require('https');
    const inner = process.getBuiltinModule ? process.getBuiltinModule('tls') : undefined;
    console.log(https.Server.prototype instanceof require('tls').Server, inner === undefined || !('CleartextStream' in inner));`);
  assert.strictEqual(await answer(['-r', 'securepair/register', 'keeps.js']), 'false true');
});

test('securepair-node runs a script from any folder, what it forks, and its threads', async () => {
  const program = path.join(folder, 'node_modules', 'securepair', 'bin', 'securepair-node.js');
  write('elsewhere/script.js', `
    const tls = require('tls');
    const { Worker, isMainThread } = require('worker_threads');
    if (process.argv[2] === 'child') process.send(${isOurs});
    else if (!isMainThread) console.log('thread', ${isOurs});
    else {
      console.log('${says}', ${isOurs}, require.main === module, process.argv.slice(2).join(' '));
      require('child_process').fork(__filename, ['child']).on('message', (ours) => {
        console.log(ours);
        new Worker(__filename);
      });
    }`);
  write('elsewhere/module.mjs', `
    import tls from 'tls';
    import { Worker, isMainThread } from 'worker_threads';
    console.log(${isOurs});
    if (isMainThread) new Worker(new URL(import.meta.url));`);
  assert.strictEqual(await answer([program, 'elsewhere/script.js', 'a', 'b']), `${says} true true a b\ntrue\nthread true`);
  assert.strictEqual(await answer([program, 'elsewhere/module.mjs']), 'true\ntrue');
  const { status, stderr } = await node([program]);
  assert.strictEqual(status, 2);
  assert.match(stderr, /usage: securepair-node/);
});

test('another runtime, or a node without addons, is told so in a sentence', async () => {
  write('bun.js', `Object.defineProperty(process.versions, 'bun', { value: '1.0.0' });
    try { require('securepair'); } catch (error) { console.log(error.code, error.message); }`);
  assert.match(await answer(['bun.js']), /^ERR_UNSUPPORTED_RUNTIME securepair: Bun .*Node\.js 18/);
  write('none.js', "try { require('securepair'); } catch (error) { console.log(error.code, error.message); }");
  assert.match(await answer(['--no-addons', 'none.js']), /^ERR_DLOPEN_DISABLED securepair: .*--no-addons/);
});
