#pragma once
#include <uv.h>

namespace securepair::net {

/// A uv_loop_t: somebody's, or one that is closed with this object.
class UvLoop {
 public:
  /// Null: one of its own.
  explicit UvLoop(uv_loop_t* adopted);
  UvLoop(const UvLoop&) = delete;
  UvLoop& operator=(const UvLoop&) = delete;
  ~UvLoop();

  uv_loop_t* get() noexcept { return adopted_ != nullptr ? adopted_ : &own_; }
  const uv_loop_t* get() const noexcept { return adopted_ != nullptr ? adopted_ : &own_; }

 private:
  uv_loop_t own_ = {};
  uv_loop_t* adopted_;
};

}  // namespace securepair::net
