#include "base/file.h"

#include <securepair/error.h>
#include <securepair/fs.h>

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include "base/file_error.h"
#include "base/string_decoder.h"

namespace securepair {
namespace {

[[noreturn]] void refuse(const char* deed, const std::string& path, int error) {
  throw base::fileError(deed, path, error);
}

class File {
 public:
  File(const char* deed, const std::string& path, int flags, mode_t mode = 0)
      : deed_(deed), path_(path) {
    // The system would take another file, whose name ends there.
    if (path.find('\0') != std::string::npos) refuse(deed_, path_, EINVAL);
    fd_ = open(path.c_str(), flags | O_CLOEXEC, mode);
    if (fd_ < 0) refuse(deed_, path_, errno);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }

  // At the end of the file nothing.
  std::size_t readInto(char* part, std::size_t size) const {
    for (;;) {
      const ssize_t count = ::read(fd_, part, size);
      if (count >= 0) return static_cast<std::size_t>(count);
      if (errno != EINTR) refuse(deed_, path_, errno);
    }
  }

  void writeAll(BytesView bytes) const {
    while (!bytes.empty()) {
      const ssize_t count = ::write(fd_, bytes.data(), bytes.size());
      if (count >= 0) {
        bytes = bytes.subspan(static_cast<std::size_t>(count));
      } else if (errno != EINTR) {
        refuse(deed_, path_, errno);
      }
    }
  }

  // Some file systems say only now that there was no room.
  void close() {
    const int fd = std::exchange(fd_, -1);
    if (::close(fd) != 0 && errno != EINTR) refuse(deed_, path_, errno);
  }

 private:
  const char* deed_;
  const std::string& path_;
  int fd_ = -1;
};

std::string readAll(const std::string& path) {
  const File file("read", path, O_RDONLY);
  std::string content;
  std::array<char, 16384> part{};
  while (const std::size_t count = file.readInto(part.data(), part.size())) {
    content.append(part.data(), count);
  }
  return content;
}

}  // namespace

namespace base {

void writeNewFile(const std::string& path, BytesView content) {
  File file("write", path, O_WRONLY | O_CREAT | O_EXCL, S_IRUSR | S_IWUSR);
  try {
    file.writeAll(content);
    file.close();
  } catch (const Error&) {
    ::unlink(path.c_str());  // half a file is worse than none
    throw;
  }
}

}  // namespace base

namespace fs {

Buffer readFileSync(Name path) { return readAll(path.str()); }

std::string readFileSync(Name path, std::string_view encoding) {
  securepair::detail::StringDecoder decoder(encoding);
  const std::string content = readAll(path.str());
  std::string scratch;
  std::string text(decoder.write(Data(content).bytes(), scratch));
  return text + decoder.end();
}

void writeFileSync(Name path, const Data& content) {
  File file("write", path.str(), O_WRONLY | O_CREAT | O_TRUNC, 0666);
  file.writeAll(content.bytes());
  file.close();
}

}  // namespace fs

}  // namespace securepair
