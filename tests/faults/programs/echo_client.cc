// echo_client PORT COUNT SIZE: opens COUNT connections to the echo server, one after the other,
// writes SIZE bytes to each, and expects them back and then the end. Prints how many came back
// whole and how many connections failed, and why; exits 1 where what came back was something else.
#include <securepair/securepair.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

namespace securepair::test {
namespace {

std::string pattern(std::size_t size) {
  std::string text(size, '\0');
  for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>(i * 31 + i / 251);
  return text;
}

class Visits {
 public:
  Visits(int port, int count, std::size_t size) : port_(port), left_(count), text_(pattern(size)) {}

  int run() {
    next();
    Loop::current().run();
    std::printf("%d whole, %d failed\n", whole_, failed_);
    return wrong_ ? 1 : 0;
  }

 private:
  void next() {
    if (left_-- == 0) return;
    tls::ConnectOptions options;
    options.handshakeTimeout = options.closeTimeout = std::chrono::seconds(5);
    const auto received = std::make_shared<std::string>();
    const auto client =
        tls::connect(port_, "127.0.0.1", options, [this](tls::CleartextStream& stream) {
          static_cast<void>(stream.authorized());  // it is anybody's
          stream.end(text_);
        });
    client->onData([this, received](std::string_view bytes) {
      wrong_ = wrong_ || text_.compare(received->size(), bytes.size(), bytes) != 0;
      *received += bytes;
    });
    client->onError([](const Error& error) { std::printf("%s\n", error.code().c_str()); });
    client->onClose([this, received](bool hadError) {
      const bool whole = !hadError && *received == text_;
      ++(whole ? whole_ : failed_);
      wrong_ = wrong_ || (!hadError && !whole);
      next();
    });
  }

  int port_;
  int left_;
  std::string text_;
  int whole_ = 0;
  int failed_ = 0;
  bool wrong_ = false;
};

}  // namespace
}  // namespace securepair::test

int main(int count, char** arguments) {
  if (count != 4) return 2;
  using std::atoi;
  return securepair::test::Visits(atoi(arguments[1]), atoi(arguments[2]),
                                  static_cast<std::size_t>(atoi(arguments[3])))
      .run();
}
