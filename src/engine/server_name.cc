#include "engine/server_name.h"

#include <cstddef>

#include <openssl/ssl.h>

#include "engine/hello_field.h"

namespace securepair::engine {

std::string serverNameIn(BytesView extension) {
  BytesView list;
  if (!cutField(extension, list) || !extension.empty() || list.empty()) return {};
  if (list[0] != std::byte{TLSEXT_NAMETYPE_host_name}) return {};
  list = list.subspan(1);
  BytesView name;
  // One name of a kind, and host names are the only kind there is.
  if (!cutField(list, name) || !list.empty() || name.size() > TLSEXT_MAXLEN_host_name) return {};
  std::string text(reinterpret_cast<const char*>(name.data()), name.size());
  return text.find('\0') == std::string::npos ? text : std::string();
}

std::string requestedName(SSL* ssl) {
  return serverNameIn(extensionOf(ssl, TLSEXT_TYPE_server_name));
}

}  // namespace securepair::engine
