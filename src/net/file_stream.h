#pragma once
#include <securepair/stream.h>

#include <memory>

namespace securepair::net {

class FileReader;
class LoopCore;

/// Reads a file or a device, which libuv's poll cannot watch, on the thread pool. Paused at first;
/// keeps the loop running while it is resumed.
class FileStream final : public Stream {
 public:
  /// The descriptor stays the caller's.
  static std::shared_ptr<FileStream> open(LoopCore& loop, int fd);

 private:
  bool doWrite(BytesView) override { return false; }
  void doEnd() override { finished(); }
  void doDestroy() override;
  void pausedChanged() override;

  friend class FileReader;
  FileReader* reader_ = nullptr;
};

}  // namespace securepair::net
