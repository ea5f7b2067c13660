#include "net/lookup.h"

#include <memory>
#include <netdb.h>
#include <utility>

#include <uv.h>

#include "base/later.h"
#include "net/loop.h"
#include "net/resource.h"

namespace securepair::net {

/// Lives until libuv has called back: a search that is under way cannot be called off.
class Lookup::Request final : public Resource {
 public:
  Request(LoopCore& loop, Lookup& lookup, Done done)
      : Resource(loop), lookup_(&lookup), done_(std::move(done)) {
    request_.data = this;
  }

  void start(const std::string& host, std::uint16_t port) {
    port_ = port;
    // Without AI_ADDRCONFIG, so that localhost is found on a machine without network.
    addrinfo hints = {};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    const int status =
        host.find('\0') != std::string::npos
            ? UV_EAI_NONAME
            : uv_getaddrinfo(loop()->uv(), &request_, onDone, host.c_str(), nullptr, &hints);
    if (status < 0) {
      base::later([self = std::unique_ptr<Request>(this), status] { self->finish(status, {}); });
    }
  }

  void cancel() noexcept {
    lookup_ = nullptr;
    uv_cancel(reinterpret_cast<uv_req_t*>(&request_));
  }

 private:
  void abandon() noexcept override {
    if (lookup_ != nullptr) lookup_->request_ = nullptr;
    cancel();
  }

  static void onDone(uv_getaddrinfo_t* request, int status, addrinfo* found) {
    const std::unique_ptr<Request> self(static_cast<Request*>(request->data));
    const std::unique_ptr<addrinfo, decltype(&uv_freeaddrinfo)> owned(found, uv_freeaddrinfo);
    if (LoopCore* const loop = self->loop()) {
      loop->enter([&] { self->finish(status, endpoints(found, self->port_)); });
    }
  }

  static std::vector<Endpoint> endpoints(const addrinfo* found, std::uint16_t port) {
    std::vector<Endpoint> list;
    for (; found != nullptr; found = found->ai_next) {
      Endpoint endpoint(*found->ai_addr);
      endpoint.setPort(port);
      if (endpoint) list.push_back(endpoint);
    }
    return list;
  }

  void finish(int status, std::vector<Endpoint> list) {
    if (lookup_ == nullptr) return;
    std::exchange(lookup_, nullptr)->request_ = nullptr;
    if (status == 0 && list.empty()) status = UV_EAI_NONAME;
    done_(status, std::move(list));
  }

  Lookup* lookup_;
  Done done_;
  std::uint16_t port_ = 0;
  uv_getaddrinfo_t request_ = {};
};

Lookup::Lookup(LoopCore& loop, const std::string& host, std::uint16_t port, Done done)
    : request_(new Request(loop, *this, std::move(done))) {
  request_->start(host, port);
}

Lookup::~Lookup() {
  if (request_ != nullptr) request_->cancel();
}

}  // namespace securepair::net
