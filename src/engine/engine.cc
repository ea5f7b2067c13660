#include "engine/engine.h"

#include <algorithm>
#include <new>
#include <utility>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "crypto/certificate.h"
#include "crypto/npn.h"
#include "crypto/openssl_error.h"
#include "crypto/trace.h"
#include "engine/failure.h"

namespace securepair::engine {
namespace {

constexpr std::size_t largestRecord = SSL3_RT_MAX_PLAIN_LENGTH;
// The most that a cipher adds to a record: header, explicit IV, MAC and padding.
constexpr std::size_t recordOverhead = 96;

std::string textOf(const unsigned char* bytes, unsigned int size) {
  return size == 0 ? std::string() : std::string(reinterpret_cast<const char*>(bytes), size);
}

Error refusal(const std::string& what) {
  const auto failure = crypto::takeFailure();
  return Error(crypto::errorCode(failure.code), what + ": " + failure.reason);
}

}  // namespace

Engine::Requests::Requests(const Limits& limits) noexcept
    : renegotiations(limits.renegotiations, limits.window),
      keyUpdates(limits.keyUpdates, limits.window) {}

Engine::Engine(std::shared_ptr<const crypto::Context> context,
               std::shared_ptr<const Settings> settings, const tls::IdentityCheck& check)
    : context_(std::move(context)),
      ssl_(SSL_new(context_->native())),
      settings_(std::move(settings)),
      beginning_(std::make_unique<Beginning>()) {
  if (ssl_ == nullptr) throw refusal("cannot make a TLS connection");
  crypto::setHooks(ssl_.get(), this);
  if (check) makeExtras().identityCheck = std::make_unique<const tls::IdentityCheck>(check);
  demandCertificate(!settings_->isServer || settings_->requestCert, settings_->rejectUnauthorized);
  BIO* const bio = threadBio().release();
  SSL_set_bio(ssl_.get(), bio, bio);  // one reference stands for both
  if (settings_->isServer) {
    startServer();
  } else {
    startClient();
  }
}

Engine::~Engine() = default;

// A client's certificate is asked for once: a renegotiation is bound to the handshake before it,
// and cannot put another in its place.
void Engine::demandCertificate(bool request, bool reject) {
  if (request) verification().expect.reject = reject;
  requestCert_ = request;
  reject_ = reject;
  const int refuseNone = reject ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0;
  SSL_set_verify(ssl_.get(),
                 request ? SSL_VERIFY_PEER | SSL_VERIFY_CLIENT_ONCE | refuseNone : SSL_VERIFY_NONE,
                 nullptr);
}

crypto::Verification& Engine::verification() {
  if (verification_ != nullptr) return *verification_;
  verification_ = std::make_unique<crypto::Verification>(
      crypto::Verification{.expect = {.isServer = settings_->isServer,
                                      .name = settings_->identity,
                                      .nameJudgedOutside = extras().identityCheck != nullptr}});
  verification_->expect.trustAs(*context_);
  crypto::setVerification(ssl_.get(), verification_.get());
  return *verification_;
}

// Of a server that wants to see no certificate there is none.
const crypto::Verification& Engine::verdict() const noexcept {
  static const crypto::Verification none;
  return verification_ != nullptr ? *verification_ : none;
}

const Engine::Beginning& Engine::beginning() const noexcept {
  static const Beginning forgotten;
  return beginning_ != nullptr ? *beginning_ : forgotten;
}

const Engine::Extras& Engine::extras() const noexcept {
  static const Extras none;
  return extras_ != nullptr ? *extras_ : none;
}

Engine::Extras& Engine::makeExtras() {
  if (extras_ == nullptr) extras_ = std::make_unique<Extras>();
  return *extras_;
}

Engine::Requests& Engine::requests() {
  auto& requests = makeExtras().requests;
  if (requests == nullptr) requests = std::make_unique<Requests>(settings_->limits);
  return *requests;
}

void Engine::startServer() {
  SSL_set_accept_state(ssl_.get());
  if (settings_->ticketKeys != nullptr) SSL_clear_options(ssl_.get(), SSL_OP_NO_TICKET);
  if (settings_->limits.renegotiations <= 0) return;
  SSL_clear_options(ssl_.get(), SSL_OP_NO_RENEGOTIATION);
  SSL_set_options(ssl_.get(), SSL_OP_ALLOW_CLIENT_RENEGOTIATION);
}

void Engine::startClient() {
  SSL_set_connect_state(ssl_.get());
  clientAuth_.watch(ssl_.get());
  SSL_clear_options(ssl_.get(), SSL_OP_NO_TICKET);
  offerSession();
  if (settings_->requestOCSP) SSL_set_tlsext_status_type(ssl_.get(), TLSEXT_STATUSTYPE_ocsp);
  const auto& name = settings_->servername;
  if (!name.empty() && SSL_set_tlsext_host_name(ssl_.get(), name.c_str()) != 1) {
    throw refusal("`servername` cannot be sent");
  }
  if (settings_->protocols == nullptr || settings_->protocols->alpn.empty()) return;
  const auto& alpn = settings_->protocols->alpn;
  if (SSL_set_alpn_protos(ssl_.get(), reinterpret_cast<const unsigned char*>(alpn.data()),
                          static_cast<unsigned int>(alpn.size())) != 0) {
    throw refusal("`ALPNProtocols` cannot be sent");
  }
}

void Engine::feed(BytesView ciphertext) {
  if (beginning_ != nullptr) {
    if (beginning_->insideHook) return beginning_->late.append(ciphertext);
    beginning_->opening.received(ciphertext);
  }
  if (kept_.empty()) {
    wire_.input = ciphertext;
  } else {
    kept_.append(ciphertext);
    wire_.input = kept_.front();
  }
}

void Engine::keepInput() {
  if (!kept_.empty() || wire_.input.empty()) return;
  if (beginning_ != nullptr && beginning_->insideHook) return;
  kept_.append(wire_.input);
  wire_.input = kept_.front();
}

Engine::Want Engine::handshake() {
  if (asks() != Asks::nothing) return Want::suspended;
  const auto shakeHands = [this] { return SSL_do_handshake(ssl_.get()); };
  Want want = perform(shakeHands);
  while (feedLate() && want == Want::input) want = perform(shakeHands);
  if (verdict().name == crypto::Verification::Name::asked) {
    judgeName();
    want = perform(shakeHands);
  }
  if (want != Want::nothing) return want;
  byPsk_ = usedPsk();
  if (byPsk_) disableRenegotiation();
  if (reused()) {
    settleReused();
    if (reject_ && verdict().failure) return fail(*verdict().failure);
  }
  if (requestCert_ && !verdict().done && !byPsk_) {
    verification_->failure = crypto::noCertificate(verification_->expect);
    if (reject_) return fail(*verification_->failure);
  }
  if (!settings_->isServer && !agreedWithinOffer()) return fail(protocolNotOffered(alpnProtocol()));
  crypto::watchLaterHandshakes(ssl_.get());
  secure_ = true;
  if (beginning_ != nullptr) beginning_->opening.forget();
  clientAuth_.secured(ssl_.get());
  owesTicket_ = keepsSessions() && !requestCert_ && !byPsk_;
  return Want::nothing;
}

// It follows what lay ready, of which OpenSSL may have left some.
bool Engine::feedLate() {
  if (beginning_ == nullptr || beginning_->late.empty()) return false;
  const base::ByteQueue late = std::exchange(beginning_->late, {});
  keepInput();
  feed(late.front());
  keepInput();
  return true;
}

// Outside of OpenSSL: what the user does may end the connection.
void Engine::judgeName() {
  // Of a resumed session the leaf is all that there is.
  const auto* const chain = SSL_get0_verified_chain(ssl_.get());
  const auto certificate = chain != nullptr ? crypto::describeChain(chain) : peerCertificate();
  const tls::IdentityCheck check = *extras().identityCheck;  // it may end the connection
  crypto::judgeName(*verification_, check, certificate);
}

void Engine::lookAhead() { clientAuth_.heard(ssl_.get(), peek().bytes > 0); }

Engine::Result Engine::peek() {
  std::byte byte{};
  Result result;
  result.want = perform([&] { return SSL_peek_ex(ssl_.get(), &byte, 1, &result.bytes); });
  return result;
}

void Engine::dropInput() {
  const base::Chunk into = base::Chunk::borrow();
  while (read(into.span()).want == Want::nothing) {
  }
}

bool Engine::trace() { return crypto::traceHandshakes(ssl_.get()); }

bool Engine::limitRecords(std::size_t most) noexcept {
  return SSL_set_max_send_fragment(ssl_.get(), static_cast<long>(most)) == 1;
}

void Engine::disableRenegotiation() noexcept {
  SSL_set_options(ssl_.get(), SSL_OP_NO_RENEGOTIATION);
}

void Engine::logKeys() {
  auto& lines = makeExtras().keyLines;
  if (lines == nullptr) lines = std::make_unique<KeyLines>(ssl_.get());
}

bool Engine::readable() const noexcept {
  return inputEnded_ || failure_ || peerClosed() || !wire_.input.empty() ||
         SSL_pending(ssl_.get()) > 0;
}

Engine::Result Engine::read(std::span<std::byte> into) {
  Result result;
  // Ends by asking rather than by an SSL_read that fails: that one costs more than the read itself.
  // What did not fill the room it had was all of a record, after which nothing need be asked.
  bool recordLeft = true;
  while (result.want == Want::nothing && result.bytes < into.size() &&
         (!wire_.input.empty() || (recordLeft && SSL_pending(ssl_.get()) > 0))) {
    std::size_t count = 0;
    const auto rest = into.subspan(result.bytes);
    result.want =
        perform([&] { return SSL_read_ex(ssl_.get(), rest.data(), rest.size(), &count); });
    result.bytes += count;
    recordLeft = count == rest.size();
  }
  const bool readAll = result.want == Want::nothing && result.bytes < into.size();
  if (readAll || result.want == Want::input) result.want = noMoreInput();
  return result;
}

Engine::Result Engine::write(BytesView plaintext) {
  Result result;
  while (result.want == Want::nothing && result.bytes < plaintext.size()) {
    const auto rest = plaintext.subspan(result.bytes);
    if (!hasRoomForRecord(rest.size())) {
      result.want = Want::output;
      break;
    }
    // Before OpenSSL has taken anything that it could not hand on.
    if (!wire_.output) wire_.output = base::Chunk::borrow();
    if (owesTicket_) [[unlikely]] {
      result.want = giveTicket();
      continue;
    }
    std::size_t count = 0;
    result.want =
        perform([&] { return SSL_write_ex(ssl_.get(), rest.data(), rest.size(), &count); });
    result.bytes += count;
  }
  return result;
}

// What is left of it where there is no room, the write that follows hands on.
Engine::Want Engine::giveTicket() {
  owesTicket_ = false;
  // Not in TLS 1.2, nor while the peer has sent a part of a message; it then gets none.
  if (SSL_new_session_ticket(ssl_.get()) != 1) return Want::nothing;
  const Want want = perform([this] { return SSL_do_handshake(ssl_.get()); });
  // OpenSSL has made room to read, and would keep it until something is read.
  SSL_free_buffers(ssl_.get());
  return want;
}

Engine::Want Engine::close() {
  // OpenSSL says nothing while a message of the handshake's kind, such as a ticket, is half read.
  // Nor may a renegotiation follow that has been asked for.
  const bool isBusy = SSL_in_init(ssl_.get()) != 0 || SSL_renegotiate_pending(ssl_.get()) != 0;
  if (isBusy && !failure_) return Want::input;
  return perform([this] {
    const int result = SSL_shutdown(ssl_.get());
    return result == 0 ? 1 : result;  // 0: said, and the peer's answer is not here yet
  });
}

Engine::Output Engine::takeOutput() noexcept {
  if (beginning_ != nullptr) beginning_->opening.sent(wire_.written);
  Output output{.chunk = std::move(wire_.output), .bytes = {}};
  output.bytes = output.chunk.span().first(std::exchange(wire_.written, 0));
  return output;
}

bool Engine::hasRoomForRecord(std::size_t plaintext) const noexcept {
  return base::Chunk::capacity - wire_.written >=
         std::min(plaintext, largestRecord) + recordOverhead;
}

bool Engine::authorized() const noexcept { return secure_ && (byPsk_ || verdict().authorized()); }

std::string Engine::alpnProtocol() const {
  if (extras().first != nullptr) return extras().first->alpn;
  const unsigned char* name = nullptr;
  unsigned int size = 0;
  SSL_get0_alpn_selected(ssl_.get(), &name, &size);
  return textOf(name, size);
}

std::string Engine::npnProtocol() const {
  std::string agreed = alpnProtocol();
  const bool isClientWithoutNpn = !settings_->isServer && !npnAgreed_;
  if (!agreed.empty() || isClientWithoutNpn || !crypto::hasNpn()) return agreed;
  const unsigned char* name = nullptr;
  unsigned int size = 0;
  SSL_get0_next_proto_negotiated(ssl_.get(), &name, &size);
  return textOf(name, size);
}

// Every OpenSSL call on the connection goes through here.
template <class Call>
Engine::Want Engine::perform(Call call) {
  if (failure_) return Want::failed;
  if (ERR_peek_error() != 0) ERR_clear_error();
  const std::size_t inputBefore = wire_.input.size();

  int result = 0;
  {
    const Plug plug(wire_);
    result = call();
  }

  if (wire_.written == 0) wire_.output.giveBack();
  if (!kept_.empty()) {
    kept_.pop(inputBefore - wire_.input.size());
    wire_.input = kept_.front();
  }
  if (std::exchange(wire_.outOfMemory, false)) throw std::bad_alloc();
  if (updatesTooOften_) {
    const Limits& limits = settings_->limits;
    makeExtras().hookFailure = std::make_unique<Error>(
        asksTooOften("key updates", limits.keyUpdates, limits.window, "keyUpdateLimit"));
  }
  if (extras_ != nullptr && extras_->hookFailure != nullptr) {
    ERR_clear_error();
    return fail(*std::exchange(extras_->hookFailure, nullptr));
  }
  return result > 0 ? Want::nothing : explainStop(result);
}

Engine::Want Engine::explainStop(int result) {
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      return inputEnded_ && !secure_ ? endOfInput() : Want::input;
    case SSL_ERROR_WANT_RETRY_VERIFY:
      return Want::input;  // handshake() sees to it
    case SSL_ERROR_WANT_WRITE:
      return Want::output;
    case SSL_ERROR_WANT_CLIENT_HELLO_CB:
      return Want::suspended;
    case SSL_ERROR_ZERO_RETURN:
      return Want::closed;
    default:
      return fail(explainFailure(circumstances()));
  }
}

Engine::Want Engine::fail(Error error) {
  failure_ = std::make_unique<const Error>(std::move(error));
  return Want::failed;
}

// A read that found nothing more may follow one whose answer was lost in a listener's exception.
Engine::Want Engine::noMoreInput() {
  if (failure_) return Want::failed;
  if (peerClosed()) return Want::closed;
  return inputEnded_ ? endOfInput() : Want::input;
}

bool Engine::peerClosed() const noexcept {
  return (SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0;
}

Engine::Want Engine::endOfInput() {
  if (secure_ && settings_->allowTruncation) return Want::closed;
  return fail(secure_ ? truncated(clientAuth_.accepted) : hungUp());
}

Circumstances Engine::circumstances() const {
  return {.ssl = ssl_.get(),
          .verification = verdict(),
          .auth = clientAuth_,
          .opening = beginning().opening,
          .offer = beginning().offer,
          .settings = *settings_,
          .secure = secure_,
          .suspended = asks() != Asks::nothing};
}

}  // namespace securepair::engine
