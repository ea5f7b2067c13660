#include "cli/proxy_log.h"

#include <cstdio>

#include "cli/text.h"

namespace securepair::cli {
namespace {

double secondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

std::string inMilliseconds(double seconds) {
  char text[32] = {};
  std::snprintf(text, sizeof(text), "%.3f", seconds);
  return text;
}

void tellInJson(Io& io, const ProxyRecord& record) {
  Json object;
  object.set("event", "connection").set("peer", record.peer);
  const auto add = [&object](const char* key, const std::string& value) {
    if (!value.empty()) object.set(key, value);
  };
  add("via", record.via);
  add("target", record.target);
  add("servername", record.servername);
  add("version", record.version);
  add("cipher", record.cipher);
  add("unverified", record.unverified);
  object.set("received", static_cast<std::int64_t>(record.received));
  object.set("sent", static_cast<std::int64_t>(record.sent));
  object.set("seconds", secondsSince(record.start)).set("closed", record.closed);
  if (record.failure) object.set("error", errorJson(io.inFlags(*record.failure)));
  io.record(object);
}

}  // namespace

void ProxyRecord::noteTls(const tls::CleartextStream& stream) {
  servername = stream.servername();
  version = stream.getProtocol();
  cipher = stream.getCipher().name;
}

void tellConnection(Io& io, const ProxyRecord& record) {
  if (io.json()) return tellInJson(io, record);
  if (io.quiet()) return;
  std::string text = record.peer;
  const auto add = [&text](const char* label, const std::string& value) {
    if (!value.empty()) text += label + value;
  };
  add(" via ", record.via);
  add(" to ", record.target);
  add(", for ", record.servername);
  add(", ", record.version);
  add(" ", record.cipher);
  add(", not authorized: ", record.unverified);
  text += ", " + std::to_string(record.received) + " bytes in, " + std::to_string(record.sent) +
          " out, " + inMilliseconds(secondsSince(record.start)) + " s: " + record.closed;
  if (record.failure) add(": ", io.inFlags(*record.failure).message());
  // Names and messages have others' text in them: the line stays one.
  io.note(printable(text));
}

}  // namespace securepair::cli
