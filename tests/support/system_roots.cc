#include "support/system_roots.h"

#include <cstdio>
#include <cstdlib>
#include <unistd.h>

#include <gtest/gtest.h>

#include "support/child.h"

namespace securepair::test {
namespace {

[[noreturn]] void exitWithRoots(const std::string& roots, const std::function<bool()>& holds) {
  const std::string file = SECUREPAIR_TEST_TMP "/roots." + std::to_string(getpid());
  writeFile(file, roots);
  setenv("SSL_CERT_FILE", file.c_str(), 1);
  const bool held = holds();
  std::remove(file.c_str());
  std::_Exit(held && !testing::Test::HasFailure() ? 0 : 1);
}

}  // namespace

void expectWithRoots(const std::string& roots, const std::function<bool()>& holds) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(exitWithRoots(roots, holds), testing::ExitedWithCode(0), "");
}

}  // namespace securepair::test
