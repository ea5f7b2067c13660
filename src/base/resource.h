#pragma once

namespace securepair::base {

class Host;

/// Something that must be let go of when its thread's loop ends: a connection, a server, a look-up.
class Resource {
 public:
  Resource(const Resource&) = delete;
  Resource& operator=(const Resource&) = delete;

 protected:
  /// Without a host it is never abandoned.
  explicit Resource(Host* host) noexcept;
  virtual ~Resource() { unlink(); }

  /// Null once the loop has ended.
  Host* host() const noexcept { return host_; }

 private:
  friend class Host;
  /// The loop ends: closes what is open and calls no listener. host() is null already.
  virtual void abandon() noexcept = 0;
  void unlink() noexcept;

  Host* host_;
  Resource* next_ = nullptr;
  Resource** link_ = nullptr;  // what points to this
};

}  // namespace securepair::base
