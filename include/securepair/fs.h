#pragma once
#include <securepair/bytes.h>
#include <securepair/export.h>
#include <securepair/name.h>

#include <string>
#include <string_view>

namespace securepair::fs {

/// The whole of a file. Throws Error with the system's code (ENOENT, EACCES, ...) and the path.
SECUREPAIR_API Buffer readFileSync(Name path);
/// The same as text, decoded as in Stream::setEncoding().
SECUREPAIR_API std::string readFileSync(Name path, std::string_view encoding);

/// Makes a file, or replaces what it holds. Throws likewise. For keys see crypto::writeKeyFile().
SECUREPAIR_API void writeFileSync(Name path, const Data& content);

}  // namespace securepair::fs
