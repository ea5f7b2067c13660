#include "net/outbox.h"

#include <cstring>
#include <span>

#include "net/socket.h"

namespace securepair::net {

void Outbox::close() noexcept {
  if (open_) crowded_ = reads_ >= manyReads;
  open_ = false;
  reads_ = 0;
  send();
}

bool Outbox::put(SocketCore& socket, BytesView bytes) noexcept {
  if (!open_) return false;
  if (bytes.size() > mostBytes || count_ == mostEntries || used_ + bytes.size() > room) {
    send();
    return false;
  }
  std::memcpy(bytes_.data() + used_, bytes.data(), bytes.size());
  used_ += bytes.size();
  if (count_ > 0 && entries_[count_ - 1].socket == &socket) {
    entries_[count_ - 1].size += bytes.size();
  } else {
    entries_[count_++] = {&socket, bytes.size()};
  }
  return true;
}

void Outbox::send(const SocketCore* unfinished) noexcept {
  BytesView rest = std::span(bytes_).first(used_);
  for (const Entry& entry : std::span(entries_).first(count_)) {
    entry.socket->sendHeld(rest.first(entry.size), entry.socket == unfinished);
    rest = rest.subspan(entry.size);
  }
  count_ = used_ = 0;
}

}  // namespace securepair::net
