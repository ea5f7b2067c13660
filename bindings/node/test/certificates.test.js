'use strict';
// A certificate's object, which scripts for Node read.
const assert = require('assert');
const nodeTls = require('tls');
const { once } = require('events');
const { test } = require('node:test');
const { createCredentials } = require('securepair/crypto');
const { connect, openssl, read, serve, tls } = require('./support');

openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=rsa/OU=one/OU=two', '-keyout', 'rsa-key.pem', '-out',
  'rsa-cert.pem', '-addext', 'subjectAltName=DNS:localhost', '-addext', 'authorityInfoAccess=OCSP;URI:http://ocsp.example/');
openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=localhost/O=\u00e4',
  '-utf8', '-keyout', 'ec-key.pem', '-out', 'ec-cert.pem');
openssl('req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-384', '-nodes', '-subj', '/CN=leaf', '-keyout', 'leaf-key.pem', '-out',
  'leaf.csr');
openssl('x509', '-req', '-in', 'leaf.csr', '-CA', 'rsa-cert.pem', '-CAkey', 'rsa-key.pem', '-days', '2', '-set_serial', '77', '-out',
  'leaf-only.pem');
const pairs = Object.fromEntries(['rsa', 'ec'].map((name) => [name, { key: read(`${name}-key.pem`), cert: read(`${name}-cert.pem`) }]));
const leaf = { key: read('leaf-key.pem'), cert: Buffer.concat([read('leaf-only.pem'), pairs.rsa.cert]) };

/** Both without what makes a comparison hard: a chain that ends in itself, prototypes, and what is undefined. */
function plain({ issuerCertificate, ...certificate }) {
  const given = Object.entries(certificate).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, ['subject', 'issuer'].includes(name) ? { ...value } : value]));
}

/** The server's certificate as Node's client and as ours have it. */
async function certificatesOf(t, options, ca, detailed) {
  const server = await serve(t, options, (stream) => stream.on('error', () => {}));
  const node = nodeTls.connect({ port: server.address().port, ca, rejectUnauthorized: false });
  const ours = connect(server, { ca });
  await Promise.all([once(node, 'secureConnect'), once(ours, 'secureConnect')]);
  const got = [node.getPeerCertificate(detailed), ours.getPeerCertificate(detailed)];
  node.destroy();
  ours.destroy();
  return got;
}

for (const [name, own] of Object.entries(pairs)) {
  test(`a certificate of ${name} is the object of Node's`, async (t) => {
    const [node, ours] = await certificatesOf(t, own, own.cert, false);
    assert.deepStrictEqual(plain(ours), plain(node));
    assert.strictEqual(Object.getPrototypeOf(ours.subject), Object.prototype);
  });
}

test('along the chain, too, and of one\'s own', async (t) => {
  const [node, ours] = await certificatesOf(t, leaf, pairs.rsa.cert, true);
  assert.deepStrictEqual(plain(ours), plain(node));
  assert.deepStrictEqual(plain(ours.issuerCertificate), plain(node.issuerCertificate));
  assert.deepStrictEqual(ours.issuer.OU, ['one', 'two']);
  assert.deepStrictEqual([ours.nistCurve, ours.bits, ours.ca], ['P-384', 384, false]);
  assert.deepStrictEqual([ours.issuerCertificate.exponent, ours.issuerCertificate.ca], ['0x10001', true]);

  assert.strictEqual(ours.issuerCertificate.issuerCertificate, undefined, 'Node has the root itself there');

  const server = await serve(t, { ...pairs.rsa, requestCert: true, ca: pairs.rsa.cert }, (stream) => stream.on('error', () => {}));
  const client = connect(server, { ...leaf, ca: pairs.rsa.cert });
  const [stream] = await once(server, 'secureConnection');
  assert.strictEqual(client.getCertificate().fingerprint512, stream.getPeerCertificate().fingerprint512);
  assert.match(client.getCertificate().fingerprint512, /^([0-9A-F]{2}:){63}[0-9A-F]{2}$/);
  client.destroy();
});

test('checkServerIdentity is given the same, and may be Node\'s own', async (t) => {
  const server = await serve(t, pairs.rsa, (stream) => stream.on('error', () => {}));
  const { port } = server.address();
  const secureContext = createCredentials({ ca: pairs.rsa.cert });
  let given;
  const judged = tls.connect({
    port,
    secureContext,
    checkServerIdentity: (name, certificate) => {
      given = certificate;
    },
  });
  await once(judged, 'secureConnect');
  assert.deepStrictEqual(given, judged.getPeerCertificate());
  assert.deepStrictEqual(given.subject.OU, ['one', 'two']);
  judged.destroy();
  for (const [servername, authorized] of [['localhost', true], ['elsewhere.example', false]]) {
    const client = tls.connect({ port, secureContext, servername, checkServerIdentity: tls.checkServerIdentity });
    await once(client, 'secureConnect');
    assert.strictEqual(client.authorized, authorized);
    client.destroy();
  }
});
