#pragma once
#include <string>
#include <string_view>

namespace securepair::crypto {

/// The 4 or 16 bytes of an IP address; empty where the text is none.
std::string addressBytes(const std::string& text);
/// "192.0.2.1" or "2001:db8::1" of 4 or 16 bytes; empty where they are of another number.
std::string addressText(std::string_view bytes);

/// A DNS name as a certificate may have it: letters, digits, hyphens and underscores; the left-most
/// label may be `*`, where two more follow. What ends in a number is not one, but a bad address.
bool isDnsName(std::string_view name);

}  // namespace securepair::crypto
