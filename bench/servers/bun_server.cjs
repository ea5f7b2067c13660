// Bun's own TLS server: bun_server.cjs MODE PORT CERT KEY
'use strict';
const [mode, port, cert, key] = process.argv.slice(2);
const block = Buffer.alloc(64 * 1024, 'x');

// What the socket did not take waits in its `data`.
function send(socket, bytes) {
  const sent = socket.write(bytes);
  if (sent < bytes.length) socket.data.push(Buffer.from(bytes.subarray(sent)));
  return sent === bytes.length;
}

function sendWaiting(socket) {
  while (socket.data.length > 0) {
    const bytes = socket.data[0];
    const sent = socket.write(bytes);
    if (sent < bytes.length) {
      socket.data[0] = bytes.subarray(sent);
      return false;
    }
    socket.data.shift();
  }
  return true;
}

function pour(socket) {
  while (sendWaiting(socket) && send(socket, block));
}

Bun.listen({
  hostname: '127.0.0.1',
  port: Number(port),
  tls: { key: Bun.file(key), cert: Bun.file(cert) },
  socket: {
    open(socket) {
      socket.data = [];
      if (mode === 'source') pour(socket);
    },
    data(socket, bytes) {
      if (mode !== 'echo') return;
      if (socket.data.length > 0) socket.data.push(Buffer.from(bytes));
      else send(socket, bytes);
    },
    drain(socket) {
      if (mode === 'source') pour(socket);
      else sendWaiting(socket);
    },
    error() {},
  },
});
