#pragma once
#include <securepair/error.h>

#include <string>

namespace securepair::base {

/// A file that cannot be used: "cannot read 'x': no such file or directory", with the system's name
/// of the error as code and what to do about it. `verb` is "read", or another.
Error fileError(const std::string& verb, const std::string& path, int error);

}  // namespace securepair::base
