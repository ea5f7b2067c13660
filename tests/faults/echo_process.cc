#include "faults/echo_process.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <sys/resource.h>
#include <thread>
#include <unistd.h>

#include <openssl/ssl.h>

#include "faults/hostile_client.h"

namespace securepair::test {
namespace {

using namespace std::chrono_literals;

void setDescriptorLimit(pid_t pid, rlim_t most) {
  rlimit limit = {};
  ::prlimit(pid, RLIMIT_NOFILE, nullptr, &limit);
  limit.rlim_cur = std::min(most, limit.rlim_max);
  ::prlimit(pid, RLIMIT_NOFILE, &limit, nullptr);
}

}  // namespace

EchoProcess::EchoProcess(const std::string& flags, const std::string& before)
    : child_("exec " + before + " '" SECUREPAIR_BIN_DIR "/fault_echo_server' " + flags,
             ownFolder() + "/server.txt") {
  const std::string announcement = "listening on ";
  if (!child_.waitFor(announcement)) {
    throw std::runtime_error("the echo server does not listen: " + output());
  }
  port_ = static_cast<std::uint16_t>(
      std::stoi(output().substr(output().find(announcement) + announcement.size())));
  // What OpenSSL and libuv keep from the first connection on is there.
  serves();
  std::this_thread::sleep_for(20ms);
  descriptorsAtStart_ = descriptors();
}

std::string EchoProcess::fileOf(const std::string& name) const {
  return "/proc/" + std::to_string(pid()) + "/" + name;
}

std::size_t EchoProcess::residentKib() const {
  const std::string status = readFile(fileOf("status"));
  const auto at = status.find("VmRSS:");
  return at == std::string::npos ? 0 : std::stoul(status.substr(at + 6));
}

std::size_t EchoProcess::descriptors() const {
  std::error_code gone;
  const std::filesystem::directory_iterator all(fileOf("fd"), gone);
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

std::chrono::milliseconds EchoProcess::processorTime() const {
  const std::string stat = readFile(fileOf("stat"));
  // After the name, which may hold anything: the state, ten numbers, then user's and system's time.
  std::istringstream fields(stat.substr(stat.rfind(')') + 1));
  std::string skipped;
  for (int i = 0; i < 11; ++i) fields >> skipped;
  long user = 0;
  long system = 0;
  fields >> user >> system;
  return std::chrono::milliseconds((user + system) * 1000 / ::sysconf(_SC_CLK_TCK));
}

void EchoProcess::limitDescriptors(std::size_t more) const {
  setDescriptorLimit(pid(), descriptors() + more);
}

void EchoProcess::liftLimit() const { setDescriptorLimit(pid(), RLIM_INFINITY); }

bool EchoProcess::settles(std::chrono::milliseconds most, std::size_t more) const {
  const auto until = std::chrono::steady_clock::now() + most;
  while (descriptors() > descriptorsAtStart_ + more) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(10ms);
  }
  return true;
}

bool EchoProcess::serves() const {
  try {
    TlsClient client(port_, TLS1_3_VERSION);
    return client.shakeHands() && client.write("ping\n") && client.readsUntil("ping\n");
  } catch (const std::runtime_error&) {
    return false;
  }
}

bool EchoProcess::stop() {
  child_.interrupt();
  return child_.waitForEnd() && child_.exitStatus() == 0;
}

}  // namespace securepair::test
