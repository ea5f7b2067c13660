#pragma once
#include <string>

#include "cli/user.h"
#include "support/child.h"

namespace securepair::test {

/// Somebody at a shell who has keys and certificates, made by openssl: ca.pem, server.pem and
/// server-key.pem for localhost, client.pem and client-key.pem, other-ca.pem.
class UserWithKeys : public User {
 protected:
  static void SetUpTestSuite();
  static void TearDownTestSuite();
  UserWithKeys();
  /// A command for Served: openssl's server for localhost, which sends each line back reversed.
  static std::string opensslServer(const std::string& flags = "");
};

/// A program that serves on a port of its own, in the user's folder, until this object is gone.
class Served {
 public:
  /// `command` prints a line that is its port, or ends with ":PORT" or ":PORT}".
  Served(const std::string& folder, const std::string& command, const std::string& name = "served");

  const std::string& port() const noexcept { return port_; }
  std::string said() const { return child_.output(); }
  bool waitFor(const std::string& text) { return child_.waitFor(text); }
  pid_t pid() const noexcept { return child_.pid(); }
  /// Sends the signal and answers the exit code.
  int endBy(int signal);

 private:
  Child child_;
  std::string port_;
};

}  // namespace securepair::test
