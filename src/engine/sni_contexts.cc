#include "engine/sni_contexts.h"

#include <securepair/error.h>

#include <algorithm>
#include <utility>

#include "crypto/identity.h"
#include "crypto/text.h"

namespace securepair::engine {
namespace {

constexpr std::size_t longestName = 253;
constexpr std::size_t longestLabel = 63;

Error unusable(const std::string& hostname, const std::string& why, const std::string& fix) {
  return Error({.code = "ERR_INVALID_HOSTNAME",
                .message = "`hostname` " + why,
                .expected = "a host name such as www.example.org, or *.example.org",
                .got = hostname.empty() ? "nothing" : crypto::clipped(crypto::escaped(hostname)),
                .fix = fix});
}

bool mayStandInName(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

void checkLabels(const std::string& hostname, std::string_view labels) {
  while (true) {
    const std::string_view label = labels.substr(0, labels.find('.'));
    if (label.empty()) throw unusable(hostname, "has an empty label", "take out the spare dot");
    if (label.size() > longestLabel) {
      throw unusable(hostname, "has a label of more than 63 characters",
                     "clients cannot ask for such a name");
    }
    if (!std::all_of(label.begin(), label.end(), mayStandInName)) {
      throw unusable(hostname, "has a character that stands in no host name",
                     label.find('*') != std::string_view::npos
                         ? "let * be the whole left-most label, and stand for one label"
                         : "write other scripts in the form that clients send: xn--...");
    }
    if (label.size() == labels.size()) return;
    labels.remove_prefix(label.size() + 1);
  }
}

std::string checked(const std::string& hostname) {
  std::string key = crypto::folded(hostname);
  if (key.empty()) throw unusable(hostname, "is empty", "give the name that clients ask for");
  if (key.size() > longestName) {
    throw unusable(hostname, "has more than 253 characters", "clients cannot ask for such a name");
  }
  if (key == "*") {
    throw unusable(hostname, "stands for every name",
                   "give createServer() the key and certificate for all other names");
  }
  if (crypto::isAddress(key)) {
    throw unusable(hostname, "is an address, which clients do not send",
                   "give createServer() the key and certificate for addresses");
  }
  checkLabels(hostname, key.starts_with("*.") ? std::string_view(key).substr(2) : key);
  return key;
}

}  // namespace

void SniContexts::add(const std::string& hostname, ContextChoice choice) {
  contexts_.insert_or_assign(checked(hostname), std::move(choice));
}

bool SniContexts::remove(const std::string& hostname) {
  return contexts_.erase(checked(hostname)) > 0;
}

std::optional<ContextChoice> SniContexts::find(std::string_view servername) const {
  std::string name = crypto::folded(servername);
  auto found = contexts_.find(name);
  const std::size_t dot = name.find('.');
  if (found == contexts_.end() && dot != std::string::npos && dot > 0) {
    found = contexts_.find("*" + name.substr(dot));
  }
  if (found == contexts_.end()) return std::nullopt;
  return found->second;
}

}  // namespace securepair::engine
