// Sessions: what a connection leaves behind so that another can do without a full handshake. Each
// belongs to the name and the policy that authorized the peer; where one of them differs, or a
// certificate of the peer's chain has expired since, the handshake is a full one.
#include <ctime>
#include <exception>
#include <new>
#include <utility>

#include <openssl/ssl.h>

#include "base/lru_map.h"
#include "base/thread_local.h"
#include "crypto/identity.h"
#include "crypto/sha256.h"
#include "crypto/trust_store.h"
#include "engine/engine.h"
#include "engine/offered_session.h"

namespace securepair::engine {
namespace {

std::string_view tagOf(SSL_SESSION* session) noexcept {
  void* tag = nullptr;
  std::size_t size = 0;
  SSL_SESSION_get0_ticket_appdata(session, &tag, &size);
  return {static_cast<const char*>(tag), size};
}

// Appends a field with its length before it: no two lists make the same text.
void add(std::string& fields, std::string_view field) {
  for (int shift = 24; shift >= 0; shift -= 8) {
    fields += static_cast<char>(field.size() >> shift & 0xFF);
  }
  fields += field;
}

using Digests = base::LruMap<std::string, std::string>;

// Null before the thread's first, and after its end, when a stream that ends late may still ask.
SECUREPAIR_THREAD_LOCAL Digests* knownDigests = nullptr;

void makeKnownDigests() {
  struct Owner {
    Owner() { knownDigests = &owned; }
    Owner(const Owner&) = delete;
    Owner& operator=(const Owner&) = delete;
    ~Owner() { knownDigests = nullptr; }
    Digests owned{64};
  };
  thread_local const Owner owner;
}

// The same few policies come again and again, and a digest costs more than to look one up.
std::string digestOf(const std::string& fields) {
  if (knownDigests == nullptr) makeKnownDigests();
  const std::string* const known = knownDigests != nullptr ? knownDigests->find(fields) : nullptr;
  if (known != nullptr) return *known;
  std::string digest = crypto::Sha256().add(fields).digest();
  if (knownDigests != nullptr) knownDigests->put(fields, digest);
  return digest;
}

}  // namespace

std::string Engine::policyOf(std::string_view name) const {
  const bool looks = !settings_->isServer || requestCert_;
  std::string fields;
  fields.reserve(256);
  fields += settings_->isServer ? 's' : 'c';
  fields += requestCert_ ? 'a' : '-';  // asks for a certificate
  fields += reject_ ? 'r' : '-';       // rejects who is not authorized
  fields += verdict().expect.nameJudgedOutside ? 'o' : '-';
  add(fields, looks && context_->trustsSystemRoots() ? crypto::systemRootsDigest() : "");
  add(fields, context_->digest());
  add(fields, settings_->sessionIdContext);
  add(fields, crypto::folded(name));
  return digestOf(fields);
}

// Before OpenSSL looks at what the client wants to resume. A client whose certificate was asked for
// learns from the ticket at once that it is accepted. Any other gets it with the first data: a
// client that only writes would leave it unread, and its kernel would answer its close by a reset,
// and throw away what it has written. To OpenSSL a key of TLS 1.3 is a session, too.
void Engine::bindSession() {
  if (!keepsSessions() && !settings_->usesPsk) return;
  const std::string policy = policyOf(servername());
  static_assert(crypto::Sha256::size <= SSL_MAX_SID_CTX_LENGTH);
  if (SSL_set_session_id_context(ssl_.get(), reinterpret_cast<const unsigned char*>(policy.data()),
                                 static_cast<unsigned int>(policy.size())) != 1) {
    throw std::bad_alloc();
  }
  if (requestCert_ && keepsSessions()) SSL_set_num_tickets(ssl_.get(), 1);
}

int Engine::ticketKey(bool isNew, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher,
                      EVP_MAC_CTX* mac) noexcept {
  TicketKeys* const keys = settings_->ticketKeys.get();
  if (keys == nullptr) return 0;
  try {
    // A peer that has shown a certificate in vain is looked at anew each time.
    if (isNew) {
      if (verdict().failed() || usedPsk()) return 0;
      return keys->encryptWith(name, iv, cipher, mac) ? 1 : -1;
    }
    constexpr int replaceIt = 2;
    switch (keys->decryptWith(name, iv, cipher, mac)) {
      case TicketKeys::Found::no:
        return 0;
      case TicketKeys::Found::old:
        return replaceIt;
      case TicketKeys::Found::current:
        // A ticket of TLS 1.3 is good for one connection, or the two could be linked.
        return SSL_version(ssl_.get()) == TLS1_3_VERSION ? replaceIt : 1;
    }
  } catch (const std::exception&) {  // no memory, no random bytes
  }
  return isNew ? 0 : -1;
}

// Short enough to be made without memory.
std::string Engine::ticketTag() noexcept {
  const auto lifetime =
      storesSessions() ? *settings_->sessionsStoredFor : settings_->ticketKeys->lifetime();
  SSL_SESSION_set_timeout(SSL_get_session(ssl_.get()), static_cast<long>(lifetime.count()));
  // A resumed peer has shown no certificate: what was true of the session's stays true.
  if (reused()) return timeBytes(timeOfTag());
  return timeBytes(verdict().done ? verdict().validUntil : 0);
}

// 0: the client has shown no certificate that could expire.
bool Engine::isResumable(std::string_view tag) const noexcept {
  const auto validUntil = timeOf(tag);
  return validUntil && (*validUntil == 0 || *validUntil > std::time(nullptr));
}

// Once: a later hello that names another session gets a full handshake.
bool Engine::asksForSession(SSL* ssl) {
  if (!storesSessions() || secure_) return false;
  if (lookUp_ == LookUp::none) {
    beginning_->askedSession = offeredSession(ssl);
    lookUp_ = askedSession().empty() ? LookUp::answered : LookUp::asked;
  }
  return lookUp_ == LookUp::asked;
}

void Engine::answerSession(BytesView stored) {
  if (lookUp_ != LookUp::asked) return;
  lookUp_ = LookUp::answered;
  if (!stored.empty()) beginning_->foundSession = storedSession(stored, askedSession());
}

// OpenSSL compares the policy, which is the session's id context.
SSL_SESSION* Engine::findSession(std::string_view id) noexcept {
  SSL_SESSION* const found = beginning().foundSession.get();
  if (found == nullptr || id != askedSession() || !isResumable(tagOf(found))) return nullptr;
  // Where nobody gets in without a certificate, a session without one is no use to its client.
  const bool lacksPeer = SSL_SESSION_get0_peer(found) == nullptr;
  if (requestCert_ && reject_ && lacksPeer) return nullptr;
  SSL_SESSION_up_ref(found);
  return found;
}

// A peer that has shown a certificate in vain is looked at anew each time.
void Engine::keepForStore(SSL_SESSION* session) noexcept {
  if (!storesSessions() || verdict().failed() || usedPsk()) return;
  try {
    const std::string tag = ticketTag();
    if (SSL_SESSION_set1_ticket_appdata(session, tag.data(), tag.size()) != 1) return;
    unsigned int size = 0;
    const unsigned char* const id = SSL_SESSION_get_id(session, &size);
    makeExtras().madeSession = std::make_unique<StoredSession>(
        StoredSession{.id = Buffer(id, size), .bytes = storedBytes(session)});
  } catch (const std::bad_alloc&) {
    if (extras_ != nullptr) extras_->madeSession.reset();
  }
}

// Of TLS 1.3: the ticket that follows has another one's id.
bool Engine::usedUpSession() const noexcept {
  return storesSessions() && reused() && SSL_version(ssl_.get()) == TLS1_3_VERSION;
}

void Engine::offerSession() {
  const Session* const session = settings_->session.get();
  if (session == nullptr || settings_->usesPsk || session->validUntil <= std::time(nullptr) ||
      session->policy != policyOf(settings_->identity)) {
    return;
  }
  SSL_set_session(ssl_.get(), session->native.get());
}

// No chain was sent: the one before stands, whose policy was the same. The name is looked for in
// the leaf each time.
void Engine::settleReused() {
  X509* const leaf = SSL_get0_peer_certificate(ssl_.get());
  if (leaf == nullptr || verification_ == nullptr) return;
  verification_->done = true;
  if (settings_->isServer) {
    verification_->validUntil = timeOfTag();
    return;
  }
  verification_->validUntil = settings_->session->validUntil;
  if (extras().identityCheck != nullptr &&
      verification_->name == crypto::Verification::Name::open) {
    judgeName();
  }
  verification_->failure = crypto::checkName(leaf, *verification_);
}

std::time_t Engine::timeOfTag() const noexcept {
  return timeOf(tagOf(SSL_get_session(ssl_.get()))).value_or(0);
}

// In TLS 1.3 the handshake goes on with a session that is made of the key: it has no tag, as those
// of a server have, and a client with such keys offers no other.
bool Engine::usedPsk() const noexcept {
  if (!settings_->usesPsk) return false;
  if (SSL_version(ssl_.get()) == TLS1_3_VERSION) {
    return SSL_session_reused(ssl_.get()) == 1 && tagOf(SSL_get_session(ssl_.get())).empty();
  }
  const SSL_CIPHER* const pending = SSL_get_pending_cipher(ssl_.get());
  const SSL_CIPHER* const cipher =
      pending != nullptr ? pending : SSL_get_current_cipher(ssl_.get());
  return cipher != nullptr && SSL_CIPHER_get_auth_nid(cipher) == NID_auth_psk;
}

bool Engine::reused() const noexcept { return SSL_session_reused(ssl_.get()) == 1 && !byPsk_; }

void Engine::sessionMade(SSL_SESSION* session) noexcept {
  if (settings_->isServer) return keepForStore(session);
  if (usedPsk()) return;
  try {
    auto& newest = makeExtras().session;
    SSL_SESSION_up_ref(session);
    newest.reset(session);
    newSession_ = true;
  } catch (const std::bad_alloc&) {  // the next connection does without
  }
}

bool Engine::takeNewSession() noexcept {
  if (!newSession_ || !authorized()) return false;
  newSession_ = false;
  return true;
}

Buffer Engine::ticket() const {
  const unsigned char* bytes = nullptr;
  std::size_t size = 0;
  const auto& newest = extras().session;
  if (newest != nullptr && authorized()) SSL_SESSION_get0_ticket(newest.get(), &bytes, &size);
  return size > 0 ? Buffer(bytes, size) : Buffer();
}

std::optional<Session> Engine::session() const {
  if (settings_->isServer || !authorized() || extras().session == nullptr) return std::nullopt;
  // A copy: OpenSSL spoils its own where the connection ends without close_notify.
  Session session{.native = crypto::SslSessionPtr(SSL_SESSION_dup(extras().session.get())),
                  .policy = policyOf(settings_->identity),
                  .validUntil = verdict().validUntil};
  if (session.native == nullptr) throw std::bad_alloc();
  return session;
}

}  // namespace securepair::engine
