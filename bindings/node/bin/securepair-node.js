#!/usr/bin/env node
'use strict';
// securepair-node script.js [argument...]: node -r securepair/register script.js, from any folder.
const Module = require('module');
const path = require('path');

const [script] = process.argv.splice(2, 1);
if (script === undefined || script === '--help') {
  process.stderr.write('usage: securepair-node SCRIPT [ARGUMENT...]\n');
  process.exitCode = script === undefined ? 2 : 0;
} else {
  const register = require.resolve('../register');
  process.argv[1] = path.resolve(script);
  // What the script forks, or a cluster's workers, get it too.
  process.execArgv.push('-r', register);
  require(register);
  Module.runMain(process.argv[1]);
}
