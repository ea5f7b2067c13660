#include <securepair/error.h>
#include <securepair/fs.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace securepair::test
