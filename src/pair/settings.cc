#include <securepair/tls/setting.h>

namespace securepair::tls {

Setting CLIENT_RENEG_LIMIT{3};
Setting CLIENT_RENEG_WINDOW{600};

}  // namespace securepair::tls
