#include "net/file_stream.h"

#include <array>
#include <cstddef>
#include <utility>

#include <uv.h>

#include "base/later.h"
#include "net/failure.h"
#include "net/loop.h"
#include "net/resource.h"

namespace securepair::net {

/// Lives until libuv has called back: a read that is under way cannot be called off.
class FileReader final : public Resource {
 public:
  FileReader(LoopCore& loop, int fd, std::shared_ptr<FileStream> stream)
      : Resource(loop), fd_(fd), stream_(std::move(stream)) {
    request_.data = this;
  }

  void follow() {
    if (stream_->isPaused()) return;
    if (state_ == State::idle) return read();
    if (state_ == State::held) {
      base::later([stream = stream_] {
        if (stream->reader_ != nullptr) stream->reader_->deliver();
      });
    }
  }

  /// The stream ends; nothing is delivered any more.
  void letGo() noexcept {
    stream_->reader_ = nullptr;
    const State before = std::exchange(state_, State::closing);
    if (before == State::reading) {
      uv_cancel(reinterpret_cast<uv_req_t*>(&request_));
    } else if (before != State::delivering) {
      delete this;
    }
  }

 private:
  enum class State : unsigned char {
    idle,
    reading,
    held,        ///< what was read waits for a turn, or for resume()
    delivering,  ///< a listener looks at the buffer
    closing,     ///< as soon as nobody uses the buffer any more
  };

  void abandon() noexcept override {
    stream_->abandon();
    letGo();
  }

  void read() {
    state_ = State::reading;
    const auto buffer = uv_buf_init(buffer_.data(), static_cast<unsigned int>(buffer_.size()));
    const int status = uv_fs_read(loop()->uv(), &request_, fd_, &buffer, 1, -1, [](uv_fs_t* done) {
      static_cast<FileReader*>(done->data)->onRead();
    });
    if (status < 0) hold(status);
  }

  void onRead() {
    const ssize_t count = request_.result;
    uv_fs_req_cleanup(&request_);
    if (state_ == State::closing) {
      delete this;
      return;
    }
    hold(count);
  }

  void hold(ssize_t count) {
    count_ = count;
    state_ = State::held;
    follow();
  }

  void deliver() {
    const auto stream = stream_;  // each of these may end this reader
    if (state_ != State::held || stream->isPaused()) return;
    // A descriptor that is closed has no more to say than an empty file.
    if (count_ == 0 || count_ == UV_EBADF) return stream->deliverEnd();
    if (count_ < 0) return stream->fail(connectionError(static_cast<int>(count_), "read", {}));

    struct GoOn {
      FileReader& reader;
      ~GoOn() { reader.delivered(); }
    } const goOn{*this};
    state_ = State::delivering;
    stream->deliver(
        {reinterpret_cast<const std::byte*>(buffer_.data()), static_cast<std::size_t>(count_)});
  }

  void delivered() {
    if (state_ == State::closing) {
      delete this;
      return;
    }
    state_ = State::idle;
    follow();
  }

  int fd_;
  std::shared_ptr<FileStream> stream_;
  State state_ = State::idle;
  ssize_t count_ = 0;
  uv_fs_t request_ = {};
  std::array<char, std::size_t{64}* 1024> buffer_ = {};
};

std::shared_ptr<FileStream> FileStream::open(LoopCore& loop, int fd) {
  auto stream = std::make_shared<FileStream>();
  stream->reader_ = new FileReader(loop, fd, stream);
  stream->setOwnConnection();
  stream->pause();
  stream->end();
  return stream;
}

void FileStream::doDestroy() {
  if (reader_ != nullptr) reader_->letGo();
  base::later([self = std::static_pointer_cast<FileStream>(shared())] { self->closed(); });
}

void FileStream::pausedChanged() {
  if (reader_ != nullptr) reader_->follow();
}

}  // namespace securepair::net
