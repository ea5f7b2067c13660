#pragma once
#include <string>

namespace securepair::crypto {

/// A host name as certificates and SNI have it: what is not ASCII in its ASCII form, "xn--...", in
/// lower case. An ASCII name stays as it is, and so does what is no UTF-8 or has a label that is
/// too long: no certificate is for that.
std::string asciiName(const std::string& name);

}  // namespace securepair::crypto
