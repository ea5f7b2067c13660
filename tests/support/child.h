#pragma once
#include <string>
#include <sys/types.h>

namespace securepair::test {

/// A folder of its own in the build tree, emptied.
std::string freshFolder(const std::string& name);
/// The same for the test that is running.
std::string ownFolder();
void writeFile(const std::string& path, const std::string& content);
std::string readFile(const std::string& path);

/// A shell command that runs beside the test. What it prints goes to a file. Ended when this object
/// is.
class Child {
 public:
  Child(const std::string& command, std::string outputPath);
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child();

  bool running();
  /// Valid once it is no longer running.
  int exitStatus() const noexcept { return status_; }
  /// What it has printed so far, on both streams.
  std::string output() const { return readFile(outputPath_); }
  /// Waits until it has printed this, at most some seconds.
  bool waitFor(const std::string& text);
  void interrupt();

 private:
  std::string outputPath_;
  pid_t pid_ = -1;
  int status_ = -1;
};

}  // namespace securepair::test
