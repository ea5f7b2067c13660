#pragma once
#include <securepair/error.h>
#include <securepair/signal.h>
#include <securepair/tls/certificate.h>

#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

namespace securepair::tls {

/// A client's own judgement of whether a certificate is for the server that it meant, in place of
/// the library's: is given the name that was meant (empty where there is none) and the certificate
/// with its chain, and answers what is wrong, or nothing. Copies share one function.
class IdentityCheck {
 public:
  using Answer = std::optional<Error>;

  IdentityCheck() noexcept = default;
  IdentityCheck(std::nullptr_t) noexcept {}
  template <class F>
  requires(
      detail::Real<F> && !std::is_same_v<std::remove_cvref_t<F>, IdentityCheck> &&
      std::is_invocable_r_v<Answer, std::decay_t<F>&, std::string_view, const PeerCertificate&>)
      IdentityCheck(F&& f)
      : held_(std::make_shared<Held<std::decay_t<F>>>(std::forward<F>(f))) {}

  explicit operator bool() const noexcept { return held_ != nullptr; }
  Answer operator()(std::string_view name, const PeerCertificate& certificate) const {
    return held_->call(name, certificate);
  }

 private:
  struct Base {
    virtual ~Base() = default;
    virtual Answer call(std::string_view name, const PeerCertificate& certificate) = 0;
  };
  template <class F>
  struct Held final : Base {
    template <class G>
    explicit Held(G&& g) : f(std::forward<G>(g)) {}
    Answer call(std::string_view name, const PeerCertificate& certificate) override {
      return std::invoke(f, name, certificate);
    }
    F f;
  };

  std::shared_ptr<Base> held_;
};

}  // namespace securepair::tls
