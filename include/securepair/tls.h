#pragma once
#include <securepair/error.h>
#include <securepair/export.h>
#include <securepair/name.h>
#include <securepair/tls/certificate.h>
#include <securepair/tls/cleartext_stream.h>
#include <securepair/tls/options.h>
#include <securepair/tls/secure_pair.h>
#include <securepair/tls/server.h>
#include <securepair/tls/setting.h>
#include <securepair/tls/verify_peer.h>

#include <memory>

namespace securepair::tls {

using crypto::SecureContext;
using securepair::Error;

using ConnectListener = Listener<CleartextStream&>;

/// "Creates a new client connection to the given port and host. (If host defaults to localhost.)"
/// The listener is one of `secureConnect`. Throws Error where an option is not usable; all else is
/// an `error` of the stream.
SECUREPAIR_API std::shared_ptr<CleartextStream> connect(Port port,
                                                        ConnectListener listener = nullptr);
SECUREPAIR_API std::shared_ptr<CleartextStream> connect(Port port, Name host,
                                                        ConnectListener listener = nullptr);
SECUREPAIR_API std::shared_ptr<CleartextStream> connect(Port port, ConnectOptions options,
                                                        ConnectListener listener = nullptr);
SECUREPAIR_API std::shared_ptr<CleartextStream> connect(Port port, Name host,
                                                        ConnectOptions options,
                                                        ConnectListener listener = nullptr);
/// Over a Unix socket: a text in the first place is its path. A path names no host: the server's
/// certificate must be for `servername`, where that is given.
SECUREPAIR_API std::shared_ptr<CleartextStream> connect(Name path,
                                                        ConnectListener listener = nullptr);
SECUREPAIR_API std::shared_ptr<CleartextStream> connect(Name path, ConnectOptions options,
                                                        ConnectListener listener = nullptr);
/// On `options.socket`; throws ERR_MISSING_OPTION without one.
SECUREPAIR_API std::shared_ptr<CleartextStream> connect(ConnectOptions options,
                                                        ConnectListener listener = nullptr);

}  // namespace securepair::tls
