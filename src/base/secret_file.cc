#include "base/secret_file.h"

#include <securepair/error.h>

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include "base/file_error.h"
#include "base/host.h"

namespace securepair::base {
namespace {

Error unusable(const std::string& path, const std::string& option, const std::string& why) {
  return Error({.code = "ERR_UNSAFE_FILE",
                .message = "`" + option + "` cannot be used: '" + path + "' " + why,
                .expected = "a file of this user's, which nobody else can read (mode 0600), or the "
                            "name of one to be made",
                .fix = "name another file, or remove this one"});
}

int openOwn(const std::string& path, const std::string& option) {
  // The system would open another file, whose name ends there.
  if (path.find('\0') != std::string::npos) throw fileError("write", path, EINVAL);
  // Not blocking: a named pipe would wait for its reader.
  const int fd = ::open(path.c_str(),
                        O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0600);
  if (fd >= 0) return fd;
  const int error = errno;
  if (error == ELOOP) throw unusable(path, option, "is a symbolic link");
  if (error == ENXIO) throw unusable(path, option, "is no file");
  throw fileError("write", path, error);
}

// Why secrets must not be written there; empty where they may.
std::string danger(int fd) {
  struct stat info = {};
  if (::fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) return "is no file";
  if (info.st_uid != ::geteuid()) return "belongs to another user";
  if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0) return "is open to other users";
  return {};
}

}  // namespace

SecretFile::SecretFile(const std::string& path, const std::string& option)
    : path_(path), fd_(openOwn(path, option)) {
  const std::string why = danger(fd_);
  if (why.empty()) return;
  ::close(fd_);
  throw unusable(path, option, why);
}

SecretFile::~SecretFile() { ::close(fd_); }

void SecretFile::append(std::string_view text) {
  ssize_t count = -1;
  do {
    count = ::write(fd_, text.data(), text.size());
  } while (count < 0 && errno == EINTR);
  if (count == static_cast<ssize_t>(text.size()) || std::exchange(warned_, true)) return;
  const Error error = fileError("write", path_, count < 0 ? errno : ENOSPC);
  warn(Error({.code = "WARN_FILE_NOT_WRITTEN", .message = error.message(), .fix = error.fix()}));
}

}  // namespace securepair::base
