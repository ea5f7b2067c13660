#include "cli/exit.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace securepair::cli {
namespace {

template <std::size_t n>
bool isOneOf(std::string_view code, const std::array<std::string_view, n>& list) {
  return std::find(list.begin(), list.end(), code) != list.end();
}

bool isTimeout(std::string_view code) {
  constexpr std::array<std::string_view, 3> codes{"ERR_TLS_HANDSHAKE_TIMEOUT",
                                                  "ERR_TLS_CLOSE_TIMEOUT", "ETIMEDOUT"};
  return isOneOf(code, codes);
}

// Files have been read by then: what the system says is said of the network.
bool isUnreachable(std::string_view code) {
  constexpr std::array<std::string_view, 10> codes{
      "ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH",   "ENOTFOUND", "EAI_AGAIN",
      "ENOENT",       "EADDRINUSE",   "EADDRNOTAVAIL", "EACCES",    "ERR_INVALID_FD_TYPE"};
  return isOneOf(code, codes);
}

bool isOfFiles(std::string_view code) {
  constexpr std::array<std::string_view, 20> codes{
      "ERR_INVALID_KEY",        "ERR_UNSUPPORTED_KEY",      "ERR_KEY_TOO_SMALL",
      "ERR_KEY_MISMATCH",       "ERR_PASSPHRASE_REQUIRED",  "ERR_WRONG_PASSPHRASE",
      "ERR_INVALID_PASSPHRASE", "ERR_INVALID_CERTIFICATE",  "ERR_INVALID_CRL",
      "ERR_EMPTY_LIST",         "ERR_NOT_AN_AUTHORITY",     "ERR_INVALID_PFX",
      "ERR_UNSUPPORTED_PFX",    "ERR_SSL_EE_KEY_TOO_SMALL", "ERR_SSL_CA_KEY_TOO_SMALL",
      "ERR_SSL_CA_MD_TOO_WEAK", "ERR_INVALID_CSR",          "ERR_CSR_SIGNATURE",
      "ERR_UNSAFE_FILE",        "ERR_OTHER_ISSUER"};
  return isOneOf(code, codes);
}

bool isOfOptions(std::string_view code) {
  constexpr std::array<std::string_view, 11> codes{
      "ERR_INVALID_CIPHERS", "ERR_INVALID_PROTOCOLS",      "ERR_OUT_OF_RANGE",
      "ERR_INVALID_VERSION", "ERR_INVALID_SECURITY_LEVEL", "ERR_INVALID_HOSTNAME",
      "ERR_INVALID_ALTNAME", "ERR_INVALID_SUBJECT",        "ERR_OPTION_CONFLICT",
      "ERR_MISSING_OPTION",  "ERR_SOCKET_BAD_PORT"};
  return isOneOf(code, codes);
}

// The page's codes of certificates have underscores, those of the system have none.
bool isOfVerification(std::string_view code) {
  if (code == "ERR_TLS_CERT_ALTNAME_INVALID" || code == "ERR_TLS_NAME_UNKNOWN") return true;
  if (code.starts_with("ERR_X509_")) return true;
  return code.find('_') != std::string_view::npos && !code.starts_with("ERR_");
}

}  // namespace

Exit exitOf(const Error& error) {
  const std::string_view code = error.code();
  if (isTimeout(code)) return Exit::timeout;
  if (isUnreachable(code)) return Exit::unreachable;
  if (isOfFiles(code)) return Exit::badFile;
  if (isOfOptions(code)) return Exit::usage;
  if (isOfVerification(code)) return Exit::unauthorized;
  if (code.starts_with("ERR_SSL_") || code == "ERR_TLS_PROTOCOL_NOT_OFFERED") {
    return Exit::handshake;
  }
  return Exit::failure;
}

}  // namespace securepair::cli
