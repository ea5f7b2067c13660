#pragma once
#include <array>
#include <memory>
#include <node_api.h>
#include <utility>

#include "event.h"
#include "realm.h"
#include "values.h"

namespace securepair::node {

/// The JavaScript object that hears of something of the library's. It is kept while hold() says so,
/// and else as long as JavaScript keeps it.
class Owner {
 public:
  Owner(napi_env env, napi_value object);
  Owner(const Owner&) = delete;
  Owner& operator=(const Owner&) = delete;
  ~Owner();

  void hold() noexcept;
  void letGo() noexcept;
  /// Null where it is gone.
  napi_value object() const noexcept;

  /// Calls the event's handler on the object. `arguments` makes the array of its arguments. False
  /// where no JavaScript runs any more.
  template <class Arguments>
  bool tell(Event event, Arguments&& arguments) const {
    return call(event, std::forward<Arguments>(arguments), [](napi_env, napi_value) {});
  }
  bool tell(Event event) const {
    return tell(event, [](napi_env) { return std::array<napi_value, 0>(); });
  }
  /// The same with an answer: what `use` makes of the handler's, or `otherwise` where there is
  /// none.
  template <class Arguments, class Use, class Answer>
  Answer ask(Event event, Arguments&& arguments, Use&& use, Answer otherwise) const {
    call(event, std::forward<Arguments>(arguments),
         [&](napi_env env, napi_value answer) { otherwise = use(env, answer); });
    return otherwise;
  }

 private:
  // What the handler throws is reported.
  template <class Arguments, class Use>
  bool call(Event event, Arguments&& arguments, Use&& use) const {
    const HandleScope scope(*realm_);
    const napi_value self = object();
    if (self == nullptr) return false;
    const napi_env env = realm_->env();
    try {
      const napi_value answer = realm_->call(self, event, std::forward<Arguments>(arguments)(env));
      if (answer == nullptr) return false;
      std::forward<Use>(use)(env, answer);
    } catch (const Pending&) {
      realm_->reportException();
    }
    return !realm_->isOver();
  }

  std::shared_ptr<Realm> realm_;
  napi_ref reference_ = nullptr;
  bool isHeld_ = false;
};

}  // namespace securepair::node
