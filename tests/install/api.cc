// Every call of the public interface as its users write it: it has to compile, without a warning.
#include <securepair/securepair.h>

#include <chrono>
#include <iostream>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

using namespace securepair;
using namespace std::chrono_literals;

namespace {

const std::string key;
const std::string cert;
const std::string otherKey;
const std::string otherCert;

template <class F>
void lookUp(std::string_view /*name*/, F found) {
  found(crypto::createCredentials({.key = otherKey, .cert = otherCert}).context);
}

void namesAndProtocols() {
  const auto listener = [](tls::CleartextStream&) {};
  auto server = tls::createServer(
      {.key = key, .cert = cert, .NPNProtocols = {"spdy/2", "http/1.1"}}, listener);
  server->addContext("*.example.org", {.key = otherKey, .cert = otherCert});
  server->addContext("a.example.org", {});
  server->addContext("b.example.org", crypto::createCredentials(),
                     tls::ClientCertificate::required);
  server->removeContext("a.example.org");
  server->setSecureContext({.key = key, .cert = cert});
  auto now = tls::createServer(
      {.key = key, .cert = cert, .SNICallback = [=](std::string_view /*servername*/) {
         return crypto::createCredentials({.key = otherKey, .cert = otherCert}).context;
       }});
  auto later =
      tls::createServer({.key = key,
                         .cert = cert,
                         .SNICallback = [=](std::string_view servername, tls::SniAnswer answer) {
                           lookUp(servername, [=](auto context) { answer(context); });
                         }});
  auto owning = std::make_unique<int>(0);
  auto moveOnly = tls::createServer(
      {.SNICallback = [owning = std::move(owning)](const std::string&) { return nullptr; }});
  const Buffer wire("\x05hello");
  const std::vector<std::string> names{"hello"};
  tls::createServer({.key = key, .NPNProtocols = wire, .ALPNProtocols = names});
  tls::createServer({.key = key, .NPNProtocols = {wire}, .ALPNProtocols = "hello"});
  tls::createServer();
  tls::createServer({}, listener);
}

// Sessions in some database, which answers later.
class Store final : public tls::SessionStore {
 public:
  void put(const Buffer& id, const Buffer& session, std::chrono::seconds /*lifetime*/) override {
    sessions_[id.toString()] = session;
  }
  void find(const Buffer& id, tls::SessionAnswer answer) override {
    Loop::current().post(
        [this, id, answer = std::move(answer)] { answer(sessions_[id.toString()]); });
  }
  void remove(const Buffer& id) override { sessions_.erase(id.toString()); }

 private:
  std::map<std::string, Buffer> sessions_;
};

void sessions() {
  tls::createServer({.key = key, .sessionStore = std::make_shared<Store>()});
  const auto memory = std::make_shared<tls::MemorySessionStore>(1'000);
  tls::createServer({.key = key, .sessionTimeout = 10min, .sessionStore = memory});
  std::cout << memory->size();
}

void pairs() {
  auto pair = tls::createSecurePair(crypto::createCredentials({.key = key, .cert = cert}),
                                    /*isServer=*/true, /*requestCert=*/false,
                                    /*rejectUnauthorized=*/false);
  pair->onSecure([&] {});
  pair->onError([](const Error&) {});
  auto transport = net::connect(1);
  transport->onData([&](BytesView bytes) { pair->encrypted.write(bytes); });
  pair->encrypted.onData([&](BytesView bytes) { transport->write(bytes); });
  pair->cleartext.onData([&](std::string_view) {});
  pair->cleartext.write("hello");
  pair->start();
  tls::createSecurePair();
  tls::createSecurePair(crypto::createCredentials());
  tls::createSecurePair(crypto::createCredentials(), true);
  tls::createSecurePair(crypto::createCredentials(), true, true);
  tls::createSecurePair(crypto::createCredentials(), false, false, false,
                        {.NPNProtocols = {"a"}, .servername = "localhost"});
}

void verdicts() {
  const tls::Verdict verdict = tls::verifyPeer(
      cert, {.ca = {cert, otherCert}, .servername = "localhost", .nameKind = tls::NameKind::dns});
  if (!verdict.authorized) std::cout << verdict.failure->what() << verdict.certificate;
  const auto trusted = crypto::createCredentials({.ca = cert, .crl = otherCert}).context;
  tls::verifyPeer({cert, otherCert}, {.servername = "192.0.2.1",
                                      .nameKind = tls::NameKind::ip,
                                      .time = std::chrono::system_clock::now(),
                                      .maxDepth = 3,
                                      .secureContext = trusted});
  tls::verifyPeer(
      fs::readFileSync("chain.pem"),
      {.caAppend = cert, .crl = {otherCert}, .purpose = tls::Purpose::client, .securityLevel = 1});
  tls::verifyPeer(std::vector<Buffer>{},
                  {.checkServerIdentity = [](std::string_view, const tls::PeerCertificate&) {
                    return std::optional<Error>();
                  }});
  tls::verifyPeer(cert);
}

void servers(tls::Server& server) {
  server.onSecureConnection([](tls::CleartextStream&) {});
  server.onSecureConnection([] {});
  server.onClientError([](const Error&) {});
  server.onClientError([](const Error&, const net::Address&) {});
  server.onConnection([](net::Socket&) {});
  server.onListening([] {});
  server.onClose([] {});
  server.onError([](const Error&) {});
  server.listen(8000);
  server.listen(8000, "localhost");
  server.listen(8000, "localhost", [] {});
  server.listen(8000, [] {});
  server.listen("/run/socket");
  server.close();
  if (const auto address = server.address()) {
    std::cout << address->address << address->port << address->family;
  }
  server.setMaxConnections(100);
  std::cout << server.maxConnections() << server.connections();
}

void streams(tls::CleartextStream& stream, Stream& otherStream) {
  stream.onSecureConnect([] {});
  stream.onData([](const Data&) {});
  stream.onData([](std::string_view) {});
  stream.onData([](const std::string&) {});
  stream.onData([](BytesView) {});
  stream.onData([](std::span<const unsigned char>) {});
  stream.onData([](auto data) { std::cout << data; });
  stream.onData([](const auto& data) { std::cout << data; });
  stream.onData([](auto&& data) { std::cout << data; });
  stream.onData([] {});
  stream.onEnd([] {});
  stream.onClose([] {});
  stream.onClose([](bool /*hadError*/) {});
  stream.onDrain([] {});
  stream.onError([](const Error& error) { std::cout << error.what() << error.code(); });
  stream.onTimeout([] {});
  const bool more = stream.write("text");
  stream.write(std::string("text"));
  stream.write(std::vector<unsigned char>{1, 2});
  stream.end();
  stream.end("text");
  stream.destroy();
  stream.destroySoon();
  stream.pause();
  stream.resume();
  stream.setEncoding("utf8");
  stream.pipe(otherStream);
  stream.pipe(stream);
  stream.setTimeout(30s);
  stream.setNoDelay();
  const std::string error = stream.authorizationError();
  const std::string protocol = stream.npnProtocol() + stream.servername() + stream.getProtocol();
  std::cout << more << stream.authorized() << error << protocol << stream.remoteAddress()
            << stream.remotePort() << stream.isSessionReused() << stream.getCipher().name;
  if (const auto address = stream.address()) std::cout << address->port;
  const Buffer session = stream.getSession();
  const auto certificate = stream.getPeerCertificate();
  if (!certificate.empty()) {
    std::cout << certificate.subject["CN"] << certificate.issuer["O"] << certificate.valid_from
              << certificate.valid_to << certificate.fingerprint << certificate.fingerprint256
              << certificate.subjectaltname << session;
  }
  tls::CLIENT_RENEG_LIMIT = 3;
  tls::CLIENT_RENEG_WINDOW = 600;
  tls::CLIENT_RENEG_WINDOW = 10min;
  const int limit = tls::CLIENT_RENEG_LIMIT;
  std::cout << limit;
}

void clients() {
  const auto listener = [](tls::CleartextStream&) {};
  tls::connect(8000);
  tls::connect(8000, listener);
  tls::connect(8000, [] {});
  tls::connect(8000, "localhost");
  tls::connect(8000, "localhost", listener);
  tls::connect(8000, {.ca = {cert}});
  tls::connect(8000, {.ca = {cert}}, listener);
  tls::connect(8000, "localhost", {.ca = {cert, otherCert}});
  tls::connect(8000, "localhost", {.ca = cert}, listener);
  tls::connect(0, {});
  const auto socket = net::connect(8000, "localhost");
  tls::connect({.socket = socket});
  tls::connect({.socket = *socket}, listener);
  socket->resetAndDestroy();
  const std::vector<Buffer> authorities;
  tls::connect(8000, {.ca = authorities, .minVersion = "TLSv1.3", .handshakeTimeout = 5s});
  tls::createServer({.key = key, .cert = cert})->secure(socket);
}

void certificates() {
  using crypto::KeyType;
  const Buffer own = crypto::generateKey();
  crypto::generateKey({.type = KeyType::rsa, .bits = 3072, .passphrase = "secret"});
  crypto::writeKeyFile("key.pem", own);
  fs::writeFileSync("cert.pem", cert);
  const std::vector<std::string> names{"a.test", "b.test"};
  crypto::createCsr({.key = own, .subject = "localhost"});
  crypto::createCsr({.key = own, .subject = {{"CN", "localhost"}}, .altNames = "127.0.0.1"});
  crypto::createCsr({.key = own, .subject = {{"CN", "a"}, {"O", "b"}}, .altNames = {"a", "::1"}});
  const Buffer csr = crypto::createCsr({.key = key, .passphrase = "secret", .altNames = names});
  std::cout << crypto::readCsr(csr).subject["CN"] << crypto::readCsr(csr).subjectaltname;
  const auto ca = crypto::createCa({.subject = {{"CN", "Example CA"}, {"C", "UK"}}, .days = 100});
  const Buffer bundle =
      crypto::bundleCas({ca.cert, cert, crypto::selfSign({.csr = csr, .key = own})});
  crypto::signCsr({.csr = csr, .authority = ca, .copyAltNames = true});
  crypto::signCsr({.csr = csr,
                   .authority = {.key = key, .cert = cert},
                   .altNames = {"localhost", names.front()},
                   .purpose = crypto::Purpose::both,
                   .days = 30});
  const Buffer pfx = crypto::createPfx({.key = own, .cert = cert, .ca = bundle, .passphrase = "x"});
  tls::createServer({.pfx = pfx, .passphrase = "x"});
  tls::connect(8000, {.key = own, .cert = cert, .ca = {ca.cert}});
}

}  // namespace

int main(int count, char** /*arguments*/) {
  if (count > 100) {  // never, but no compiler knows
    namesAndProtocols();
    sessions();
    pairs();
    verdicts();
    clients();
    certificates();
    const auto server = tls::createServer();
    servers(*server);
    const auto stream = tls::connect(1);
    streams(*stream, *stream);
  }
  return 0;
}
