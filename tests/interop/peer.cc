#include "interop/peer.h"

#include <arpa/inet.h>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <optional>
#include <regex>
#include <stdexcept>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <utility>

#include "support/tls_world.h"

namespace securepair::test {
namespace {

using namespace std::chrono_literals;

const Identity& secondIdentity() {
  static const Identity identity = issue(World::get().authority, secondName);
  return identity;
}

std::string makeFolder(const char* script) {
  const auto& world = World::get();
  std::string folder = ownFolder();
  writeFile(folder + "/ca.pem", world.authority.own.cert);
  writeFile(folder + "/server.pem", world.server.cert + world.server.key);
  writeFile(folder + "/second.pem", secondIdentity().cert + secondIdentity().key);
  writeFile(folder + "/client.pem", world.client.cert + world.client.key);
  writeFile(folder + "/stranger.pem", world.stranger.cert + world.stranger.key);
  writeFile(folder + "/peer.cjs", script);
  return folder;
}

std::unique_ptr<Child> start(const std::string& folder, const std::string& command) {
  return std::make_unique<Child>("cd '" + folder + "' && " + command, folder + "/output.txt");
}

void welcome(tls::CleartextStream& stream) {
  stream.onData([&stream, request = std::string()](const Data& data) mutable {
    request += data;
    if (!request.ends_with("\r\n\r\n")) return;
    stream.end("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 9\r\n\r\nwelcome!\n");
  });
}

// Someone else may take it before the program does.
int freePort() {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{
      .sin_family = AF_INET, .sin_port = 0, .sin_addr = {INADDR_ANY}, .sin_zero = {}};
  socklen_t size = sizeof address;
  bind(fd, reinterpret_cast<sockaddr*>(&address), size);
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  close(fd);
  return ntohs(address.sin_port);
}

std::optional<int> portIn(const std::string& output, const char* pattern) {
  std::smatch found;
  if (!std::regex_search(output, found, std::regex(pattern))) return std::nullopt;
  return std::stoi(found[1]);
}

std::optional<int> waitForPort(Child& child, const char* pattern) {
  for (int i = 0; i < 500 && child.running(); ++i) {
    if (const auto port = portIn(child.output(), pattern)) return port;
    std::this_thread::sleep_for(10ms);
  }
  return std::nullopt;
}

}  // namespace

bool Served::welcomed() const { return status == 0 && says(output, "welcome!\n"); }

Served serveProgram(const ClientProgram& program, Order order, const tls::ServerOptions& options) {
  Served served;
  const bool isGreeted = program.listensFirst && order.twice;
  const auto server = serve(options, [&served, isGreeted](tls::CleartextStream& stream) {
    served.secure = true;
    served.authorized = stream.authorized();
    served.authorizationError = stream.authorizationError();
    served.protocol = stream.getProtocol();
    served.servername = stream.servername();
    served.alpn = stream.alpnProtocol();
    served.npn = stream.npnProtocol();
    served.resumed = stream.isSessionReused();
    stream.onError([&served](const Error& error) { served.error = error.code(); });
    if (isGreeted) stream.write("HTTP/1.1 100 Continue\r\n\r\n");
    welcome(stream);
  });
  server->addContext(secondName, {.key = secondIdentity().key, .cert = secondIdentity().cert});
  server->onClientError([&served](const Error& error) { served.clientError = error.code(); });

  order.port = server->address()->port;
  const auto child = start(makeFolder(program.script), program.command(order));
  serveUntilEnds(*server, *child);
  served.output = child->output();
  served.status = child->exitStatus();
  return served;
}

RunningServer::RunningServer(const ServerProgram& program, Order order) : program_(program) {
  const std::string folder = makeFolder(program.script);
  for (int attempt = 0; attempt < 3; ++attempt) {
    if (program.needsPort) order.port = freePort();
    child_ = start(folder, program.command(order));
    const auto port = waitForPort(*child_, program.listening);
    port_ = port.value_or(0);
    if (port) return;
  }
  throw std::runtime_error(std::string(program.name) + " does not listen: " + child_->output());
}

Asked RunningServer::ask(const tls::ConnectOptions& options, const std::string& line) const {
  const bool answers = *program_.answer != '\0';
  Asked asked;
  const auto client = tls::connect(port_, "127.0.0.1", options);
  client->onSecureConnect([&] {
    asked.secure = true;
    asked.authorized = client->authorized();
    asked.authorizationError = client->authorizationError();
    asked.shown = client->getPeerCertificate().subject["CN"];
    asked.protocol = client->getProtocol();
    asked.alpn = client->alpnProtocol();
    asked.npn = client->npnProtocol();
    asked.resumed = client->isSessionReused();
    client->write(line);
    if (!answers) client->end();
  });
  client->onData([&](const Data& data) {
    asked.answer += data;
    if (asked.answer.ends_with('\n')) client->end();
  });
  client->onError([&](const Error& error) { asked.error = error.code(); });
  runLoop();
  asked.output = child_->output();
  return asked;
}

testing::AssertionResult says(const std::string& output, const std::string& text) {
  const bool found = output.find(text) != std::string::npos;
  return (found ? testing::AssertionSuccess() : testing::AssertionFailure())
         << "\"" << text << "\" is " << (found ? "" : "not ") << "in: " << output;
}

std::string withInput(const std::string& text) {
  return "rm -f input && mkfifo input && exec <>input && printf '" + text + "' >&0 && ";
}

void needProgram(const char* name) {
  const int status = std::system(("command -v " + std::string(name) + " >/dev/null").c_str());
  if (status != 0) GTEST_SKIP() << "not run: there is no program " << name;
}

}  // namespace securepair::test
