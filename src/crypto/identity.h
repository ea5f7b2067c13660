#pragma once
#include <securepair/error.h>
#include <securepair/tls/name_kind.h>

#include <optional>
#include <string>
#include <string_view>

#include "crypto/openssl_ptr.h"

namespace securepair::crypto {

/// An IPv4 or IPv6 address, the latter also in brackets.
bool isAddress(const std::string& name);

/// A host name without its trailing dot and in lower case: two that are the same become equal.
std::string folded(std::string_view name);

/// What a client sends as SNI where it means this name: without its trailing dot; empty for an
/// address.
std::string sniOf(const std::string& name);

/// Whether a server's certificate is for this name: empty where it is, else why not. An address is
/// compared with the certificate's addresses only; a DNS name without regard to case or to one
/// trailing dot, where a wildcard is a whole left-most label and stands for one label. The
/// subject's CN counts only where the certificate has no alternative name of any kind.
std::optional<Error> checkServerIdentity(X509* certificate, const std::string& name,
                                         tls::NameKind kind = tls::NameKind::any);

}  // namespace securepair::crypto
