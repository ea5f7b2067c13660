'use strict';
// Whose `tls` and `crypto` are the page's.
const path = require('path');
const { fileURLToPath, pathToFileURL } = require('url');

const root = path.dirname(__dirname) + path.sep;
const folder = `${path.sep}node_modules${path.sep}`;
const packages = new Set((process.env.SECUREPAIR_REGISTER ?? '').split(',').map((name) => name.trim()).filter(Boolean));
const faces = { tls: 'tls.mjs', crypto: 'crypto.mjs' };

/** The package that a file belongs to: 'name' or '@scope/name'; undefined for the program's own. */
function packageOf(filename) {
  const at = filename.lastIndexOf(folder);
  if (at < 0) return undefined;
  const [first, second] = filename.slice(at + folder.length).split(path.sep);
  return first.startsWith('@') ? `${first}/${second}` : first;
}

/** Whether this caller means the page's. A caller without a file is the command line. */
function isMeant(filename) {
  if (typeof filename !== 'string') return true;
  if (filename.startsWith(root)) return false;
  const name = packageOf(filename);
  return name === undefined || packages.has(name);
}

/** What an import resolves to, or undefined where it is not ours to answer. */
function resolve(specifier, parentURL) {
  const name = specifier.startsWith('node:') ? specifier.slice('node:'.length) : specifier;
  if (!Object.hasOwn(faces, name)) return undefined;
  if (!isMeant(parentURL?.startsWith('file:') ? fileURLToPath(parentURL) : undefined)) return undefined;
  return { url: pathToFileURL(path.join(__dirname, faces[name])).href, format: 'module', shortCircuit: true };
}

module.exports = { isMeant, resolve };
