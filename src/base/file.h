#pragma once
#include <securepair/bytes.h>

#include <string>

namespace securepair::base {

/// Makes a file that its owner alone may read. Throws Error with the system's code: EEXIST where
/// there is something of that name, a link too.
void writeNewFile(const std::string& path, BytesView content);

}  // namespace securepair::base
