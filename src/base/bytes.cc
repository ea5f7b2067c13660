#include <securepair/bytes.h>

#include <ostream>

namespace securepair {

std::ostream& operator<<(std::ostream& out, const Data& data) { return out << data.text(); }

std::ostream& operator<<(std::ostream& out, const Buffer& buffer) { return out << buffer.text(); }

}  // namespace securepair
