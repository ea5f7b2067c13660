#pragma once
#include <string>
#include <string_view>

#include "crypto/openssl_ptr.h"

namespace securepair::crypto {

/// Control characters and bytes from 0x80 as backslash and two hexadecimal digits, and so the
/// characters of `separators` with it: what a certificate says cannot pass for two things. The
/// backslash itself is doubled.
std::string escaped(std::string_view text, std::string_view separators = {});

/// What a message can bear of a text that a peer has chosen.
std::string clipped(std::string text);

/// "Nov  6 09:52:22 2029 GMT"; empty where it is no time.
std::string timeText(const ASN1_TIME* time);

/// "1.3.6.1.5.5.7.3.1"
std::string dotted(const ASN1_OBJECT* object);

}  // namespace securepair::crypto
