#include <securepair/error.h>
#include <securepair/name.h>

namespace securepair {

void Port::refuse(const std::string& port) {
  throw Error({.code = "ERR_SOCKET_BAD_PORT",
               .message = "there is no such port",
               .expected = "an integer from 0 to 65535",
               .got = port,
               .fix = "give a port in this range; 0 lets a server have a free one"});
}

}  // namespace securepair
