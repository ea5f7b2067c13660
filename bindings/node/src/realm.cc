#include "realm.h"

#include <string>

#include <uv.h>

#include "values.h"

namespace securepair::node {
namespace {

// What the core was compiled for, and what this node has.
void compareWithNode() {
  struct Size {
    const char* name;
    std::size_t compiled;
    std::size_t found;
  };
  const std::array<Size, 10> sizes{{
      {"uv_tcp_t", sizeof(uv_tcp_t), uv_handle_size(UV_TCP)},
      {"uv_poll_t", sizeof(uv_poll_t), uv_handle_size(UV_POLL)},
      {"uv_timer_t", sizeof(uv_timer_t), uv_handle_size(UV_TIMER)},
      {"uv_async_t", sizeof(uv_async_t), uv_handle_size(UV_ASYNC)},
      {"uv_idle_t", sizeof(uv_idle_t), uv_handle_size(UV_IDLE)},
      {"uv_prepare_t", sizeof(uv_prepare_t), uv_handle_size(UV_PREPARE)},
      {"uv_check_t", sizeof(uv_check_t), uv_handle_size(UV_CHECK)},
      {"uv_write_t", sizeof(uv_write_t), uv_req_size(UV_WRITE)},
      {"uv_connect_t", sizeof(uv_connect_t), uv_req_size(UV_CONNECT)},
      {"uv_getaddrinfo_t", sizeof(uv_getaddrinfo_t), uv_req_size(UV_GETADDRINFO)},
  }};
  for (const Size& size : sizes) {
    if (size.compiled == size.found) continue;
    throw Error(
        {.code = "ERR_NODE_UNFIT",
         .message = "the addon was built for another libuv than this node's",
         .expected = std::string(size.name) + " of " + std::to_string(size.compiled) + " bytes",
         .got = std::to_string(size.found) + " bytes",
         .fix = "build it for this node: npm rebuild securepair"});
  }
}

// One for all that have loaded the addon on this thread, as test runners do several times.
std::shared_ptr<Loop> loopOf(uv_loop_t* uv) {
  thread_local std::weak_ptr<Loop> ofThread;
  auto loop = ofThread.lock();
  if (loop == nullptr) {
    loop = std::make_shared<Loop>(uv);
    ofThread = loop;
  }
  return loop;
}

uv_loop_t* uvLoopOf(napi_env env) {
  uv_loop_t* uv = nullptr;
  check(env, napi_get_uv_event_loop(env, &uv));
  return uv;
}

constexpr std::array<const char*, static_cast<std::size_t>(Event::count)> names = {
    "warning",
    "data",
    "end",
    "close",
    "drain",
    "finish",
    "error",
    "timeout",
    "connect",
    "secureConnect",
    "authenticated",
    "session",
    "keylog",
    "secure",
    "pairError",
    "listening",
    "connection",
    "drop",
    "secureConnection",
    "clientError",
    "serverKeylog",
    "serverError",
    "serverClose",
    "sni",
    "identity",
    "sessionPut",
    "sessionFind",
    "sessionRemove",
    "alpn",
    "ocsp",
    "serverPsk",
    "clientPsk",
    "carrierWrite",
    "carrierEnd",
    "carrierDestroy",
    "carrierFlow",
};

}  // namespace

void Realm::enter(napi_env env) {
  compareWithNode();
  auto realm = std::make_unique<std::shared_ptr<Realm>>(std::make_shared<Realm>(env));
  const auto drop = [](napi_env, void* data, void*) {
    const std::unique_ptr<std::shared_ptr<Realm>> last(static_cast<std::shared_ptr<Realm>*>(data));
    (*last)->isGone_ = true;
  };
  check(env, napi_set_instance_data(env, realm.get(), drop, nullptr));
  const auto* const environments = realm.release();
  check(env, napi_add_async_cleanup_hook(env, cleanUp, environments->get(), nullptr));
}

const std::shared_ptr<Realm>& Realm::of(napi_env env) {
  void* data = nullptr;
  napi_get_instance_data(env, &data);
  return *static_cast<std::shared_ptr<Realm>*>(data);
}

Realm::Realm(napi_env env) : env_(env), loop_(loopOf(uvLoopOf(env))) {
  napi_value name = string(env, "securepair");
  check(env, napi_async_init(env, nullptr, name, &context_));
}

void Realm::setHandlers(napi_value handlers) {
  napi_value list = nullptr;
  check(env_, napi_create_array_with_length(env_, names.size(), &list));
  for (std::uint32_t i = 0; i < names.size(); ++i) {
    napi_value function = nullptr;
    check(env_, napi_get_named_property(env_, handlers, names[i], &function));
    check(env_, napi_set_element(env_, list, i, function));
  }
  check(env_, napi_create_reference(env_, list, 1, &handlers_));
  loop_->onWarning([weak = weak_from_this()](const Error& warning) {
    if (const auto realm = weak.lock()) realm->warn(warning);
  });
}

void Realm::warn(const Error& warning) {
  const HandleScope scope(*this);
  if (isOver_) return;
  try {
    const std::array arguments{errorValue(env_, warning)};
    call(object(env_), Event::warning, arguments);
  } catch (const Pending&) {
    reportException();
  }
}

napi_value Realm::call(napi_value self, Event event, std::span<const napi_value> arguments) {
  if (isOver_) return nullptr;
  napi_value list = nullptr;
  napi_value handler = nullptr;
  check(env_, napi_get_reference_value(env_, handlers_, &list));
  check(env_, napi_get_element(env_, list, static_cast<std::uint32_t>(event), &handler));
  napi_value result = nullptr;
  check(env_, napi_make_callback(env_, context_, self, handler, arguments.size(), arguments.data(),
                                 &result));
  return result;
}

// Where a worker has been told to end there is an exception as well, but no more JavaScript: to
// report that one would be the end of the process.
void Realm::reportException() {
  napi_value thrown = nullptr;
  bool isPending = false;
  napi_is_exception_pending(env_, &isPending);
  if (isPending) napi_get_and_clear_last_exception(env_, &thrown);
  napi_value probe = nullptr;
  const bool runs = napi_run_script(env_, string(env_, "0"), &probe) == napi_ok;
  if (!runs || thrown == nullptr) {
    isOver_ = true;
    return;
  }
  napi_fatal_exception(env_, thrown);
}

// Nothing of this environment's may be open when its loop is closed: that would abort the process.
void Realm::cleanUp(napi_async_cleanup_hook_handle hook, void* data) {
  auto& realm = *static_cast<Realm*>(data);
  realm.isOver_ = true;
  uv_loop_t* const uv = realm.loop_->native();
  realm.loop_.reset();
  napi_async_destroy(realm.env_, realm.context_);
  auto* const timer = new uv_timer_t;
  uv_timer_init(uv, timer);
  timer->data = hook;
  // Handles are closed by now, in the order in which that was asked for. A look-up may still go on.
  uv_timer_start(
      timer,
      [](uv_timer_t* waiting) {
        if (waiting->loop->active_reqs.count > 0) return;
        uv_close(reinterpret_cast<uv_handle_t*>(waiting), [](uv_handle_t* closed) {
          napi_remove_async_cleanup_hook(static_cast<napi_async_cleanup_hook_handle>(closed->data));
          delete reinterpret_cast<uv_timer_t*>(closed);
        });
      },
      0, 1);
}

HandleScope::HandleScope(Realm& realm) noexcept : env_(realm.env()) {
  if (!realm.isOver()) napi_open_handle_scope(env_, &scope_);
}

HandleScope::~HandleScope() {
  if (scope_ != nullptr) napi_close_handle_scope(env_, scope_);
}

}  // namespace securepair::node
