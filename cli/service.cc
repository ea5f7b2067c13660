#include "cli/service.h"

#include <array>
#include <fstream>
#include <memory>
#include <string_view>

#include "cli/exit.h"
#include "cli/files.h"

namespace securepair::cli {
namespace {

constexpr std::size_t blockSize = std::size_t{32} * 1024;

// Lines that a reader can check: each begins one character further on.
std::string linesOfCharacters() {
  constexpr int first = ' ' + 1;
  constexpr int count = '~' - first + 1;
  std::string text;
  for (int line = 0; line < count; ++line) {
    for (int i = 0; i < 71; ++i) text += static_cast<char>(first + (line + i) % count);
    text += '\n';
  }
  return text;
}

void sendForEver(tls::CleartextStream& stream) {
  static const std::string lines = linesOfCharacters();
  while (stream.write(lines)) {
  }
}

void sendFile(tls::CleartextStream& stream, const std::shared_ptr<std::ifstream>& file) {
  std::array<char, blockSize> block{};
  for (bool goOn = true; goOn;) {
    file->read(block.data(), block.size());
    if (file->gcount() == 0) {
      // A file that could not be read to its end is not one that has ended.
      if (file->eof()) {
        stream.end();
      } else {
        stream.destroy();
      }
      return;
    }
    goOn = stream.write(std::string_view(block.data(), static_cast<std::size_t>(file->gcount())));
  }
}

}  // namespace

std::vector<std::string> serviceModes() { return {"page", "echo", "discard", "source", "cat"}; }

void checkService(const Service& service) {
  if (service.mode != "cat") {
    if (service.file.empty()) return;
    throw usageFailure("'" + service.file + "' is given, and --mode " + service.mode +
                       " sends no file");
  }
  if (service.file.empty()) throw usageFailure("--mode cat needs a FILE");
  requireRegularFile(service.file);
}

void serveConnection(tls::CleartextStream& stream, const Service& service) {
  if (service.mode == "page") stream.write("welcome!\n");
  if (service.mode == "page" || service.mode == "echo") {
    stream.pipe(stream);
  } else if (service.mode == "source") {
    stream.onDrain([&stream] { sendForEver(stream); });
    sendForEver(stream);
  } else if (service.mode == "cat") {
    const auto file = std::make_shared<std::ifstream>(service.file, std::ios::binary);
    // A client that has nothing to say gets the whole file all the same.
    stream.setAllowHalfOpen(true);
    stream.onDrain([&stream, file] { sendFile(stream, file); });
    sendFile(stream, file);
  }
  // What nobody listens for is discarded.
}

}  // namespace securepair::cli
