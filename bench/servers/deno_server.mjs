// Deno's own TLS server: deno_server.mjs MODE PORT CERT KEY
const [mode, port, cert, key] = Deno.args;
const block = new Uint8Array(64 * 1024).fill(120);

async function writeAll(connection, bytes) {
  let done = 0;
  while (done < bytes.length) done += await connection.write(bytes.subarray(done));
}

async function read(connection) {
  const bytes = new Uint8Array(64 * 1024);
  for (;;) {
    const count = await connection.read(bytes);
    if (count === null) return;
    if (mode === 'echo') await writeAll(connection, bytes.subarray(0, count));
  }
}

async function pour(connection) {
  for (;;) await writeAll(connection, block);
}

async function serve(connection) {
  try {
    await connection.handshake();
    await (mode === 'source' ? Promise.all([read(connection), pour(connection)]) : read(connection));
    connection.close();
  } catch {
    // The other side has gone.
  }
}

const listener = Deno.listenTls({
  hostname: '127.0.0.1',
  port: Number(port),
  cert: await Deno.readTextFile(cert),
  key: await Deno.readTextFile(key),
});
for (;;) {
  try {
    serve(await listener.accept());
  } catch {
    // A client that has gone before it was accepted.
  }
}
