#include "cli/files.h"

#include <securepair/crypto/chores.h>
#include <securepair/fs.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <random>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace securepair::cli {
namespace {

// systemd lets its service alone read them, by an access control list that shows in the mode.
bool isSystemdCredential(const std::string& path) {
  const char* folder = std::getenv("CREDENTIALS_DIRECTORY");
  return folder != nullptr && *folder != '\0' && path.starts_with(std::string(folder) + "/");
}

std::string codeOf(int error) {
  constexpr std::array<std::pair<int, const char*>, 8> codes{{{EACCES, "EACCES"},
                                                              {EEXIST, "EEXIST"},
                                                              {EISDIR, "EISDIR"},
                                                              {ELOOP, "ELOOP"},
                                                              {ENOENT, "ENOENT"},
                                                              {ENOSPC, "ENOSPC"},
                                                              {ENOTDIR, "ENOTDIR"},
                                                              {EPERM, "EPERM"}}};
  for (const auto& [number, name] : codes) {
    if (number == error) return name;
  }
  return "EIO";
}

Failure fileFailure(const std::string& what, int error, std::string fix = {}) {
  return {Exit::badFile, ErrorParts{.code = codeOf(error),
                                    .message = what + ": " + std::generic_category().message(error),
                                    .fix = std::move(fix)}};
}

// To be written where `path` is there already.
void refuse(const std::string& path, Replace replace) {
  const There there = lookAt(path);
  if (there == There::nothing) return;
  if (there == There::file) {
    if (replace == Replace::yes) return;
    throw fileFailure("cannot write '" + path + "'", EEXIST,
                      "choose another name, or replace it with --force");
  }
  throw Failure(Exit::badFile,
                {.code = "EEXIST",
                 .message = "cannot write '" + path + "': File exists, and is " + nameOf(there),
                 .fix = there == There::link ? "name the file that it leads to, or another"
                                             : "choose another name"});
}

void writeAll(int descriptor, std::string_view text, const std::string& path) {
  while (!text.empty()) {
    const ssize_t count = ::write(descriptor, text.data(), text.size());
    if (count >= 0) {
      text.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno != EINTR) {
      throw fileFailure("cannot write '" + path + "'", errno);
    }
  }
}

// Nothing that is there is followed or overwritten.
void writeExclusively(const std::string& path, std::string_view content, mode_t mode) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (descriptor < 0) {
    throw fileFailure("cannot write '" + path + "'", errno);
  }
  try {
    writeAll(descriptor, content, path);
  } catch (const Failure&) {
    ::close(descriptor);
    ::unlink(path.c_str());  // half a file is worse than none
    throw;
  }
  // Some file systems say only now that there was no room.
  if (::close(descriptor) != 0 && errno != EINTR) {
    throw fileFailure("cannot write '" + path + "'", errno);
  }
}

void write(const std::string& path, std::string_view content, mode_t mode, Replace replace) {
  refuse(path, replace);
  if (lookAt(path) == There::nothing) {
    writeExclusively(path, content, mode);
    return;
  }
  const std::string beside = path + "." + std::to_string(std::random_device()());
  writeExclusively(beside, content, mode);
  if (::rename(beside.c_str(), path.c_str()) == 0) return;
  const int error = errno;
  ::unlink(beside.c_str());
  throw fileFailure("cannot replace '" + path + "'", error);
}

std::string readDescriptor(int descriptor) {
  std::string text;
  std::array<char, 4096> part{};
  for (;;) {
    const ssize_t count = ::read(descriptor, part.data(), part.size());
    if (count == 0) return text;
    if (count > 0) {
      text.append(part.data(), static_cast<std::size_t>(count));
    } else if (errno != EINTR) {
      throw fileFailure("cannot read descriptor " + std::to_string(descriptor), errno,
                        "open it for the program, as in --passphrase-fd 3 3<FILE");
    }
  }
}

}  // namespace

There lookAt(const std::string& path) {
  struct stat info {};
  if (::lstat(path.c_str(), &info) != 0) return There::nothing;
  switch (info.st_mode & S_IFMT) {
    case S_IFREG:
      return There::file;
    case S_IFLNK:
      return There::link;
    case S_IFDIR:
      return There::folder;
    case S_IFSOCK:
      return There::socket;
    default:
      return There::other;
  }
}

std::string nameOf(There there) {
  constexpr std::array<const char*, 6> names{"",         "a file",   "a symbolic link",
                                             "a folder", "a socket", "a device or a pipe"};
  return names.at(static_cast<std::size_t>(there));
}

Buffer readFile(const std::string& path) {
  try {
    return fs::readFileSync(path);
  } catch (const Error& error) {
    throw Failure(Exit::badFile, error);
  }
}

std::vector<Buffer> readFiles(const std::vector<std::string>& paths) {
  std::vector<Buffer> contents;
  contents.reserve(paths.size());
  for (const std::string& path : paths) contents.push_back(readFile(path));
  return contents;
}

Buffer readSecretFile(Io& io, const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode) &&
      (info.st_mode & (S_IRWXG | S_IRWXO)) != 0 && !isSystemdCredential(path)) {
    io.warn("'" + path + "' can be read or changed by other users", "chmod 600 '" + path + "'");
  }
  return readFile(path);
}

void requireRegularFile(const std::string& path) {
  // Non-blocking: a pipe that nobody writes to would not even open.
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (descriptor < 0) throw fileFailure("cannot read '" + path + "'", errno);
  struct stat info {};
  const bool isKnown = ::fstat(descriptor, &info) == 0;
  ::close(descriptor);
  if (isKnown && S_ISREG(info.st_mode)) return;
  if (isKnown && S_ISDIR(info.st_mode)) throw fileFailure("cannot read '" + path + "'", EISDIR);
  throw Failure(Exit::badFile,
                {.code = "ERR_NOT_A_FILE",
                 .message = "'" + path + "' is a device, a pipe or a socket, and no file",
                 .fix = "write what comes from it into a file first"});
}

void writeNewFile(const std::string& path, const Data& content, Replace replace) {
  write(path, content.text(), 0666, replace);
}

void writeSecretFile(const std::string& path, const Data& content, Replace replace) {
  write(path, content.text(), S_IRUSR | S_IWUSR, replace);
}

void refuseExisting(const std::string& path, Replace replace) { refuse(path, replace); }

void requireWritableFolder(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  if (::access(folder.c_str(), W_OK | X_OK) != 0) {
    throw fileFailure("cannot write '" + path + "'", errno);
  }
}

void addPassphraseFlags(Verb& verb, PassphraseFlags& flags, const std::string& ofWhat,
                        const std::string& prefix) {
  flags.prefix = prefix;
  verb.flag(prefix + "passphrase-file", "FILE",
            "a file whose first line is the passphrase of " + ofWhat, flags.file)
      .hint(Hint::file);
  verb.flag(prefix + "passphrase-fd", "N", "an open descriptor to read it from instead",
            flags.descriptor)
      .between(0, 65535);
}

std::string readPassphrase(Io& io, const PassphraseFlags& flags) {
  if (!flags.given()) return {};
  if (!flags.file.empty() && flags.descriptor) {
    throw usageFailure("--" + flags.prefix + "passphrase-file and --" + flags.prefix +
                       "passphrase-fd exclude each other");
  }
  const std::string text = flags.descriptor ? readDescriptor(*flags.descriptor)
                                            : readSecretFile(io, flags.file).toString();
  std::string line = text.substr(0, text.find('\n'));
  if (!line.empty() && line.back() == '\r') line.pop_back();
  if (line.empty()) {
    throw Failure(Exit::badFile, {.code = "ERR_INVALID_PASSPHRASE",
                                  .message = "the first line of the passphrase is empty",
                                  .fix = "write the passphrase into it, or leave the flag out"});
  }
  return line;
}

}  // namespace securepair::cli
