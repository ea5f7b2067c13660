#pragma once
#include <chrono>
#include <string>
#include <sys/types.h>

namespace securepair::test {

/// A folder of its own in the build tree, emptied.
std::string freshFolder(const std::string& name);
/// The same for the test that is running.
std::string ownFolder();
void writeFile(const std::string& path, const std::string& content);
std::string readFile(const std::string& path);

/// A shell command that runs beside the test, without a terminal on which it could ask. What it
/// prints goes to a file. Ended when this object is.
class Child {
 public:
  Child(const std::string& command, std::string outputPath);
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child();

  bool running();
  /// The shell's, or that of the program in its place, where the command is `exec PROGRAM`.
  pid_t pid() const noexcept { return pid_; }
  /// Valid once it is no longer running.
  int exitStatus() const noexcept { return status_; }
  /// What it has printed so far, on both streams.
  std::string output() const { return readFile(outputPath_); }
  /// Waits until it has printed this, at most some seconds.
  bool waitFor(const std::string& text);
  /// Waits until it has ended, at most so long.
  bool waitForEnd(std::chrono::seconds most = std::chrono::seconds(10));
  void interrupt();

 private:
  std::string outputPath_;
  pid_t pid_ = -1;
  int status_ = -1;
};

/// Runs a shell command in a folder to its end, at most some seconds. Answers what it has printed,
/// on both streams. Throws where it fails.
std::string shell(const std::string& folder, const std::string& command);

}  // namespace securepair::test
