'use strict';
// What the types declare is what there is.
const assert = require('assert');
const fs = require('fs');
const path = require('path');
const { test } = require('node:test');

const root = path.dirname(require.resolve('securepair/package.json'));

/** The values, not the types, that a file of types exports. */
function declared(file) {
  const text = fs.readFileSync(path.join(root, file), 'utf8').replace(/\/\*.*?\*\//gs, '');
  const names = [...text.matchAll(/^export (?:declare )?(?:class|const|function|let) (\w+)/gm)].map(([, name]) => name);
  for (const [, list] of text.matchAll(/^export \{([^}]*)\}/gm)) {
    names.push(...list.split(',').map((one) => one.trim().split(/\s+as\s+/).pop()));
  }
  const types = ['SecureContextOptions'];
  return [...new Set(names)].filter((name) => !types.includes(name)).sort();
}

for (const [module, file] of [['securepair', 'index.d.ts'], ['securepair/crypto', 'crypto.d.ts']]) {
  test(`every export of ${module} is declared, and the other way round`, () => {
    assert.deepStrictEqual(declared(file), Object.keys(require(module)).sort());
  });
}
