// The floor of OpenSSL itself: libssl over epoll, with one BIO for all connections over one inbound
// slab and one outgoing chunk, and nothing else.
#include <cstdint>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "arguments.h"
#include "poller.h"

namespace {

using Mode = bench::Arguments::Mode;

constexpr std::size_t chunkSize = std::size_t{7} * (16384 + 96);

Mode mode = Mode::echo;
std::vector<char> slab(std::size_t{512} * 1024);
std::vector<char> plain(chunkSize);
std::vector<char> chunk(chunkSize);
const std::string block(std::size_t{7} * 16384, 'x');

// What the BIO works on, for the length of a call.
const char* input = nullptr;
std::size_t inputSize = 0;
std::size_t written = 0;

int bioRead(BIO* bio, char* into, std::size_t size, std::size_t* done) {
  BIO_clear_retry_flags(bio);
  *done = std::min(size, inputSize);
  if (*done == 0) {
    BIO_set_retry_read(bio);
    return 0;
  }
  std::memcpy(into, input, *done);
  input += *done;
  inputSize -= *done;
  return 1;
}

int bioWrite(BIO* bio, const char* from, std::size_t size, std::size_t* done) {
  BIO_clear_retry_flags(bio);
  *done = std::min(size, chunkSize - written);
  if (*done == 0) {
    BIO_set_retry_write(bio);
    return 0;
  }
  std::memcpy(chunk.data() + written, from, *done);
  written += *done;
  return 1;
}

long bioControl(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

BIO* sharedBio() {
  static BIO* const bio = [] {
    BIO_METHOD* const method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "shared");
    BIO_meth_set_read_ex(method, bioRead);
    BIO_meth_set_write_ex(method, bioWrite);
    BIO_meth_set_ctrl(method, bioControl);
    BIO* const made = BIO_new(method);
    BIO_set_init(made, 1);
    return made;
  }();
  return bio;
}

struct Connection {
  Connection(int handle, SSL_CTX* context) : fd(handle), ssl(SSL_new(context)) {
    BIO* const bio = sharedBio();
    BIO_up_ref(bio);
    SSL_set_bio(ssl, bio, bio);
    SSL_set_accept_state(ssl);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() { SSL_free(ssl); }

  std::uint32_t wanted() const {
    if (!unsent.empty()) return EPOLLOUT;
    return mode == Mode::source && secure ? EPOLLIN | EPOLLOUT : EPOLLIN;
  }

  bool onEvent(std::uint32_t events) {
    if (!unsent.empty()) {
      if (!unsent.sendSome(fd)) return false;
      if (!unsent.empty()) return true;
    }
    bool alive = true;
    if ((events & (EPOLLIN | EPOLLHUP)) != 0) {
      const ssize_t count = ::recv(fd, slab.data(), slab.size(), 0);
      if (count <= 0) return count < 0 && errno == EAGAIN;
      input = slab.data();
      inputSize = static_cast<std::size_t>(count);
      alive = work();
    }
    if (alive && mode == Mode::source && secure) pour();
    return send() && alive;
  }

  // False where the connection is over.
  bool work() {
    ERR_clear_error();
    if (!secure) {
      const int result = SSL_do_handshake(ssl);
      if (result != 1) return SSL_get_error(ssl, result) == SSL_ERROR_WANT_READ;
      secure = true;
    }
    while (inputSize > 0 || SSL_pending(ssl) > 0) {
      std::size_t count = 0;
      if (SSL_read_ex(ssl, plain.data(), plain.size(), &count) != 1) {
        const int why = SSL_get_error(ssl, 0);
        if (why == SSL_ERROR_ZERO_RETURN) SSL_shutdown(ssl);
        return why == SSL_ERROR_WANT_READ;
      }
      if (mode == Mode::echo) write(plain.data(), count);
    }
    return true;
  }

  void write(const char* from, std::size_t size) {
    while (size > 0) {
      if (chunkSize - written < 16384 + 96 && !send()) return;
      std::size_t count = 0;
      const std::size_t record = std::min(size, std::size_t{16384});
      if (SSL_write_ex(ssl, from, record, &count) != 1) return;
      from += count;
      size -= count;
    }
  }

  // Full chunks, until the socket takes no more.
  void pour() {
    while (unsent.empty()) {
      write(block.data(), block.size());
      if (!send()) return;
    }
  }

  // What has been written leaves, or is kept.
  bool send() {
    const std::size_t size = std::exchange(written, 0);
    if (size == 0) return true;
    std::size_t done = 0;
    if (unsent.empty()) {
      const ssize_t sent = ::send(fd, chunk.data(), size, MSG_NOSIGNAL);
      if (sent < 0 && errno != EAGAIN) return false;
      if (sent > 0) done = static_cast<std::size_t>(sent);
    }
    unsent.append(chunk.data() + done, size - done);
    return true;
  }

  int fd;
  SSL* ssl;
  bool secure = false;
  bench::Unsent unsent;
};

SSL_CTX* contextOf(const bench::Arguments& asked) {
  SSL_CTX* const context = SSL_CTX_new(TLS_server_method());
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_ciphersuites(context, bench::suites13);
  SSL_CTX_set_cipher_list(context, bench::suites12);
  SSL_CTX_set_num_tickets(context, 1);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  const bool good = SSL_CTX_use_certificate_chain_file(context, asked.cert.c_str()) == 1 &&
                    SSL_CTX_use_PrivateKey_file(context, asked.key.c_str(), SSL_FILETYPE_PEM) == 1;
  bench::must(good, "key and certificate");
  return context;
}

}  // namespace

int main(int count, char** arguments) {
  const auto asked = bench::parse(count, arguments, true);
  mode = asked.mode;
  SSL_CTX* const context = contextOf(asked);
  bench::serveForEver<Connection>(bench::listenOn(asked.port),
                                  [context](int fd) { return new Connection(fd, context); });
}
