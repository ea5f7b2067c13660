#pragma once
#include <securepair/bytes.h>
#include <securepair/export.h>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>

namespace securepair::tls {

/// Answers SessionStore::find() with what put() was given under that id, or with an empty Buffer:
/// at once or later, once, on any thread. The handshake waits meanwhile, at most until
/// `handshakeTimeout`. Where all copies are gone without an answer there is no such session.
/// Harmless when the connection is gone, or has its answer.
using SessionAnswer = std::function<void(const Buffer& session)>;

/// Where a server keeps the sessions of its clients, in place of tickets that clients keep: one
/// that is removed cannot be resumed any more. What a store gives is resumed only under the name,
/// the context and the policy for clients that it was made under, and only while the certificates
/// that authorized its client are valid. The bytes hold secrets: keep them like keys. An exception
/// of a member is the warning WARN_SESSION_STORE, and the handshake is a full one.
///
/// All members are called on the thread of a connection. A store that servers on several threads
/// share has to be made for it, as MemorySessionStore is.
class SECUREPAIR_API SessionStore {
 public:
  SessionStore() noexcept = default;
  SessionStore(const SessionStore&) = delete;
  SessionStore& operator=(const SessionStore&) = delete;
  virtual ~SessionStore();

  /// A session was made, which the client gets when this returns: what is done here to its stream
  /// may send it sooner. It cannot be resumed after `lifetime`. `id` is 32 random bytes.
  virtual void put(const Buffer& id, const Buffer& session, std::chrono::seconds lifetime) = 0;
  /// A client names a session, perhaps one that never was.
  virtual void find(const Buffer& id, SessionAnswer answer) = 0;
  /// It has been resumed and is not needed any more: a session of TLS 1.3 is good for one
  /// connection, which is given a new one as ServerOptions::sessionTimeout has it. Two that asked
  /// for it before both go on with it.
  virtual void remove(const Buffer& id) = 0;
};

/// Keeps sessions in memory, the most recently used ones, until their lifetime is over. Servers on
/// any threads may share one.
class SECUREPAIR_API MemorySessionStore final : public SessionStore {
 public:
  /// A session takes some 300 bytes, and as many more as its client's certificate has.
  explicit MemorySessionStore(std::size_t mostSessions = 10'000);
  ~MemorySessionStore() override;

  void put(const Buffer& id, const Buffer& session, std::chrono::seconds lifetime) override;
  void find(const Buffer& id, SessionAnswer answer) override;
  void remove(const Buffer& id) override;
  std::size_t size() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace securepair::tls
