#include "cli/renegotiation.h"

namespace securepair::cli {

RenegotiationAnswer renegotiate(Client& client, std::chrono::milliseconds patience) {
  bool served = false;
  try {
    client.stream().renegotiate([&] {
      served = true;
      client.stop();
    });
    client.runFor(patience);
  } catch (const Failure& failure) {
    const bool refused = failure.code() == "ERR_SSL_NO_RENEGOTIATION";
    return {.what = refused ? Renegotiated::refused : Renegotiated::cut, .why = failure};
  }
  return {.what = served ? Renegotiated::served : Renegotiated::ignored};
}

}  // namespace securepair::cli
