'use strict';
// The page's examples, byte for byte. Its client ends by closing a `server` that its own text has not: it stands in one file with the
// server's, as on the page. They listen on port 8000.
const assert = require('assert');
const fs = require('fs');
const { test } = require('node:test');
const { node, write } = require('./support');

const page = fs.readFileSync(process.env.SECUREPAIR_PAGE, 'utf8');

function examples() {
  const begin = "var tls = require('tls');\n";
  const ends = ["server.listen(8000, function() {\n  console.log('server bound');\n});\n",
    "cleartextStream.on('end', function() {\n  server.close();\n});\n"];
  return page.split(begin).slice(1).map((rest) => {
    const end = Math.min(...ends.map((text) => rest.indexOf(text)).filter((at) => at >= 0).map((at) => at));
    const last = ends.find((text) => rest.indexOf(text) === end);
    return begin + rest.slice(0, end + last.length);
  });
}

const [server, pfxServer, client, pfxClient] = examples();

test('the page has two servers and two clients', () => {
  assert.strictEqual(examples().length, 4);
  assert.match(server, /key: fs.readFileSync\('server-key.pem'\)/);
  assert.match(pfxServer, /pfx: fs.readFileSync\('server.pfx'\)/);
  assert.match(client, /cert: fs.readFileSync\('client-cert.pem'\)/);
  assert.match(pfxClient, /pfx: fs.readFileSync\('client.pfx'\)/);
});

for (const [name, script] of [['key and certificate', server + client], ['pfx', pfxServer + pfxClient]]) {
  test(`the echo server and its client, with ${name}`, async () => {
    write('page.js', script);
    const { status, stdout, stderr } = await node(['-r', 'securepair/register', 'page.js'], { input: 'hello\n' });
    assert.deepStrictEqual({ status, stderr }, { status: 0, stderr: '' });
    // What the client prints of the stream comes in as many pieces as it may.
    const lines = stdout.split('\n').filter((line) => line !== '');
    assert.deepStrictEqual(lines.sort(), ['client connected authorized', 'hello', 'server bound', 'server connected authorized', 'welcome!']);
  });
}
