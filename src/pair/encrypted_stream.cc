#include <securepair/tls/secure_pair.h>

#include "pair/core.h"

namespace securepair::tls {

EncryptedStream::EncryptedStream(detail::PairCore& core) noexcept : core_(core) {}
EncryptedStream::~EncryptedStream() = default;

std::size_t EncryptedStream::bufferSize() const { return core_.unreadCiphertext(); }

std::shared_ptr<Stream> EncryptedStream::shared() { return {core_.shared_from_this(), this}; }

bool EncryptedStream::doWrite(BytesView bytes) { return core_.receive(bytes); }

// finished() is not called: the pair ends with its cleartext side, which may still have to read.
void EncryptedStream::doEnd() { core_.receiveEnd(); }

void EncryptedStream::doDestroy() { core_.destroyAll(); }
void EncryptedStream::dataListenerAdded() { core_.encryptedHasListener(); }
void EncryptedStream::pausedChanged() { core_.encryptedPausedChanged(); }

}  // namespace securepair::tls
