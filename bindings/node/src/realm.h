#pragma once
#include <securepair/loop.h>

#include <array>
#include <memory>
#include <node_api.h>
#include <span>
#include <utility>

#include "block_pool.h"
#include "event.h"
#include "values.h"

namespace securepair::node {

/// One environment of Node's that has loaded the addon: the main thread's, or a worker's. Its
/// library runs on the environment's own loop, and ends before it.
class Realm : public std::enable_shared_from_this<Realm> {
 public:
  /// Makes the environment's. Throws Error where this node is not fit.
  static void enter(napi_env env);
  static const std::shared_ptr<Realm>& of(napi_env env);

  explicit Realm(napi_env env);
  Realm(const Realm&) = delete;
  Realm& operator=(const Realm&) = delete;
  ~Realm() = default;

  napi_env env() const noexcept { return env_; }
  Loop& loop() noexcept { return *loop_; }
  BlockPool& blocks() noexcept { return *blocks_; }
  /// No JavaScript is to be called any more.
  bool isOver() const noexcept { return isOver_; }
  /// The process, or the worker, is about to exit.
  void leave() noexcept { isOver_ = true; }
  /// The environment is no more, nor are its references.
  bool isGone() const noexcept { return isGone_; }

  /// Takes an object with a function for each event.
  void setHandlers(napi_value handlers);
  /// Calls one on `self`, in the caller's handle scope. Null where no JavaScript runs any more;
  /// throws Pending where it threw: see reportException().
  napi_value call(napi_value self, Event event, std::span<const napi_value> arguments);
  /// What is pending becomes the environment's uncaughtException.
  void reportException();

 private:
  static void cleanUp(napi_async_cleanup_hook_handle hook, void* data);
  void warn(const Error& warning);

  napi_env env_;
  std::shared_ptr<Loop> loop_;
  std::shared_ptr<BlockPool> blocks_ = std::make_shared<BlockPool>();
  napi_async_context context_ = nullptr;
  napi_ref handlers_ = nullptr;
  bool isOver_ = false;
  bool isGone_ = false;
};

/// For the length of a call from C++ into JavaScript.
class HandleScope {
 public:
  explicit HandleScope(Realm& realm) noexcept;
  HandleScope(const HandleScope&) = delete;
  HandleScope& operator=(const HandleScope&) = delete;
  ~HandleScope();

 private:
  napi_env env_;
  napi_handle_scope scope_ = nullptr;
};

}  // namespace securepair::node
