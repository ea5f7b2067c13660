#pragma once
#include <string>

namespace securepair::crypto {

/// What OpenSSL said about a failure.
struct OpensslFailure {
  unsigned long code = 0;   ///< the innermost cause; 0: OpenSSL gave none
  std::string reason = {};  ///< all of it as text, the innermost cause first
};

/// Takes the thread's error queue, which is empty afterwards.
OpensslFailure takeFailure();

/// A stable name of an OpenSSL error: "ERR_SSL_WRONG_VERSION_NUMBER".
std::string errorCode(unsigned long opensslError);

/// Whether it says that OpenSSL, or this build of it, does not know an algorithm: not that data is
/// damaged or a passphrase wrong.
bool isUnsupported(unsigned long opensslError);

/// Leaves the thread's error queue empty, and finds it so.
class CleanErrors {
 public:
  CleanErrors() noexcept { clear(); }
  CleanErrors(const CleanErrors&) = delete;
  CleanErrors& operator=(const CleanErrors&) = delete;
  ~CleanErrors() { clear(); }

 private:
  static void clear() noexcept;
};

}  // namespace securepair::crypto
