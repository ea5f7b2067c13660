#pragma once
#include <securepair/crypto.h>
#include <securepair/error.h>
#include <securepair/export.h>
#include <securepair/signal.h>
#include <securepair/tls/client_certificate.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

namespace securepair::detail {
class PendingSni;
}

namespace securepair::tls {

/// What an SNICallback answers: a context, with a policy for clients' certificates if it is not to
/// be the server's; or nothing, and the contexts of addContext() are asked, then the server's own.
class SniResult {
 public:
  SniResult() noexcept = default;
  SniResult(std::nullptr_t) noexcept {}
  SniResult(std::nullopt_t) noexcept {}
  SniResult(crypto::SecureContext chosen) noexcept : context(std::move(chosen)) {}
  SniResult(const crypto::Credentials& chosen) noexcept : context(chosen.context) {}
  SniResult(const std::optional<crypto::SecureContext>& chosen) noexcept
      : context(chosen.value_or(crypto::SecureContext())) {}
  SniResult(crypto::SecureContext chosen, ClientCertificate policy) noexcept
      : context(std::move(chosen)), clientCertificate(policy) {}

  crypto::SecureContext context = {};
  std::optional<ClientCertificate> clientCertificate = {};
};

/// Answers an SNICallback later, once, on any thread; the handshake waits
/// meanwhile, at most until `handshakeTimeout`. Where all copies are gone without an answer, the
/// handshake fails. Harmless when the connection is gone, or has its answer.
class SECUREPAIR_API SniAnswer {
 public:
  explicit SniAnswer(std::shared_ptr<detail::PendingSni> pending) noexcept;

  void operator()(const SniResult& result) const;
  /// Refuses the handshake: the client gets the alert unrecognized_name, `clientError` this error.
  void operator()(const Error& error) const;

 private:
  std::shared_ptr<detail::PendingSni> pending_;
};

/// Any function of the name that a client asks for, which returns a SniResult, or takes a SniAnswer
/// to give it later. What it throws refuses the handshake and becomes the `clientError`. Copies
/// share the function.
class SniCallback {
  template <class F>
  static constexpr bool answersLater = std::is_invocable_v<F&, const std::string&, SniAnswer>;
  template <class F>
  static constexpr bool takesName = std::is_invocable_r_v<SniResult, F&, const std::string&>;
  template <class F>
  static constexpr bool takesNothing = std::is_invocable_r_v<SniResult, F&>;

 public:
  SniCallback() noexcept = default;
  SniCallback(std::nullptr_t) noexcept {}
  template <class F>
  requires(!std::is_same_v<std::remove_cvref_t<F>, SniCallback>) && detail::Real<F> &&
      (answersLater<std::remove_cvref_t<F>> || takesName<std::remove_cvref_t<F>> ||
       takesNothing<std::remove_cvref_t<F>>)SniCallback(F&& f) {
    if constexpr (detail::canBeNull<F>) {
      if (f == nullptr) return;
    }
    held_ = std::make_shared<Held<std::decay_t<F>>>(std::forward<F>(f));
  }

  explicit operator bool() const noexcept { return held_ != nullptr; }
  /// Empty where the answer comes by way of what `answer` makes.
  std::optional<SniResult> operator()(const std::string& servername,
                                      const std::function<SniAnswer()>& answer) const {
    return held_->call(servername, answer);
  }

 private:
  struct Callable {
    Callable() = default;
    Callable(const Callable&) = delete;
    Callable& operator=(const Callable&) = delete;
    virtual ~Callable() = default;
    virtual std::optional<SniResult> call(const std::string& servername,
                                          const std::function<SniAnswer()>& answer) = 0;
  };
  template <class F>
  struct Held final : Callable {
    template <class G>
    explicit Held(G&& g) : f(std::forward<G>(g)) {}
    std::optional<SniResult> call(const std::string& servername,
                                  const std::function<SniAnswer()>& answer) override {
      if constexpr (answersLater<F>) {
        std::invoke(f, servername, answer());
        return std::nullopt;
      } else if constexpr (takesName<F>) {
        return SniResult(std::invoke(f, servername));
      } else {
        return SniResult(std::invoke(f));
      }
    }
    F f;
  };

  std::shared_ptr<Callable> held_;
};

}  // namespace securepair::tls
