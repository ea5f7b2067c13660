#pragma once
#include <securepair/loop.h>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include <gtest/gtest.h>

namespace securepair::test {

/// A loop of its own for each test, whose end must leave no descriptor open.
class LoopTest : public ::testing::Test {
 protected:
  LoopTest();
  ~LoopTest() override;

  Loop& loop() { return *loop_; }
  /// Runs the loop until nothing is left to wait for. Past the deadline the test fails with the
  /// names of the handles that are still open.
  int runLoop(std::chrono::milliseconds deadline = std::chrono::seconds{5});
  /// Runs the loop until this holds, asked before each time it waits; fails likewise.
  void runUntil(const std::function<bool()>& holds,
                std::chrono::milliseconds deadline = std::chrono::seconds{5});
  /// Ends the loop before the test does.
  void endLoop() { loop_.reset(); }

 private:
  std::map<int, std::string> descriptorsBefore_;
  std::unique_ptr<Loop> loop_;
};

/// The open descriptors of this process and what they are.
std::map<int, std::string> openDescriptors();

/// Runs `body` in a child process that has no loop yet, and ends it with what it returns. The
/// answer is the exit status; 128 + the number of a signal that ended it.
int inChild(const std::function<int()>& body);

}  // namespace securepair::test
