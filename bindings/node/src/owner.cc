#include "owner.h"

namespace securepair::node {

Owner::Owner(napi_env env, napi_value object) : realm_(Realm::of(env)) {
  check(env, napi_create_reference(env, object, 0, &reference_));
}

Owner::~Owner() {
  if (!realm_->isGone()) napi_delete_reference(realm_->env(), reference_);
}

void Owner::hold() noexcept {
  if (!std::exchange(isHeld_, true)) napi_reference_ref(realm_->env(), reference_, nullptr);
}

void Owner::letGo() noexcept {
  if (!std::exchange(isHeld_, false) || realm_->isGone()) return;
  napi_reference_unref(realm_->env(), reference_, nullptr);
}

napi_value Owner::object() const noexcept {
  napi_value object = nullptr;
  if (realm_->isOver()) return nullptr;
  napi_get_reference_value(realm_->env(), reference_, &object);
  return object;
}

}  // namespace securepair::node
