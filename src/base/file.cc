#include <securepair/error.h>
#include <securepair/fs.h>

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>

#include "base/string_decoder.h"

namespace securepair::fs {
namespace {

std::string codeOf(int error) {
  switch (error) {
    case EACCES:
      return "EACCES";
    case EINVAL:
      return "EINVAL";
    case EISDIR:
      return "EISDIR";
    case ELOOP:
      return "ELOOP";
    case EMFILE:
      return "EMFILE";
    case ENAMETOOLONG:
      return "ENAMETOOLONG";
    case ENFILE:
      return "ENFILE";
    case ENOENT:
      return "ENOENT";
    case ENOMEM:
      return "ENOMEM";
    case ENOTDIR:
      return "ENOTDIR";
    case EPERM:
      return "EPERM";
    default:
      return "EIO";
  }
}

std::string lowerFirst(std::string text) {
  if (!text.empty() && text.front() >= 'A' && text.front() <= 'Z') text.front() += 'a' - 'A';
  return text;
}

std::string fixOf(int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return "check the path, which is relative to the folder that the program was started in";
    case EACCES:
    case EPERM:
      return "give the user that the program runs as the right to read the file and to enter its "
             "folders";
    case EISDIR:
      return "name a file in this folder";
    default:
      return {};
  }
}

[[noreturn]] void refuse(const std::string& path, int error) {
  throw Error({.code = codeOf(error),
               .message = "cannot read '" + path +
                          "': " + lowerFirst(std::generic_category().message(error)),
               .fix = fixOf(error)});
}

class File {
 public:
  explicit File(const std::string& path) : fd_(open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (fd_ < 0) refuse(path, errno);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() { close(fd_); }
  int fd() const noexcept { return fd_; }

 private:
  int fd_;
};

std::string readAll(const std::string& path) {
  // The system would read another file, whose name ends there.
  if (path.find('\0') != std::string::npos) refuse(path, EINVAL);
  const File file(path);
  std::string content;
  std::array<char, 16384> part{};
  for (;;) {
    const ssize_t count = read(file.fd(), part.data(), part.size());
    if (count == 0) return content;
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) refuse(path, errno);
    content.append(part.data(), static_cast<std::size_t>(count));
  }
}

}  // namespace

Buffer readFileSync(Name path) { return readAll(path.str()); }

std::string readFileSync(Name path, std::string_view encoding) {
  securepair::detail::StringDecoder decoder(encoding);
  const std::string content = readAll(path.str());
  std::string scratch;
  std::string text(decoder.write(Data(content).bytes(), scratch));
  return text + decoder.end();
}

}  // namespace securepair::fs
