#include <cstddef>
#include <utility>
#include <vector>

#include "cli/starttls_dialogue.h"

namespace securepair::cli {
namespace {

/// What the client says, and how the line begins that lets it go on.
struct Step {
  std::string say;
  std::string goOn;
};

struct Protocol {
  const char* name;
  std::vector<Step> steps;
};

const std::vector<Protocol>& protocols() {
  static const std::vector<Protocol> list{
      {"smtp", {{"", "220"}, {"EHLO localhost\r\n", "250"}, {"STARTTLS\r\n", "220"}}},
      {"ftp", {{"", "220"}, {"AUTH TLS\r\n", "234"}}},
      {"imap", {{"", "* OK"}, {"a STARTTLS\r\n", "a OK"}}},
      {"pop3", {{"", "+OK"}, {"STLS\r\n", "+OK"}}},
  };
  return list;
}

class LineDialogue final : public StarttlsDialogue {
 public:
  explicit LineDialogue(const Protocol& protocol) : protocol_(protocol) {}

  std::optional<Answer> answer(std::string& received) override {
    for (;;) {
      const std::size_t end = received.find('\n');
      if (end == std::string::npos) return std::nullopt;
      std::string line = received.substr(0, end);
      received.erase(0, end + 1);
      if (!line.empty() && line.back() == '\r') line.pop_back();
      if (isLast(line)) return goOn(line);
    }
  }

 private:
  // SMTP's and FTP's answers have "-" after the number in all lines but the last; IMAP's server may
  // say more before it comes to what it was asked.
  bool isLast(const std::string& line) const {
    const std::string& expected = protocol_.steps[at_].goOn;
    if (expected == "a OK") return !line.starts_with("* ");
    if (expected == "+OK" || expected == "* OK") return true;
    return line.size() < 4 || line[3] != '-';
  }

  Answer goOn(const std::string& line) {
    const std::string& expected = protocol_.steps[at_].goOn;
    const bool goesOn = line == expected || line.starts_with(expected + " ");
    if (!goesOn) refuseStarttls(expected, line);
    if (++at_ == protocol_.steps.size()) return {.goAhead = true};
    return {.send = protocol_.steps[at_].say};
  }

  const Protocol& protocol_;
  std::size_t at_ = 0;
};

}  // namespace

std::unique_ptr<StarttlsDialogue> makeLineDialogue(const std::string& protocol) {
  for (const Protocol& one : protocols()) {
    if (one.name == protocol) return std::make_unique<LineDialogue>(one);
  }
  return nullptr;
}

}  // namespace securepair::cli
