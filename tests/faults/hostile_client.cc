#include "faults/hostile_client.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <poll.h>
#include <random>
#include <sys/socket.h>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "support/ports.h"

namespace securepair::test {

std::string randomBytes(std::size_t size) {
  std::minstd_rand generator(5);
  std::string text(size, '\0');
  for (char& c : text) c = static_cast<char>(generator());
  return text;
}

RawClient::RawClient(std::uint16_t port) : fd_(connectToLoopback(port)) {}

bool RawClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

std::string RawClient::receive() {
  std::array<char, 65536> bytes;
  const auto count = ::recv(fd(), bytes.data(), bytes.size(), 0);
  return count <= 0 ? std::string() : std::string(bytes.data(), static_cast<std::size_t>(count));
}

void RawClient::finish() { ::shutdown(fd(), SHUT_WR); }

void RawClient::reset() {
  const linger atOnce = {.l_onoff = 1, .l_linger = 0};
  ::setsockopt(fd(), SOL_SOCKET, SO_LINGER, &atOnce, sizeof atOnce);
  fd_.reset();
}

RawClient::End RawClient::waitForEnd(std::chrono::milliseconds most) {
  using Clock = std::chrono::steady_clock;
  const auto until = Clock::now() + most;
  std::array<char, 65536> bytes;
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
    pollfd readable = {.fd = fd(), .events = POLLIN, .revents = 0};
    if (left.count() <= 0 || ::poll(&readable, 1, static_cast<int>(left.count())) <= 0) {
      return End::none;
    }
    const auto count = ::recv(fd(), bytes.data(), bytes.size(), 0);
    if (count == 0) return End::fin;
    if (count < 0) return End::reset;
    rest.append(bytes.data(), static_cast<std::size_t>(count));
  }
}

TlsClient::TlsClient(std::uint16_t port, int version, std::size_t segment)
    : raw_(port), end_(TLS_client_method(), version), segment_(segment) {}

std::string TlsClient::hello() {
  end_.work();
  return end_.take();
}

bool TlsClient::shakeHands() {
  end_.work();
  while (flush() && SSL_is_init_finished(ssl()) == 0) {
    if (!readMore()) return false;
  }
  return SSL_is_init_finished(ssl()) != 0;
}

bool TlsClient::write(std::string_view text) {
  while (!text.empty()) {
    const auto piece = text.substr(0, 16384);
    if (SSL_write(ssl(), piece.data(), static_cast<int>(piece.size())) <= 0) {
      ERR_clear_error();
      return false;
    }
    text.remove_prefix(piece.size());
    if (!flush()) return false;
  }
  return true;
}

int TlsClient::renegotiations() {
  int served = 0;
  for (; served < 10; ++served) {
    SSL_renegotiate(ssl());
    SSL_do_handshake(ssl());
    ERR_clear_error();
    if (!shakeHands() || !write("line") || !reads("line")) break;
  }
  return served;
}

bool TlsClient::reads(std::string_view text) { return read(text.size()) == text; }

bool TlsClient::readsUntil(std::string_view text) {
  std::size_t at = 0;
  while ((at = end_.received().find(text, taken_)) == std::string::npos) {
    if (!readMore()) return false;
  }
  taken_ = at + text.size();
  return true;
}

std::string TlsClient::read(std::size_t size) {
  while (end_.received().size() - taken_ < size) {
    if (!readMore()) break;
  }
  std::string text = end_.received().substr(taken_, size);
  taken_ += text.size();
  return text;
}

bool TlsClient::flush() { return flush(end_.take()); }

bool TlsClient::flush(std::string_view bytes) {
  while (!bytes.empty()) {
    if (!raw_.send(bytes.substr(0, segment_))) return false;
    bytes.remove_prefix(std::min(segment_, bytes.size()));
  }
  return true;
}

bool TlsClient::readMore() {
  const std::string bytes = raw_.receive();
  if (bytes.empty()) return false;
  end_.feed(bytes);
  end_.work();
  return flush();
}

}  // namespace securepair::test
