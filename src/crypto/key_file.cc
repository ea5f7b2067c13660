#include <securepair/crypto/chores.h>

#include "base/file.h"

namespace securepair::crypto {

void writeKeyFile(Name path, const Buffer& key) {
  base::writeNewFile(path.str(), Data(key).bytes());
}

}  // namespace securepair::crypto
