#pragma once
#include <securepair/export.h>

#include <memory>
#include <stdexcept>
#include <string>

namespace securepair {

/// What explains an Error. Every field but the first two may be empty.
struct ErrorParts {
  std::string code = {};         ///< stable: "ECONNREFUSED", "DEPTH_ZERO_SELF_SIGNED_CERT", ...
  std::string message = {};      ///< what went wrong, one sentence
  std::string certificate = {};  ///< which certificate: subject, issuer, validity, fingerprint
  std::string expected = {};
  std::string got = {};
  std::string fix = {};  ///< what to do about it
};

/// A mistake in a configuration is thrown; a failure at run time is emitted as the event `error`.
/// `what()` tells everything that is known, in a few lines of text.
class SECUREPAIR_API Error : public std::runtime_error {
 public:
  Error(std::string code, std::string message);
  explicit Error(ErrorParts parts);
  Error(const Error&) noexcept;
  Error& operator=(const Error&) noexcept;
  ~Error() override;

  const std::string& code() const noexcept;
  const std::string& message() const noexcept;
  const std::string& certificate() const noexcept;
  const std::string& expected() const noexcept;
  const std::string& got() const noexcept;
  const std::string& fix() const noexcept;

 private:
  std::shared_ptr<const ErrorParts> parts_;
};

}  // namespace securepair
