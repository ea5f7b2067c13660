#include "net/uv_loop.h"

#include "net/failure.h"

namespace securepair::net {

UvLoop::UvLoop(uv_loop_t* adopted) : adopted_(adopted) {
  if (adopted_ != nullptr) return;
  if (const int status = uv_loop_init(&own_); status < 0) {
    throw systemError(status, "making a loop");
  }
}

UvLoop::~UvLoop() {
  if (adopted_ != nullptr) return;
  // What is not closing yet is a handle of the user's own, on native().
  const auto closeHandle = [](uv_handle_t* handle, void*) {
    if (uv_is_closing(handle) == 0) uv_close(handle, nullptr);
  };
  uv_walk(&own_, closeHandle, nullptr);
  uv_run(&own_, UV_RUN_DEFAULT);
  uv_loop_close(&own_);
}

}  // namespace securepair::net
