// Node's own tls, or another runtime's: node_server.cjs MODE PORT CERT KEY
'use strict';
const fs = require('node:fs');
const tls = require('node:tls');

const [mode, port, cert, key] = process.argv.slice(2);
const block = Buffer.alloc(64 * 1024, 'x');

function pour(socket) {
  const fill = () => {
    while (socket.writable && socket.write(block));
  };
  socket.on('drain', fill);
  fill();
}

tls
  .createServer(
    {
      key: fs.readFileSync(key),
      cert: fs.readFileSync(cert),
      ciphers: 'TLS_AES_128_GCM_SHA256:ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256',
      noDelay: true,
    },
    (socket) => {
      socket.on('error', () => {});
      if (mode === 'echo') socket.pipe(socket);
      else socket.resume();
      if (mode === 'source') pour(socket);
    },
  )
  .listen(Number(port), '127.0.0.1');
