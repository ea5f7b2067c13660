#include <securepair/crypto/openssl_info.h>
#include <securepair/process.h>
#include <securepair/version.h>

#include "net/uv_version.h"

namespace securepair::process {

Versions versions() {
  return {SECUREPAIR_VERSION, crypto::opensslInfo().version, net::uvVersion()};
}

}  // namespace securepair::process
