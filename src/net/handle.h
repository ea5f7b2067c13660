#pragma once
#include <utility>

#include <uv.h>

namespace securepair::net {

/// A libuv handle. Its memory is not the owner's: it lives until libuv has called back for the last
/// time, whatever becomes of the owner and of the loop.
template <class Uv>
class Handle {
 public:
  Handle() noexcept = default;
  /// `owner` is what ownerOf() gives to the handle's callbacks, of which none comes any more once
  /// the Handle is destroyed.
  explicit Handle(void* owner) : uv_(new Uv) { uv_->data = owner; }
  Handle(Handle&& other) noexcept : uv_(std::exchange(other.uv_, nullptr)) {}
  Handle& operator=(Handle&& other) noexcept {
    if (this != &other) {
      close();
      uv_ = std::exchange(other.uv_, nullptr);
    }
    return *this;
  }
  ~Handle() { close(); }

  Uv* get() const noexcept { return uv_; }
  uv_handle_t* base() const noexcept { return reinterpret_cast<uv_handle_t*>(uv_); }

  /// For a handle that libuv has refused to initialize: it is not libuv's to close.
  void forget() noexcept { delete std::exchange(uv_, nullptr); }

 private:
  void close() noexcept {
    if (uv_ == nullptr) return;
    uv_close(base(), [](uv_handle_t* handle) { delete reinterpret_cast<Uv*>(handle); });
    uv_ = nullptr;
  }

  Uv* uv_ = nullptr;
};

template <class Owner, class Uv>
Owner& ownerOf(Uv* uv) noexcept {
  return *static_cast<Owner*>(uv->data);
}

}  // namespace securepair::net
