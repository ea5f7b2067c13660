// Asio's ssl::stream, as its users write it: one buffer a connection, read and write in turn.
#include <array>
#include <asio.hpp>
#include <asio/ssl.hpp>
#include <memory>
#include <string>

#include "arguments.h"

namespace {

using asio::ip::tcp;
using Mode = bench::Arguments::Mode;
using Failure = std::error_code;

Mode mode = Mode::echo;
const std::string block(std::size_t{64} * 1024, 'x');

class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(tcp::socket socket, asio::ssl::context& context) : stream_(std::move(socket), context) {}

  void start() {
    stream_.async_handshake(asio::ssl::stream_base::server,
                            [self = shared_from_this()](Failure failure) {
                              if (failure) return;
                              if (mode == Mode::source) self->pour();
                              self->read();
                            });
  }

 private:
  void read() {
    stream_.async_read_some(asio::buffer(bytes_),
                            [self = shared_from_this()](Failure failure, std::size_t count) {
                              if (failure) return self->end();
                              if (mode != Mode::echo) return self->read();
                              self->write(count);
                            });
  }
  void write(std::size_t count) {
    asio::async_write(stream_, asio::buffer(bytes_, count),
                      [self = shared_from_this()](Failure failure, std::size_t) {
                        if (!failure) self->read();
                      });
  }
  void pour() {
    asio::async_write(stream_, asio::buffer(block),
                      [self = shared_from_this()](Failure failure, std::size_t) {
                        if (!failure) self->pour();
                      });
  }
  void end() {
    stream_.async_shutdown([self = shared_from_this()](Failure) {});
  }

  asio::ssl::stream<tcp::socket> stream_;
  std::array<char, 64 * 1024> bytes_;
};

void accept(tcp::acceptor& acceptor, asio::ssl::context& context) {
  acceptor.async_accept([&](Failure failure, tcp::socket socket) {
    if (!failure) {
      socket.set_option(tcp::no_delay(true));
      std::make_shared<Session>(std::move(socket), context)->start();
    }
    accept(acceptor, context);
  });
}

}  // namespace

int main(int count, char** arguments) {
  const auto asked = bench::parse(count, arguments, true);
  mode = asked.mode;
  asio::io_context loop(1);
  asio::ssl::context context(asio::ssl::context::tls_server);
  context.use_certificate_chain_file(asked.cert);
  context.use_private_key_file(asked.key, asio::ssl::context::pem);
  SSL_CTX_set_ciphersuites(context.native_handle(), bench::suites13);
  SSL_CTX_set_cipher_list(context.native_handle(), bench::suites12);
  tcp::acceptor acceptor(loop, tcp::endpoint(asio::ip::address_v4::loopback(),
                                             static_cast<unsigned short>(asked.port)));
  accept(acceptor, context);
  loop.run();
}
