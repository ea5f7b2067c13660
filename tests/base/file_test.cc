#include "base/file.h"

#include <securepair/error.h>
#include <securepair/fs.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "support/error_of.h"

namespace securepair::test {
namespace {

class File : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(folder_); }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& content) {
    const std::string path = folder_ + "/file";
    std::ofstream(path, std::ios::binary) << content;
    return path;
  }

  static Error errorFor(const std::string& path) {
    try {
      fs::readFileSync(path);
    } catch (const Error& error) {
      return error;
    }
    ADD_FAILURE() << path << " was read";
    return {"", ""};
  }

  const std::string folder_ = SECUREPAIR_TEST_TMP "/file." + std::to_string(getpid());
};

TEST_F(File, IsReadWhole) {
  const std::string content("first\r\nsecond\0third", 19);
  EXPECT_EQ(fs::readFileSync(write(content)), Buffer(content));
  EXPECT_TRUE(fs::readFileSync(write("")).empty());
  const std::string large(1'000'003, 'x');
  EXPECT_EQ(fs::readFileSync(write(large)).size(), large.size());
}

TEST_F(File, IsReadAsText) {
  const std::string path = write("\xC3\xA4\xFF");
  EXPECT_EQ(fs::readFileSync(path, "utf8"), "\xC3\xA4\xEF\xBF\xBD");
  EXPECT_EQ(fs::readFileSync(path, "hex"), "c3a4ff");
  EXPECT_EQ(fs::readFileSync(path, "base64"), "w6T/");
  EXPECT_THROW(fs::readFileSync(path, "ebcdic"), Error);
}

TEST_F(File, TellsWhichFileItCannotReadAndWhy) {
  const Error missing = errorFor(folder_ + "/missing.pem");
  EXPECT_EQ(missing.code(), "ENOENT");
  EXPECT_EQ(missing.message(),
            "cannot read '" + folder_ + "/missing.pem': no such file or directory");
  EXPECT_NE(missing.fix(), "");
  EXPECT_EQ(errorFor(folder_).code(), "EISDIR");
  EXPECT_EQ(errorFor(write("") + "/below").code(), "ENOTDIR");
  EXPECT_EQ(errorFor(std::string(5000, 'x')).code(), "ENAMETOOLONG");
}

TEST_F(File, ThatMayNotBeReadSaysSo) {
  const std::string path = write("secret");
  std::filesystem::permissions(path, std::filesystem::perms::none);
  const bool isRoot = geteuid() == 0;  // who may read everything
  if (isRoot) {
    ASSERT_EQ(seteuid(65534), 0);
  }
  EXPECT_EQ(errorFor(path).code(), "EACCES");
  if (isRoot) {
    ASSERT_EQ(seteuid(0), 0);
  }
}

TEST_F(File, ANameThatHoldsANulIsNotCutOff) {
  EXPECT_EQ(errorFor(write("x") + std::string("\0.pem", 5)).code(), "EINVAL");
}

TEST_F(File, IsWrittenAndReplaced) {
  const std::string path = write("what was there, and was longer");
  fs::writeFileSync(path, std::string("a\0b", 3));
  EXPECT_EQ(fs::readFileSync(path), Buffer("a\0b", 3));
  fs::writeFileSync(folder_ + "/new", Buffer("text"));
  EXPECT_EQ(fs::readFileSync(folder_ + "/new", "utf8"), "text");
}

TEST_F(File, TellsWhichFileItCannotWriteAndWhy) {
  const Error missing = errorOf([&] { fs::writeFileSync(folder_ + "/no/file", "x"); });
  EXPECT_EQ(missing.code(), "ENOENT");
  EXPECT_EQ(missing.message(), "cannot write '" + folder_ + "/no/file': no such file or directory");
  EXPECT_EQ(errorOf([&] { fs::writeFileSync(folder_, "x"); }).code(), "EISDIR");
  EXPECT_EQ(errorOf([&] { fs::writeFileSync("/dev/full", "x"); }).code(), "ENOSPC");
  EXPECT_EQ(errorOf([&] { fs::writeFileSync(std::string("a\0b", 3), "x"); }).code(), "EINVAL");
}

TEST_F(File, ThatIsNewIsItsOwnersAlone) {
  const std::string path = folder_ + "/new";
  const mode_t before = umask(0);
  base::writeNewFile(path, Data("secret").bytes());
  umask(before);
  EXPECT_EQ(fs::readFileSync(path), Buffer("secret"));
  EXPECT_EQ(std::filesystem::status(path).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(File, ThatHasToBeNewReplacesNothing) {
  const std::string path = write("precious");
  const Error error = errorOf([&] { base::writeNewFile(path, Data("secret").bytes()); });
  EXPECT_EQ(error.code(), "EEXIST");
  EXPECT_NE(error.fix(), "");
  EXPECT_EQ(fs::readFileSync(path), Buffer("precious"));

  std::filesystem::create_symlink(folder_ + "/elsewhere", folder_ + "/link");
  EXPECT_EQ(errorOf([&] { base::writeNewFile(folder_ + "/link", {}); }).code(), "EEXIST");
  EXPECT_FALSE(std::filesystem::exists(folder_ + "/elsewhere"));
}

TEST_F(File, ThatCannotBeWrittenWholeIsNotLeftBehind) {
  const std::string path = folder_ + "/half";
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit little{.rlim_cur = 10, .rlim_max = before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &little), 0);
  const Error error = errorOf([&] { base::writeNewFile(path, Data("more than that").bytes()); });
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  EXPECT_EQ(error.code(), "EFBIG");
  EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace securepair::test
