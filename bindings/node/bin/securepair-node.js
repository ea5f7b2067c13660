#!/usr/bin/env node
'use strict';
// securepair-node script.js [argument...]: node -r securepair/register script.js, from any folder.
const Module = require('module');
const path = require('path');
const threads = require('worker_threads');

// What the script forks, a cluster's workers, and threads get it too; but threads inherit node's own arguments alone.
function handOn(register) {
  process.execArgv.push('-r', register);
  threads.Worker = class Worker extends threads.Worker {
    constructor(file, options) {
      super(file, { execArgv: process.execArgv, ...options });
    }
  };
  Module.syncBuiltinESMExports();
}

const [script] = process.argv.splice(2, 1);
if (script === undefined || script === '--help') {
  process.stderr.write('usage: securepair-node SCRIPT [ARGUMENT...]\n');
  process.exitCode = script === undefined ? 2 : 0;
} else {
  const register = require.resolve('../register');
  process.argv[1] = path.resolve(script);
  handOn(register);
  require(register);
  Module.runMain(process.argv[1]);
}
