#include <securepair/error.h>

#include <string>
#include <type_traits>

#include <gtest/gtest.h>

namespace securepair::test {
namespace {

TEST(Error, TellsEverythingThatIsKnown) {
  const Error error({.code = "CODE",
                     .message = "it failed",
                     .certificate = "subject CN=x",
                     .expected = "this",
                     .got = "that",
                     .fix = "do so"});
  EXPECT_STREQ(
      error.what(),
      "it failed\n  certificate: subject CN=x\n  expected: this\n  got: that\n  fix: do so");
  EXPECT_EQ(error.code(), "CODE");
  EXPECT_EQ(error.message(), "it failed");
  EXPECT_EQ(error.certificate(), "subject CN=x");
  EXPECT_EQ(error.expected(), "this");
  EXPECT_EQ(error.got(), "that");
  EXPECT_EQ(error.fix(), "do so");
}

TEST(Error, LeavesOutWhatIsNotKnown) {
  const Error error("CODE", "it failed");
  EXPECT_STREQ(error.what(), "it failed");
  EXPECT_EQ(error.fix(), "");
  EXPECT_STREQ(Error({.code = "CODE", .message = "m", .fix = "f"}).what(), "m\n  fix: f");
}

TEST(Error, IsCopiedWithoutThrowing) {
  static_assert(std::is_nothrow_copy_constructible_v<Error>);
  static_assert(std::is_nothrow_copy_assignable_v<Error>);
  Error copy("OTHER", "other");
  {
    const Error error({.code = "CODE", .message = "it failed", .got = "that"});
    copy = error;
  }
  EXPECT_EQ(copy.code(), "CODE");
  EXPECT_EQ(copy.got(), "that");
  EXPECT_STREQ(copy.what(), "it failed\n  got: that");
}

TEST(Error, IsARuntimeError) {
  try {
    throw Error("CODE", "it failed");
  } catch (const std::runtime_error& caught) {
    EXPECT_STREQ(caught.what(), "it failed");
  }
}

}  // namespace
}  // namespace securepair::test
