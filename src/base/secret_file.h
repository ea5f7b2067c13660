#pragma once
#include <string>
#include <string_view>

namespace securepair::base {

/// A file that secrets are appended to and that no other user can read. Several processes may write
/// to one: each append() is one write.
class SecretFile {
 public:
  /// Opens the file, or makes it. Throws Error, which names the option, where it cannot be had:
  /// also where it is a symbolic link, no file, somebody else's, or open to others.
  SecretFile(const std::string& path, const std::string& option);
  SecretFile(const SecretFile&) = delete;
  SecretFile& operator=(const SecretFile&) = delete;
  ~SecretFile();

  /// Warns once where that fails, as on a full disk.
  void append(std::string_view text);

 private:
  std::string path_;
  int fd_;
  bool warned_ = false;
};

}  // namespace securepair::base
