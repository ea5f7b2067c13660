#include "crypto/openssl_error.h"

#include <cctype>
#include <string_view>
#include <system_error>

#include <openssl/err.h>

namespace securepair::crypto {
namespace {

std::string upperCase(std::string_view text) {
  std::string name;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    name += std::isalnum(byte) != 0 ? static_cast<char>(std::toupper(byte)) : '_';
  }
  return name;
}

std::string libraryName(unsigned long error) {
  switch (ERR_GET_LIB(error)) {
    case ERR_LIB_SYS:
      return "SYSTEM";
    case ERR_LIB_EVP:
      return "EVP";
    case ERR_LIB_X509:
      return "X509";
    case ERR_LIB_ASN1:
      return "ASN1";
    default:
      break;
  }
  const char* const text = ERR_lib_error_string(error);
  std::string name = upperCase(text != nullptr ? text : "openssl");
  constexpr std::string_view suffix = "_ROUTINES";
  if (name.ends_with(suffix)) name.resize(name.size() - suffix.size());
  return name;
}

std::string reasonOf(unsigned long error) {
  if (ERR_SYSTEM_ERROR(error)) return std::generic_category().message(ERR_GET_REASON(error));
  const char* const text = ERR_reason_error_string(error);
  return text != nullptr ? text : "error " + std::to_string(ERR_GET_REASON(error));
}

// Says only that another library has failed, whose own error stands before it.
bool isEcho(unsigned long error) {
  return !ERR_SYSTEM_ERROR(error) && (ERR_GET_REASON(error) & ERR_RFLAG_COMMON) != 0 &&
         reasonOf(error).ends_with(" lib");
}

// What TLS makes of the failure of a cipher or a signature is the reason that people know.
bool isTls(unsigned long error) {
  return ERR_GET_LIB(error) == ERR_LIB_SSL && (ERR_GET_REASON(error) & ERR_RFLAG_COMMON) == 0;
}

}  // namespace

OpensslFailure takeFailure() {
  OpensslFailure failure;
  const char* data = nullptr;
  int flags = 0;
  while (const unsigned long error = ERR_get_error_all(nullptr, nullptr, nullptr, &data, &flags)) {
    const bool first = failure.code == 0;
    if (first || (isTls(error) && !isTls(failure.code))) failure.code = error;
    const std::string reason = reasonOf(error);
    if (!first && (isEcho(error) || failure.reason.find(reason) != std::string::npos)) continue;
    if (!first) failure.reason += ", ";
    failure.reason += reason;
    if ((flags & ERR_TXT_STRING) != 0 && data != nullptr && *data != '\0') {
      failure.reason += std::string(" (") + data + ")";
    }
  }
  return failure;
}

std::string errorCode(unsigned long opensslError) {
  if (opensslError == 0) return "ERR_OPENSSL";
  return "ERR_" + libraryName(opensslError) + "_" + upperCase(reasonOf(opensslError));
}

bool isUnsupported(unsigned long opensslError) {
  const int library = ERR_GET_LIB(opensslError);
  if (library != ERR_LIB_EVP && library != ERR_LIB_PKCS12 && library != ERR_LIB_PEM) return false;
  const std::string reason = reasonOf(opensslError);
  return reason.find("unsupported") != std::string::npos ||
         reason.find("unknown") != std::string::npos;
}

void CleanErrors::clear() noexcept {
  if (ERR_peek_error() != 0) ERR_clear_error();
}

}  // namespace securepair::crypto
