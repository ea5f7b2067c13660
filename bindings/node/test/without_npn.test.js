'use strict';
// On a node whose OpenSSL was built without NPN. There is none to be had, so the addon asks for its functions by names that no node exports.
const assert = require('assert');
const fs = require('fs');
const path = require('path');
const { test } = require('node:test');
const { folder, head, node, write } = require('./support');

const functions = ['SSL_CTX_set_next_protos_advertised_cb', 'SSL_CTX_set_next_proto_select_cb', 'SSL_get0_next_proto_negotiated'];

function copyWithoutNpn(from, to) {
  fs.cpSync(from, to, { recursive: true });
  const addon = path.join(to, 'build', 'Release', 'securepair.node');
  let code = fs.readFileSync(addon, 'latin1');
  for (const name of functions) {
    assert.ok(code.includes(`\0${name}\0`), `the addon asks for ${name}`);
    code = code.replace(`\0${name}\0`, `\0${name.replace('SSL_', 'NO__')}\0`);
  }
  fs.writeFileSync(addon, code, 'latin1');
}

test('NPNProtocols go over ALPN, with one warning', async () => {
  copyWithoutNpn(path.join(folder, 'node_modules', 'securepair'), path.join(folder, 'without', 'node_modules', 'securepair'));
  const script = write('without/npn.js', `${head}
    const { createCredentials } = require('securepair/crypto');
    const warnings = [];
    process.on('warning', ({ code }) => warnings.push(code));
    const NPNProtocols = ['spdy/2', 'http/1.1'];
    const said = [];
    const meet = (server, maxVersion) => new Promise((resolve) => {
      const client = tls.connect({ port: server.address().port, ca: cert, NPNProtocols: ['http/1.1'], maxVersion });
      client.on('secureConnect', () => said.push(client.getProtocol(), client.npnProtocol, client.alpnProtocol));
      client.on('close', resolve);
    });
    const server = tls.createServer({ key, cert, NPNProtocols }, (stream) => {
      said.push(stream.npnProtocol);
      stream.end();
    });
    server.listen(0, '127.0.0.1', async () => {
      await meet(server, 'TLSv1.2');
      await meet(server, 'TLSv1.3');
      server.close();
      tls.createSecurePair(createCredentials({ key, cert }), true, false, false, { NPNProtocols }).destroy();
      setImmediate(() => console.log(JSON.stringify({ said: said.sort(), warnings })));
    });`);
  const { stdout, stderr, status } = await node(['--no-warnings', script]);
  assert.deepStrictEqual({ status, stderr }, { status: 0, stderr: '' });
  const { said, warnings } = JSON.parse(stdout);
  assert.deepStrictEqual(warnings, ['WARN_NO_NPN']);
  assert.deepStrictEqual(said, ['TLSv1.2', 'TLSv1.3', 'http/1.1', 'http/1.1', 'http/1.1', 'http/1.1', 'http/1.1', 'http/1.1']);
});
