#include "interop/peer.h"
#include "support/tls_world.h"

// Node's own `tls`, both ways.
namespace securepair::test {
namespace {

std::string nodeCommand(const Order& order) {
  return "exec node peer.cjs '{\"version\": \"" + order.version +
         "\", \"port\": " + std::to_string(order.port) + ", \"ca\": \"" + order.ca +
         "\", \"identity\": \"" + order.identity + "\", \"servername\": \"" + order.servername +
         "\", \"alpn\": \"" + order.alpn + "\", \"twice\": " + (order.twice ? "true" : "false") +
         "}'";
}

const ClientProgram nodeClient{.name = "node",
                               .command = nodeCommand,
                               .agreed = "agreed on ",
                               .wrongName = "does not match certificate's altnames",
                               .wrongIssuer = "unable to verify the first certificate",
                               .script = R"(
const fs = require('fs'), tls = require('tls');
const order = JSON.parse(process.argv[2]);
const read = (file) => file && fs.readFileSync(file);

function call(again, session) {
  const socket = tls.connect({
    host: '127.0.0.1',
    port: order.port,
    servername: order.servername,
    ca: read(order.ca),
    key: read(order.identity),
    cert: read(order.identity),
    minVersion: order.version,
    maxVersion: order.version,
    ALPNProtocols: order.alpn ? order.alpn.split(',') : undefined,
    session,
  }, () => {
    console.log(`agreed on ${socket.alpnProtocol}`);
    socket.write('GET / HTTP/1.1\r\n\r\n');
  });
  socket.pipe(process.stdout, {end: false});
  socket.on('session', (latest) => { session = latest; });
  socket.on('error', (error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
  socket.on('close', () => { if (again) call(false, session); });
}
call(order.twice);
)"};

const ServerProgram nodeServer{.name = "node",
                               .command = nodeCommand,
                               .listening = R"(listening on (\d+)\n)",
                               .answer = "hello\n",
                               .isSilent = true,
                               .script = R"(
const fs = require('fs'), tls = require('tls');
const order = JSON.parse(process.argv[2]);
const own = (file) => ({key: fs.readFileSync(file), cert: fs.readFileSync(file)});
const ofClients = order.ca ? {ca: fs.readFileSync(order.ca), requestCert: true} : {};
const choose = ({protocols}) => order.alpn.split(',').find((name) => protocols.includes(name));

const server = tls.createServer({
  ...own('server.pem'),
  ...ofClients,
  minVersion: order.version,
  maxVersion: order.version,
  ALPNCallback: order.alpn ? choose : undefined,
}, (stream) => {
  stream.on('error', (error) => console.error(error.message));
  stream.pipe(stream);
});
server.addContext('second.example.org', own('second.pem'));
server.on('tlsClientError', (error) => console.error(error.message));
server.listen(order.port, '127.0.0.1', () => console.log(`listening on ${server.address().port}`));
)"};

INSTANTIATE_TEST_SUITE_P(Node, PeerClient, inBothVersions(nodeClient), VersionName());
INSTANTIATE_TEST_SUITE_P(Node, ResumingClient, inBothVersions(nodeClient), VersionName());
INSTANTIATE_TEST_SUITE_P(Node, PeerServer, inBothVersions(nodeServer), VersionName());

class NodeEcho : public PeerServer {};

TEST_P(NodeEcho, AMebibyteGoesAndComesBackUnchanged) {
  std::string line;
  for (int i = 0; line.size() < 1024 * 1024; ++i) line += std::to_string(i) + ' ';
  line += '\n';
  const auto asked = RunningServer(nodeServer, order()).ask(clientOptions(), line);
  EXPECT_TRUE(asked.answer == line) << asked.answer.size() << " bytes of " << line.size();
  EXPECT_EQ(asked.error, "");
}

INSTANTIATE_TEST_SUITE_P(Node, NodeEcho, inBothVersions(nodeServer), VersionName());

}  // namespace
}  // namespace securepair::test
