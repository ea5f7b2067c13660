#include <chrono>
#include <fcntl.h>
#include <string>
#include <unistd.h>

#include "base/host.h"
#include "net/fd.h"
#include "support/loop_fixture.h"

namespace securepair {
namespace {

using namespace std::chrono_literals;

/// stderr is a pipe until the end of the test.
class OnStderr : public test::LoopTest {
 protected:
  OnStderr() : saved_(::dup(STDERR_FILENO)) {
    int ends[2] = {};
    EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    from_ = net::Fd(ends[0]);
    ::dup2(ends[1], STDERR_FILENO);
    ::close(ends[1]);
    ::fcntl(from_.get(), F_SETFL, O_NONBLOCK);
  }
  ~OnStderr() override {
    endLoop();  // which may have something left to say
    ::dup2(saved_.get(), STDERR_FILENO);
    saved_.reset();
    from_.reset();
  }

  std::string printed() const {
    std::string text(100'000, '\0');
    const ssize_t count = ::read(from_.get(), text.data(), text.size());
    text.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    return text;
  }
  static void fail(const std::string& message) {
    base::reportUnhandledError(Error("ECODE", message), base::Origin::other);
  }
  int pipe() const { return from_.get(); }

 private:
  net::Fd saved_;
  net::Fd from_;
};

TEST_F(OnStderr, AnUnhandledErrorIsOneLine) {
  base::reportUnhandledError(
      Error({.code = "ECODE", .message = "first", .fix = "do\x1b[31m something"}),
      base::Origin::other);
  EXPECT_EQ(printed(), "securepair: unhandled error: first; fix: do?[31m something\n");
}

TEST_F(OnStderr, WhatALayerOfTheProgramsOwnReportsIsToldLikewise) {
  loop().reportUnhandledError(Error("ECODE", "not listened for"));
  EXPECT_EQ(printed(), "securepair: unhandled error: not listened for\n");
}

TEST_F(OnStderr, ManyAreALineASecondWithACount) {
  fail("first");
  for (int i = 0; i < 100; ++i) fail("again");
  EXPECT_EQ(printed(), "securepair: unhandled error: first\n");
  loop().setTimeout(1200ms, [] {});
  runLoop();
  EXPECT_EQ(printed(), "securepair: unhandled error: again (and 99 more within a second)\n");
}

TEST_F(OnStderr, TheLoopsEndTellsWhatWasLeftOut) {
  fail("first");
  fail("second");
  endLoop();
  EXPECT_EQ(printed(), "securepair: unhandled error: first\nsecurepair: unhandled error: second\n");
}

TEST_F(OnStderr, WarningsAreCountedForEachCode) {
  base::warn(Error("WARN_ONE", "one"));
  base::warn(Error("WARN_ONE", "one"));
  base::warn(Error("WARN_TWO", "two"));
  EXPECT_EQ(printed(), "securepair: warning: one\nsecurepair: warning: two\n");
}

TEST_F(OnStderr, AFullPipeBlocksNothing) {
  ::fcntl(STDERR_FILENO, F_SETFL, O_NONBLOCK);
  const std::string much(65536, 'x');
  while (::write(STDERR_FILENO, much.data(), much.size()) > 0) continue;
  ::fcntl(STDERR_FILENO, F_SETFL, 0);
  ::alarm(3);  // ends a program that blocks
  fail("not printed");
  ::alarm(0);
}

TEST_F(OnStderr, NothingIsPrintedWhereSomebodyListens) {
  std::string told;
  loop().onUnhandledError([&](const Error& error) { told += error.message(); });
  loop().onWarning([&](const Error& warning) { told += warning.message(); });
  fail("error ");
  base::warn(Error("WARN", "warning"));
  EXPECT_EQ(told, "error warning");
  EXPECT_EQ(printed(), "");
  loop().onWarning(nullptr);
  base::warn(Error("WARN", "by default again"));
  EXPECT_EQ(printed(), "securepair: warning: by default again\n");
}

TEST_F(OnStderr, AListenerMayReplaceItself) {
  loop().onUnhandledError([this, held = std::string("held")](const Error&) {
    loop().onUnhandledError(nullptr);
    EXPECT_EQ(held, "held");
  });
  fail("replaces");
}

}  // namespace
}  // namespace securepair
