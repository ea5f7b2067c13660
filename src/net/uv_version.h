#pragma once
#include <string>

namespace securepair::net {

/// "1.44.2", of the library that is loaded.
std::string uvVersion();

}  // namespace securepair::net
