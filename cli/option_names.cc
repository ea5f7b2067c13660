#include "cli/option_names.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "cli/exit.h"
#include "cli/tool_phrases.h"

namespace securepair::cli {
namespace {

/// What the library puts between backticks: "securityLevel", "authority.cert", "ca[1]".
struct Option {
  std::string name;
  std::optional<std::size_t> index = {};  ///< of a list's item
};

// Whether the files are told that a flag names.
enum class Files : unsigned char { untold, told };

bool isUpper(char c) { return c >= 'A' && c <= 'Z'; }

bool isOfName(char c) { return isUpper(c) || (c >= 'a' && c <= 'z') || c == '.'; }

// Empty where it is none.
std::optional<Option> optionOf(const std::string& text) {
  const auto end = std::find_if_not(text.begin(), text.end(), isOfName);
  Option option{.name = std::string(text.begin(), end)};
  const std::string rest(end, text.end());
  if (rest.empty()) return option;
  if (rest.size() < 3 || rest.front() != '[' || rest.back() != ']') return std::nullopt;
  option.index = std::strtoul(rest.c_str() + 1, nullptr, 10);
  return option;
}

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
      {"altNames", {"san"}},
      {"authority", {"ca", "ca-cert"}},
      {"authority.cert", {"ca", "ca-cert"}},
      {"authority.key", {"ca", "ca-key"}},
      {"authority.passphrase", {"ca-passphrase-file"}},
      {"clientRenegLimit", {"reneg-limit"}},
      {"clientRenegWindow", {"reneg-window"}},
      {"commonName", {"cn"}},
      {"copyAltNames", {"copy-names"}},
      {"keylogFile", {"keylog"}},
      {"keyPassphrase", {"key-passphrase-file"}},
      {"passphrase", {"passphrase-file"}},
      {"servername", {"servername", "name"}},
      {"subject", {"subject", "cn"}}};
  const auto found = others.find(option);
  return found == others.end() ? std::vector{hyphenated(option)} : found->second;
}

// The one that was given goes before others.
const Parameter* flagMeant(const Verb& verb, const std::string& option) {
  const Parameter* first = nullptr;
  for (const std::string& name : namesOf(option)) {
    for (const auto& flag : verb.flags()) {
      if (flag->name != name) continue;
      if (flag->isGiven()) return flag.get();
      if (first == nullptr) first = flag.get();
    }
  }
  return first;
}

const Parameter* argumentMeant(const Verb& verb, const std::string& option) {
  for (const auto& argument : verb.arguments()) {
    if (argument->option == option) return argument.get();
  }
  return nullptr;
}

// "'a.pem', 'b.pem'", or the one of them that is meant.
std::string filesOf(const Parameter& parameter, const std::optional<std::size_t>& index) {
  if (parameter.completion != Hint::file) return {};
  if (index && *index < parameter.values.size()) return "'" + parameter.values[*index] + "'";
  std::string text;
  for (const std::string& value : parameter.values) {
    text += (text.empty() ? "'" : ", '") + value + "'";
  }
  return text;
}

// Empty where the verb has no such thing.
std::string toolName(const Verb& verb, const Option& option, Files told) {
  if (const Parameter* const argument = argumentMeant(verb, option.name)) {
    const std::string files = filesOf(*argument, option.index);
    return files.empty() || told == Files::untold ? argument->name : files;
  }
  const Parameter* const flag = flagMeant(verb, option.name);
  if (flag == nullptr) return {};
  const std::string files = told == Files::told ? filesOf(*flag, option.index) : std::string();
  return flag->flagName() + (files.empty() ? "" : " " + files);
}

std::string inFlags(const std::string& text, const Verb& verb, Files told) {
  std::string out;
  std::size_t at = 0;
  for (;;) {
    const std::size_t begin = text.find('`', at);
    const std::size_t end = begin == std::string::npos ? begin : text.find('`', begin + 1);
    if (end == std::string::npos) return out + text.substr(at);
    const auto option = optionOf(text.substr(begin + 1, end - begin - 1));
    const std::string name = option ? toolName(verb, *option, told) : std::string();
    out += text.substr(at, begin - at);
    out += name.empty() ? text.substr(begin, end + 1 - begin) : name;
    at = end + 1;
  }
}

// What stands in the certificate, and what came from the peer, is quoted as it is. Here the library
// speaks itself, as far as to what the certificate says.
std::string gotInFlags(const std::string& got, const Verb& verb) {
  if (!got.starts_with("it is not in ")) return got;
  const std::size_t said = std::min(got.find(" ("), got.size());
  return inFlags(got.substr(0, said), verb, Files::untold) + got.substr(said);
}

// "a private key is given as `key`": no help where there is no --key.
std::string withoutIdleAdvice(const std::string& fix) {
  const bool isIdle =
      fix.find(" is given ") != std::string::npos && fix.find('`') != std::string::npos;
  return isIdle ? std::string() : fix;
}

}  // namespace

Error inFlags(const Error& error, const Verb& verb) {
  const auto say = [&verb](const std::string& text, Files told) {
    return inFlags(inToolPhrases(text, verb), verb, told);
  };
  // Flags that exclude each other do so whatever stands in the files.
  const Files told = exitOf(error) == Exit::usage ? Files::untold : Files::told;
  return Error(ErrorParts{.code = error.code(),
                          .message = say(error.message(), told),
                          .certificate = error.certificate(),
                          .expected = say(error.expected(), Files::untold),
                          .got = gotInFlags(error.got(), verb),
                          .fix = withoutIdleAdvice(say(error.fix(), Files::untold))});
}

}  // namespace securepair::cli
