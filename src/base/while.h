#pragma once

namespace securepair::base {

/// Sets a flag for the length of a block, exceptions included.
class While {
 public:
  explicit While(bool& flag) noexcept : flag_(flag) { flag_ = true; }
  While(const While&) = delete;
  While& operator=(const While&) = delete;
  ~While() { flag_ = false; }

 private:
  bool& flag_;
};

}  // namespace securepair::base
