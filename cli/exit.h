#pragma once
#include <securepair/error.h>

#include <string>
#include <utility>

namespace securepair::cli {

/// What the program tells who started it. Scripts depend on these numbers.
enum class Exit : int {
  ok = 0,
  failure = 1,       ///< all else, a truncated connection too
  usage = 2,         ///< the command line
  unreachable = 3,   ///< cannot resolve, connect or listen
  handshake = 4,     ///< the handshake failed
  unauthorized = 5,  ///< the peer is not who it has to be
  timeout = 6,
  badFile = 7,      ///< a key or certificate, or its file
  checkFailed = 8,  ///< what was asked to be checked is not so
};

/// Ends a verb: what went wrong, and the number for it.
class Failure final : public Error {
 public:
  Failure(Exit exit, ErrorParts parts) : Error(std::move(parts)), exit_(exit) {}
  Failure(Exit exit, const Error& error) : Error(error), exit_(exit) {}

  Exit exit() const noexcept { return exit_; }

 private:
  Exit exit_;
};

/// By the code of an error of the library's. Where more is known than the code (ECONNRESET before
/// the handshake was done), the verb says it with a Failure.
Exit exitOf(const Error& error);

/// The command line is not one. `fix` may be empty.
inline Failure usageFailure(std::string message, std::string fix = {}) {
  return {Exit::usage,
          ErrorParts{.code = "ERR_USAGE", .message = std::move(message), .fix = std::move(fix)}};
}

}  // namespace securepair::cli
