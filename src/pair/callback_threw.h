#pragma once
#include <securepair/error.h>

#include <string>

namespace securepair::detail {

/// What a callback threw, as the error of a handshake: an Error as it is; to be called in a
/// handler.
Error callbackThrew(const std::string& code, const std::string& callback, const std::string& fix);

}  // namespace securepair::detail
