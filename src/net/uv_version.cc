#include "net/uv_version.h"

#include <uv.h>

namespace securepair::net {

std::string uvVersion() { return uv_version_string(); }

}  // namespace securepair::net
