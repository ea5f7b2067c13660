#pragma once
#include <optional>
#include <string>
#include <sys/types.h>
#include <utility>

#include "net/endpoint.h"
#include "net/fd.h"

namespace securepair::net {

/// A socket that listens. Its end also removes the file of a Unix socket.
class ListeningSocket {
 public:
  /// Empty, and a status of libuv's, where it fails.
  struct Options {
    int backlog = 0;
    bool reusePort = false;
  };
  static ListeningSocket open(const Endpoint& endpoint, const Options& options, int& status);
  static ListeningSocket open(const std::string& path, int backlog, int& status);
  /// One that whyUnfitToListen() has nothing against; where it fails it is left open.
  static ListeningSocket adopt(int fd, int backlog, int& status);

  ListeningSocket() noexcept = default;
  ListeningSocket(ListeningSocket&& other) noexcept
      : fd_(std::move(other.fd_)),
        adopted_(other.adopted_),
        path_(std::exchange(other.path_, {})),
        device_(other.device_),
        inode_(other.inode_) {}
  ListeningSocket& operator=(ListeningSocket&&) = delete;
  ~ListeningSocket();

  explicit operator bool() const noexcept { return static_cast<bool>(fd_); }
  int fd() const noexcept { return fd_.get(); }
  std::optional<Address> address() const { return localAddress(fd_.get()); }
  /// It is of no use: one that was adopted is left open.
  void giveUp() noexcept {
    if (adopted_) fd_.release();
  }

 private:
  void rememberFile(const std::string& path);

  Fd fd_;
  bool adopted_ = false;
  std::string path_;
  dev_t device_ = 0;
  ino_t inode_ = 0;
};

}  // namespace securepair::net
