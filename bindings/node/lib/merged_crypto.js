'use strict';
// Node's crypto with the page's createCredentials in it.
const node = require('crypto');
const { createCredentials } = require('./credentials');

// Getters stay getters: some of what they give warns that it is old.
const merged = Object.defineProperties({}, Object.getOwnPropertyDescriptors(node));
merged.createCredentials = createCredentials;

module.exports = merged;
