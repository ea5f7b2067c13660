#include "base/file_error.h"

#include <cerrno>
#include <system_error>

namespace securepair::base {
namespace {

std::string codeOf(int error) {
  switch (error) {
    case EACCES:
      return "EACCES";
    case EDQUOT:
      return "EDQUOT";
    case EEXIST:
      return "EEXIST";
    case EFBIG:
      return "EFBIG";
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
    case ENOSPC:
      return "ENOSPC";
    case ENOTDIR:
      return "ENOTDIR";
    case EPERM:
      return "EPERM";
    case EROFS:
      return "EROFS";
    default:
      return "EIO";
  }
}

std::string lowerFirst(std::string text) {
  if (!text.empty() && text.front() >= 'A' && text.front() <= 'Z') text.front() += 'a' - 'A';
  return text;
}

std::string fixOf(const std::string& verb, int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return "check the path, which is relative to the folder that the program was started in";
    case EACCES:
    case EPERM:
      return "give the user that the program runs as the right to " + verb +
             " the file and to enter its folders";
    case EEXIST:
      return "choose another name, or remove what is there once nobody needs it";
    case EINVAL:
      return "check the path";
    case EISDIR:
      return "name a file in this folder";
    default:
      return {};
  }
}

}  // namespace

Error fileError(const std::string& verb, const std::string& path, int error) {
  return Error({.code = codeOf(error),
                .message = "cannot " + verb + " '" + path +
                           "': " + lowerFirst(std::generic_category().message(error)),
                .fix = fixOf(verb, error)});
}

}  // namespace securepair::base
