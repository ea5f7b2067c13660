'use strict';
// node -r securepair/register script.js: the script's own require('tls') and import 'tls' are the page's, and its crypto has createCredentials.
// Callers in node_modules keep Node's, unless SECUREPAIR_REGISTER=name,... names their package.
const Module = require('module');
const path = require('path');
const { pathToFileURL } = require('url');
const { isMeant } = require('./lib/redirect');

const faces = {
  tls: () => require('./index'),
  crypto: () => require('./lib/merged_crypto'),
};

function faceOf(request) {
  const name = request.startsWith('node:') ? request.slice('node:'.length) : request;
  return Object.hasOwn(faces, name) ? faces[name] : undefined;
}

const load = Module._load;
Module._load = function redirected(request, parent, isMain) {
  const face = faceOf(request);
  return face !== undefined && isMeant(parent?.filename) ? face() : load.call(this, request, parent, isMain);
};

if (typeof Module.registerHooks === 'function') {
  // Also called for require(), which has been answered above.
  Module.registerHooks({
    resolve(specifier, context, next) {
      const isImport = context.conditions === undefined || [...context.conditions].includes('import');
      return (isImport && require('./lib/redirect').resolve(specifier, context.parentURL)) || next(specifier, context);
    },
  });
} else if (typeof Module.register === 'function') {
  Module.register(pathToFileURL(path.join(__dirname, 'lib', 'loader.mjs')));
}
