'use strict';
// npm install: a prebuilt addon that fits this node is used; else one is built by npm's node-gyp with the headers beside node. Nothing is
// downloaded.
const fs = require('fs');
const path = require('path');
const { spawnSync } = require('child_process');
const headers = require('./headers');

const root = path.dirname(__dirname);
const prebuilt = path.join(root, 'prebuilds', `${process.platform}-${process.arch}`, 'securepair.node');

// In a process of its own: what does not fit may do more than throw.
function fits(addon) {
  return fs.existsSync(addon) && spawnSync(process.execPath, ['-e', 'require(process.argv[1])', addon]).status === 0;
}

function nodeGyp() {
  const prefix = path.dirname(path.dirname(fs.realpathSync(process.execPath)));
  const tail = 'node_modules/npm/node_modules/node-gyp/bin/node-gyp.js';
  const places = [process.env.npm_config_node_gyp, path.join(prefix, 'lib', tail), '/usr/share/node-gyp/bin/node-gyp.js'];
  return places.find((place) => place !== undefined && fs.existsSync(place));
}

function fail(sentence) {
  process.stderr.write(sentence + '\n');
  process.exitCode = 1;
}

function build() {
  const folder = headers.find();
  if (folder === undefined) return fail(headers.missing);
  const gyp = nodeGyp();
  if (gyp === undefined) return fail('securepair: no prebuilt addon fits this node, and npm\'s node-gyp, which would build one, is not there.');
  const nodedir = path.dirname(path.dirname(folder));
  const jobs = String(Math.max(1, require('os').cpus().length));
  const { status } = spawnSync(process.execPath, [gyp, 'rebuild', `--nodedir=${nodedir}`, `--jobs=${jobs}`], { cwd: root, stdio: 'inherit' });
  if (status !== 0) return fail('securepair: the addon could not be built: g++ 12 or later, make and python3 are needed.');
  return undefined;
}

if (!fits(prebuilt)) build();
