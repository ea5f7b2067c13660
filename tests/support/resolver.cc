#include "support/resolver.h"

#include <dlfcn.h>
#include <map>
#include <mutex>
#include <netdb.h>
#include <thread>

namespace securepair::test {
namespace {

using Lookup = int (*)(const char*, const char*, const addrinfo*, addrinfo**);

struct Answer {
  std::vector<std::string> addresses = {};
  std::chrono::milliseconds after{0};
};

std::mutex mutex;  // libuv asks on threads of its own
std::map<std::string, Answer> known;

Answer find(const char* name) {
  const std::lock_guard lock(mutex);
  const auto found = name == nullptr ? known.end() : known.find(name);
  return found == known.end() ? Answer() : found->second;
}

}  // namespace

void resolveTo(const std::string& name, const std::vector<std::string>& addresses) {
  const std::lock_guard lock(mutex);
  known[name] = {.addresses = addresses};
}

void resolveSlowly(const std::string& name, std::chrono::milliseconds time) {
  const std::lock_guard lock(mutex);
  known[name] = {.addresses = {"127.0.0.1"}, .after = time};
}

}  // namespace securepair::test

// In place of libc's, which it asks for what it does not know, and for the lists that libc frees.
extern "C" __attribute__((visibility("default"))) int getaddrinfo(const char* node,
                                                                  const char* service,
                                                                  const addrinfo* hints,
                                                                  addrinfo** result) {
  static const auto libc =
      reinterpret_cast<securepair::test::Lookup>(dlsym(RTLD_NEXT, "getaddrinfo"));
  const auto [addresses, after] = securepair::test::find(node);
  std::this_thread::sleep_for(after);
  if (addresses.empty()) return libc(node, service, hints, result);
  for (const std::string& address : addresses) {
    if (const int status = libc(address.c_str(), service, hints, result); status != 0) {
      return status;
    }
    while (*result != nullptr) result = &(*result)->ai_next;
  }
  return 0;
}
