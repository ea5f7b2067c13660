#pragma once
#include <securepair/crypto/certificate_info.h>

#include <chrono>
#include <string>
#include <vector>

#include "cli/json.h"

namespace securepair::cli {

/// "CN=localhost, O=Example"; "(empty)" where there is nothing.
std::string subjectText(const tls::DistinguishedName& name);
Json subjectJson(const tls::DistinguishedName& name);

/// Whole days from now; negative where it is over.
int daysUntil(std::chrono::sys_seconds time);

/// What is to be known of a certificate besides its subject: "issuer: CN=Example CA", ...
std::vector<std::string> certificateLines(const crypto::CertificateInfo& info);
/// The same, the names as on the page.
Json certificateJson(const crypto::CertificateInfo& info);

}  // namespace securepair::cli
