#pragma once
#include <string>

#include <gtest/gtest.h>

#include "faults/echo_process.h"

namespace securepair::test {

/// Tests in which calls of the system fail; the parameter is the seed.
class InjectedFaults : public testing::TestWithParam<int> {
 protected:
  /// An environment in which these faults happen.
  static std::string with(const std::string& faults);
  /// The command of the echo client: so many connections, so many bytes on each.
  static std::string client(const EchoProcess& server, int count, int size);
  /// For what shell() writes beside the server's output.
  static std::string clientFolder();
  /// How often a process has told that this fault happened.
  static int injected(const std::string& output, const std::string& fault);
  /// How many of a client's connections failed; -1 where it does not say.
  static int failedOf(const std::string& output);
  /// Some of its calls fail: one of several clients is served.
  static bool servesAgain(const EchoProcess& server);
};

}  // namespace securepair::test
