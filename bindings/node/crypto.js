'use strict';
// What the page uses of crypto. Under securepair/register, require('crypto') is Node's with this in it.
const { Credentials, SecureContext, createCredentials } = require('./lib/credentials');

module.exports = { Credentials, SecureContext, createCredentials };
