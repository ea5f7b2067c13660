#include "cli/served.h"

#include <csignal>
#include <filesystem>
#include <regex>
#include <unistd.h>

namespace securepair::test {
namespace {

// ctest runs the tests of a suite side by side, each in a process of its own.
std::string keysName() { return "cli-keys-" + std::to_string(getpid()); }

std::string keysFolder() { return std::string(SECUREPAIR_TEST_TMP) + "/" + keysName(); }

constexpr const char* makeKeys = R"(
sign() { # NAME SUBJECT EXTENSIONS
  openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "$2" -keyout $1-key.pem -out $1.csr
  printf "$3" > $1.ext
  openssl x509 -req -in $1.csr -CA ca.pem -CAkey ca-key.pem -CAcreateserial -days 30 -extfile $1.ext -out $1.pem
}
authority() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "$2" -days 30 -keyout $1-key.pem -out $1.pem
}
set -e
authority ca '/CN=Test CA'
authority other-ca '/CN=Other CA'
sign server /CN=localhost 'subjectAltName=DNS:localhost,IP:127.0.0.1'
sign wild /CN=wild 'subjectAltName=DNS:*.example.org'
sign client /CN=somebody 'extendedKeyUsage=clientAuth'
chmod 600 *-key.pem)";

}  // namespace

void UserWithKeys::SetUpTestSuite() { shell(freshFolder(keysName()), makeKeys); }

void UserWithKeys::TearDownTestSuite() { std::filesystem::remove_all(keysFolder()); }

UserWithKeys::UserWithKeys() {
  for (const auto& file : std::filesystem::directory_iterator(keysFolder())) {
    if (file.path().extension() == ".pem") {
      std::filesystem::copy_file(file, path(file.path().filename()));
    }
  }
}

std::string UserWithKeys::opensslServer(const std::string& flags) {
  return "openssl s_server -rev -accept 127.0.0.1:0 -key server-key.pem -cert server.pem " + flags;
}

Served::Served(const std::string& folder, const std::string& command, const std::string& name)
    : child_("cd '" + folder + "' && PATH='" + SECUREPAIR_BIN_DIR + "':\"$PATH\" exec " + command,
             folder + "/" + name + ".txt") {
  const std::regex portAtEnd(R"((?:^|\n)(?:[^\n]*:)?(\d+)\}?\n)");
  std::smatch found;
  for (int i = 0; i < 500; ++i) {
    const std::string said = child_.output();
    if (std::regex_search(said, found, portAtEnd)) {
      port_ = found[1];
      return;
    }
    if (!child_.running()) break;
    usleep(10'000);
  }
  ADD_FAILURE() << "does not serve: " << command << "\n" << child_.output();
}

int Served::endBy(int signal) {
  if (child_.running()) kill(child_.pid(), signal);
  if (child_.waitForEnd()) return child_.exitStatus();
  ADD_FAILURE() << "does not end\n" << child_.output();
  return -1;
}

}  // namespace securepair::test
