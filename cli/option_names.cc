#include "cli/option_names.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <vector>

namespace securepair::cli {
namespace {

bool isUpper(char c) { return c >= 'A' && c <= 'Z'; }

bool isOfName(char c) { return isUpper(c) || (c >= 'a' && c <= 'z'); }

// "securityLevel": "security-level"
std::string hyphenated(std::string_view option) {
  std::string text;
  for (const char c : option) {
    if (isUpper(c)) text += '-';
    text += isUpper(c) ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return text;
}

// What else a flag of the option may be called.
std::vector<std::string> namesOf(const std::string& option) {
  static const std::map<std::string, std::vector<std::string>> others{
      {"ALPNProtocols", {"alpn"}},
      {"NPNProtocols", {"npn"}},
      {"allowSmallKey", {"allow-small"}},
      {"altNames", {"san"}},
      {"clientRenegLimit", {"reneg-limit"}},
      {"clientRenegWindow", {"reneg-window"}},
      {"commonName", {"cn"}},
      {"keylogFile", {"keylog"}},
      {"keyPassphrase", {"key-passphrase-file"}},
      {"passphrase", {"passphrase-file"}},
      {"servername", {"servername", "name"}}};
  const auto found = others.find(option);
  return found == others.end() ? std::vector{hyphenated(option)} : found->second;
}

std::string inFlags(const std::string& text, const std::set<std::string>& flags) {
  std::string out;
  std::size_t at = 0;
  for (;;) {
    const std::size_t begin = text.find('`', at);
    const std::size_t end = begin == std::string::npos ? begin : text.find('`', begin + 1);
    if (end == std::string::npos) return out + text.substr(at);
    const std::string option = text.substr(begin + 1, end - begin - 1);
    const std::vector<std::string> names = std::all_of(option.begin(), option.end(), isOfName)
                                               ? namesOf(option)
                                               : std::vector<std::string>();
    const auto flag = std::find_if(names.begin(), names.end(), [&flags](const std::string& name) {
      return flags.contains(name);
    });
    out += text.substr(at, begin - at);
    out += flag == names.end() ? "`" + option + "`" : "--" + *flag;
    at = end + 1;
  }
}

}  // namespace

Error inFlags(const Error& error, const std::set<std::string>& flags) {
  // What stands in the certificate, and what came from the peer, is quoted as it is.
  return Error(ErrorParts{.code = error.code(),
                          .message = inFlags(error.message(), flags),
                          .certificate = error.certificate(),
                          .expected = inFlags(error.expected(), flags),
                          .got = error.got(),
                          .fix = inFlags(error.fix(), flags)});
}

}  // namespace securepair::cli
