'use strict';
// The addon. It is loaded once, and checked for a runtime that it fits.
const path = require('path');

const root = path.dirname(__dirname);
const places = [
  path.join(root, 'prebuilds', `${process.platform}-${process.arch}`, 'securepair.node'),
  path.join(root, 'build', 'Release', 'securepair.node'),
];

function refuse(code, message) {
  throw Object.assign(new Error(`securepair: ${message}`), { code });
}

// Before the addon is touched: these have no libuv or no OpenSSL for it, and would crash.
function refuseOtherRuntimes() {
  const { bun, deno, electron } = process.versions;
  const other = bun ? 'Bun' : deno ? 'Deno' : electron ? 'Electron' : null;
  if (other === null) return;
  refuse('ERR_UNSUPPORTED_RUNTIME',
    `${other} does not bring the libuv and the OpenSSL that this package stands on: run it with Node.js 18 or later.`);
}

function load() {
  refuseOtherRuntimes();
  let missing = null;
  for (const place of places) {
    try {
      return require(place);
    } catch (error) {
      if (error.code === 'ERR_DLOPEN_DISABLED') {
        refuse(error.code, 'this node was told to load no addons (--no-addons, or --permission without --allow-addons).');
      }
      // What is there and does not load says more than what is not there.
      if (error.code !== 'MODULE_NOT_FOUND' || missing === null) missing = error;
    }
  }
  if (missing.code === 'MODULE_NOT_FOUND') {
    refuse('ERR_ADDON_MISSING', 'the addon has not been built: run `npm rebuild securepair`.');
  }
  if (missing.code !== 'ERR_DLOPEN_FAILED') throw missing;
  return refuse(missing.code, `the addon does not fit this node; run \`npm rebuild securepair\`. ${missing.message}`);
}

module.exports = load();
