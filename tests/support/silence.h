#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <sys/socket.h>

#include <gtest/gtest.h>

#include "net/endpoint.h"
#include "net/fd.h"

namespace securepair::test {

/// An address that answers no connection: the queue of a server that never accepts is full.
class Silence {
 public:
  /// Port 0 is a free one.
  explicit Silence(const std::string& address, int port = 0)
      : name_(net::Endpoint::parse(address, static_cast<std::uint16_t>(port))) {
    EXPECT_EQ(::bind(server_.get(), name_.get(), name_.size()), 0);
    EXPECT_EQ(::listen(server_.get(), 0), 0);
    name_.setPort(this->port());
    for (net::Fd& client : clients_) {
      client = net::Fd(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
      ::connect(client.get(), name_.get(), name_.size());
    }
  }
  std::uint16_t port() const { return net::localAddress(server_.get())->port; }

 private:
  net::Endpoint name_;
  net::Fd server_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  std::array<net::Fd, 4> clients_;
};

}  // namespace securepair::test
