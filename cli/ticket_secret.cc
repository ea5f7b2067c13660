#include "cli/ticket_secret.h"

#include <string>
#include <sys/random.h>

#include "cli/exit.h"

namespace securepair::cli {

Buffer newTicketSecret() {
  std::string secret(48, '\0');
  if (::getrandom(secret.data(), secret.size(), 0) != static_cast<ssize_t>(secret.size())) {
    throw Failure(Exit::failure,
                  {.code = "ERR_RANDOM", .message = "the system has no random bytes"});
  }
  return secret;
}

}  // namespace securepair::cli
