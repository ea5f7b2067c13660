#include "net/connector.h"

#include <cerrno>
#include <chrono>
#include <sys/socket.h>
#include <utility>

#include "base/later.h"
#include "net/failure.h"
#include "net/loop.h"
#include "net/socket.h"

namespace securepair::net {
namespace {

// An address that does not answer gives way to the next one after this: the first packet and two
// more have been lost then.
constexpr std::chrono::milliseconds patience{3500};

// Such an address could not be tried at all: what another one answered tells more.
bool isUnusable(int status) {
  return status == UV_ENETUNREACH || status == UV_EADDRNOTAVAIL || status == UV_EAFNOSUPPORT ||
         status == UV_EHOSTUNREACH;
}

std::string fixOfConnect(int status) {
  switch (status) {
    case UV_ECONNREFUSED:
      return "start the server, or correct where to connect to";
    case UV_ENOENT:
      return "start the server, or correct the path; to connect to a host, give the port before it";
    case UV_ETIMEDOUT:
    case UV_EHOSTUNREACH:
    case UV_ENETUNREACH:
      return "check the address, the network and the firewalls on the way";
    case UV_EAI_NONAME:
    case UV_EAI_NODATA:
      return "correct the host: it is a name or an address, not a URL";
    case UV_EINVAL:
      return "give a host that is not empty and a port that is not 0";
    case UV_EAI_AGAIN:
      return "check the network and /etc/resolv.conf";
    default:
      return {};
  }
}

}  // namespace

Connector::Connector(SocketCore& socket, std::string host, std::uint16_t port)
    : socket_(socket), host_(std::move(host)), port_(port) {
  request_.data = this;
}

void Connector::start() {
  if (const Endpoint literal = Endpoint::parse(host_, port_)) {
    endpoints_ = {literal};
    tryNext();
    return;
  }
  lookup_.emplace(*socket_.loop(), host_, port_, [this](int status, std::vector<Endpoint> found) {
    if (status < 0) return socket_.fail(connectError(status, hostAndPort(host_, port_)));
    endpoints_ = std::move(found);
    tryNext();
  });
}

void Connector::tryNext() {
  if (failures_.size() == endpoints_.size()) return socket_.fail(failure());
  const int status =
      uv_tcp_connect(&request_, socket_.openHandle(), endpoints_[failures_.size()].get(),
                     [](uv_connect_t* request, int result) {
                       auto& self = *static_cast<Connector*>(request->data);
                       // Cancelled: the socket is closing.
                       if (result == UV_ECANCELED) return;
                       self.socket_.loop()->enter([&] { self.tried(result); });
                     });
  if (status < 0) return tried(status);
  // The last one has the time that the kernel gives it.
  if (failures_.size() + 1 == endpoints_.size()) return;
  patience_.emplace(patience, [this] { tried(UV_ETIMEDOUT); });
}

void Connector::tried(int status) {
  patience_.reset();
  const Endpoint endpoint = endpoints_[failures_.size()];
  if (status == 0) return socket_.connected(endpoint);
  failures_.push_back(status);
  socket_.closeHandle();
}

Error Connector::failure() const {
  int told = failures_.back();
  std::string tried;
  for (std::size_t i = 0; i < failures_.size(); ++i) {
    if (!isUnusable(failures_[i])) told = failures_[i];
    tried += (i > 0 ? ", " : "") + endpoints_[i].text() + " " + codeOf(failures_[i]);
  }
  const std::string where = hostAndPort(host_, port_);
  const bool wasLiteral = endpoints_.size() == 1 && endpoints_.front().text() == where;
  return connectError(told, where, wasLiteral ? std::string() : tried);
}

Fd connectUnix(const std::string& path, int& status) {
  const auto name = UnixName::make(path);
  Fd fd(name ? ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0) : -1);
  status = name ? 0 : UV_ENAMETOOLONG;
  if (name && (!fd || ::connect(fd.get(), name->get(), name->size()) != 0)) {
    status = uv_translate_sys_error(errno);
    fd.reset();
  }
  return fd;
}

Error connectError(int status, const std::string& where, const std::string& tried) {
  std::string message = "connect " + codeOf(status) + " " + where + ": " + meaningOf(status);
  if (!tried.empty()) message += " (tried " + tried + ")";
  return Error(
      {.code = codeOf(status), .message = std::move(message), .fix = fixOfConnect(status)});
}

}  // namespace securepair::net
