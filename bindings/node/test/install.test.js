'use strict';
// npm install, as far as it needs no compiler: ./test node-all installs the package as a whole.
const assert = require('assert');
const fs = require('fs');
const path = require('path');
const { test } = require('node:test');
const { folder, node } = require('./support');

const built = path.join(folder, 'node_modules', 'securepair');
const prebuilt = path.join('prebuilds', `${process.platform}-${process.arch}`, 'securepair.node');

/** A copy of the package, without its addon. */
function copy(name) {
  const place = path.join(folder, name, 'node_modules', 'securepair');
  fs.cpSync(built, place, { recursive: true });
  fs.rmSync(path.join(place, 'build'), { recursive: true });
  return place;
}

test('without headers for node, one sentence says where they were looked for', async () => {
  const place = copy('headless');
  const nodedir = path.join(folder, 'nowhere');
  const { status, stdout, stderr } = await node([path.join(place, 'scripts', 'install.js')], { env: { npm_config_nodedir: nodedir } });
  assert.deepStrictEqual({ status, stdout }, { status: 1, stdout: '' });
  assert.match(stderr, /^securepair: the headers of node [\d.]+ are not beside it \(looked for node_api\.h in .*nowhere.*\); install them.*\n$/);
  const { stdout: code } = await node(['-p', `try { require(${JSON.stringify(place)}) } catch ({ code, message }) { code + ' ' + message }`]);
  assert.match(code, /^ERR_ADDON_MISSING securepair: .*npm rebuild securepair/);
});

test('a prebuilt addon that fits is used, and nothing is built', async () => {
  const place = copy('prebuilt');
  fs.mkdirSync(path.dirname(path.join(place, prebuilt)), { recursive: true });
  fs.copyFileSync(path.join(built, 'build', 'Release', 'securepair.node'), path.join(place, prebuilt));
  const installed = await node([path.join(place, 'scripts', 'install.js')], { env: { npm_config_nodedir: '/nowhere' } });
  assert.deepStrictEqual(installed, { status: 0, signal: null, stdout: '', stderr: '' });
  assert.strictEqual(fs.existsSync(path.join(place, 'build')), false);
  assert.strictEqual((await node(['-p', `typeof require(${JSON.stringify(place)}).createSecurePair`])).stdout, 'function\n');
});

test('a prebuilt addon that does not fit is passed over', async () => {
  const place = copy('unfit');
  fs.mkdirSync(path.dirname(path.join(place, prebuilt)), { recursive: true });
  fs.writeFileSync(path.join(place, prebuilt), 'for another machine');
  const { status, stderr } = await node([path.join(place, 'scripts', 'install.js')], { env: { npm_config_nodedir: '/nowhere' } });
  assert.strictEqual(status, 1);
  assert.match(stderr, /^securepair: the headers of node/);
});
