#include "engine/buffer_bio.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <new>
#include <utility>

#include <openssl/bio.h>

#include "base/thread_local.h"

namespace securepair::engine {
namespace {

SECUREPAIR_THREAD_LOCAL Wire* plugged = nullptr;

int readFromWire(BIO* bio, char* into, std::size_t size, std::size_t* done) {
  BIO_clear_retry_flags(bio);
  if (plugged == nullptr || plugged->input.empty()) {
    BIO_set_retry_read(bio);
    return -1;
  }
  const std::size_t count = std::min(size, plugged->input.size());
  std::memcpy(into, plugged->input.data(), count);
  plugged->input = plugged->input.subspan(count);
  *done = count;
  return 1;
}

// False where there is no room. No exception may pass through OpenSSL.
bool hasRoom(Wire& wire) noexcept {
  if (wire.output) return wire.written < base::Chunk::capacity;
  try {
    wire.output = base::Chunk::borrow();
  } catch (const std::bad_alloc&) {
    wire.outOfMemory = true;
    return false;
  }
  return true;
}

int writeToWire(BIO* bio, const char* from, std::size_t size, std::size_t* done) {
  BIO_clear_retry_flags(bio);
  if (plugged == nullptr || !hasRoom(*plugged)) {
    BIO_set_retry_write(bio);
    return -1;
  }
  const auto room = plugged->output.span().subspan(plugged->written);
  const std::size_t count = std::min(size, room.size());
  std::memcpy(room.data(), from, count);
  plugged->written += static_cast<std::uint32_t>(count);
  *done = count;
  return 1;
}

long control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

int create(BIO* bio) {
  BIO_set_init(bio, 1);
  return 1;
}

struct Method {
  Method() : method(BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "securepair wire")) {
    if (method == nullptr) throw std::bad_alloc();
    BIO_meth_set_read_ex(method, readFromWire);
    BIO_meth_set_write_ex(method, writeToWire);
    BIO_meth_set_ctrl(method, control);
    BIO_meth_set_create(method, create);
  }
  Method(const Method&) = delete;
  Method& operator=(const Method&) = delete;
  ~Method() = delete;
  BIO_METHOD* method;
};

// Never freed: a connection of another thread may end after this one's statics.
const Method& wireMethod() {
  static const Method* const method = new Method;
  return *method;
}

}  // namespace

crypto::BioPtr threadBio() {
  thread_local const crypto::BioPtr bio(BIO_new(wireMethod().method));
  if (bio == nullptr || BIO_up_ref(bio.get()) != 1) throw std::bad_alloc();
  return crypto::BioPtr(bio.get());
}

Plug::Plug(Wire& wire) noexcept : before_(std::exchange(plugged, &wire)) {}

Plug::~Plug() { plugged = before_; }

}  // namespace securepair::engine
