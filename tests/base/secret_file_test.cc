#include "base/secret_file.h"

#include <csignal>
#include <string>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "support/child.h"
#include "support/error_of.h"
#include "support/memory_loop.h"

namespace securepair::test {
namespace {

class SecretFile : public testing::Test {
 protected:
  static std::string codeOf(const std::string& path) {
    const Error error = errorOf([&] { const base::SecretFile file(path, "keylogFile"); });
    EXPECT_NE(error.message().find(path.substr(0, path.find('\0'))), std::string::npos);
    EXPECT_NE(error.fix(), "");
    return error.code();
  }

  std::string folder = ownFolder();
  std::string path = folder + "/keys";
};

mode_t modeOf(const std::string& path) {
  struct stat info = {};
  EXPECT_EQ(::stat(path.c_str(), &info), 0);
  return info.st_mode & 0777;
}

TEST_F(SecretFile, IsMadeForThisUserAlone) {
  const mode_t before = ::umask(0);
  {
    base::SecretFile file(path, "keylogFile");
    file.append("one\n");
  }
  ::umask(before);
  EXPECT_EQ(modeOf(path), 0600U);
  EXPECT_EQ(readFile(path), "one\n");
}

TEST_F(SecretFile, IsAppendedTo) {
  base::SecretFile one(path, "keylogFile");
  one.append("one\n");
  base::SecretFile other(path, "keylogFile");
  other.append("two\n");
  one.append("three\n");
  EXPECT_EQ(readFile(path), "one\ntwo\nthree\n");
}

TEST_F(SecretFile, ThatOthersMayReadIsRefused) {
  writeFile(path, "");
  ::chmod(path.c_str(), 0640);
  EXPECT_EQ(codeOf(path), "ERR_UNSAFE_FILE");
  EXPECT_EQ(modeOf(path), 0640U);
  ::chmod(path.c_str(), 0602);
  EXPECT_EQ(codeOf(path), "ERR_UNSAFE_FILE");
}

TEST_F(SecretFile, ThatIsALinkIsRefused) {
  ASSERT_EQ(::symlink((folder + "/target").c_str(), path.c_str()), 0);
  EXPECT_EQ(codeOf(path), "ERR_UNSAFE_FILE");
  EXPECT_NE(::access((folder + "/target").c_str(), F_OK), 0) << "it was made";
}

TEST_F(SecretFile, ThatIsNoFileIsRefused) {
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  EXPECT_EQ(codeOf(path), "ERR_UNSAFE_FILE");
  EXPECT_EQ(codeOf("/dev/null"), "ERR_UNSAFE_FILE");
}

TEST_F(SecretFile, ThatCannotBeMadeIsRefused) {
  EXPECT_EQ(codeOf(folder), "EISDIR");
  EXPECT_EQ(codeOf(folder + "/none/keys"), "ENOENT");
  EXPECT_EQ(codeOf(path + std::string("\0x", 2)), "EINVAL");
}

TEST_F(SecretFile, ThatCannotBeWrittenToWarnsOnce) {
  MemoryLoop loop;
  base::SecretFile file(path, "keylogFile");
  file.append("one\n");
  const auto before = std::signal(SIGXFSZ, SIG_IGN);
  rlimit limit = {};
  ::getrlimit(RLIMIT_FSIZE, &limit);
  const rlimit small = {.rlim_cur = 6, .rlim_max = limit.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &small);
  file.append("two\n");
  file.append("three\n");
  ::setrlimit(RLIMIT_FSIZE, &limit);
  std::signal(SIGXFSZ, before);
  EXPECT_EQ(loop.warnings, std::vector<std::string>{"WARN_FILE_NOT_WRITTEN"});
}

}  // namespace
}  // namespace securepair::test
