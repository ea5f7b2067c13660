#pragma once

namespace securepair::node {

/// What JavaScript is told; events.js has a function for each, by these names.
enum class Event : unsigned char {
  warning,
  // of a stream
  data,
  end,
  close,
  drain,
  finish,
  error,
  timeout,
  // of a cleartext stream
  connect,
  secureConnect,
  authenticated,
  session,
  keylog,
  // of a pair
  secure,
  pairError,
  // of a server
  listening,
  connection,
  drop,
  secureConnection,
  clientError,
  serverKeylog,
  serverError,
  serverClose,
  // questions
  sni,
  identity,
  sessionPut,
  sessionFind,
  sessionRemove,
  alpn,
  ocsp,
  serverPsk,
  clientPsk,
  // to a Duplex that carries a connection
  carrierWrite,
  carrierEnd,
  carrierDestroy,
  carrierFlow,
  count,
};

}  // namespace securepair::node
