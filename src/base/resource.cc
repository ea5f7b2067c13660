#include "base/resource.h"

#include "base/host.h"

namespace securepair::base {

Resource::Resource(Host* host) noexcept : host_(host) {
  if (host_ == nullptr) return;
  next_ = host_->resources_;
  link_ = &host_->resources_;
  if (next_ != nullptr) next_->link_ = &next_;
  host_->resources_ = this;
}

void Resource::unlink() noexcept {
  if (host_ == nullptr) return;
  host_ = nullptr;
  *link_ = next_;
  if (next_ != nullptr) next_->link_ = link_;
}

void Host::abandonResources() noexcept {
  while (resources_ != nullptr) {
    Resource& resource = *resources_;
    resource.unlink();
    resource.abandon();
  }
}

}  // namespace securepair::base
