#include "crypto/time.h"

namespace securepair::crypto {

std::time_t timeOf(const ASN1_TIME* time) noexcept {
  std::tm fields{};
  return ASN1_TIME_to_tm(time, &fields) == 1 ? timegm(&fields) : 0;
}

}  // namespace securepair::crypto
