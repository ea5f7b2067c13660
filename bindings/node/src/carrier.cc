#include "carrier.h"

#include <memory>

#include "binding.h"

namespace securepair::node {

Carrier::Carrier(napi_env env, napi_value owner) : owner_(env, owner) {}

void Carrier::close() {
  closed();
  owner_.letGo();
}

bool Carrier::doWrite(BytesView bytes) {
  return owner_.ask(
      Event::carrierWrite, [&](napi_env env) { return std::array{buffer(env, bytes)}; },
      [](napi_env env, napi_value mayGoOn) { return booleanOf(env, mayGoOn); }, true);
}

void Carrier::doEnd() { owner_.tell(Event::carrierEnd); }

void Carrier::doDestroy() { owner_.tell(Event::carrierDestroy); }

void Carrier::pausedChanged() {
  owner_.tell(Event::carrierFlow,
              [this](napi_env env) { return std::array{boolean(env, !isPaused())}; });
}

namespace {

std::shared_ptr<Carrier> carrierOf(napi_env env, napi_value value) {
  return heldBy<Carrier>(env, value);
}

// createCarrier(owner)
napi_value createCarrier(napi_env env, const Arguments<1>& arguments) {
  return handle(env, std::make_shared<Carrier>(env, arguments[0]));
}

// carrierReceived(carrier, bytes): whether more may come
napi_value carrierReceived(napi_env env, const Arguments<2>& arguments) {
  const auto carrier = carrierOf(env, arguments[0]);
  return boolean(env, carrier->deliver(bytesOf(env, arguments[1])));
}

// carrierFailed(carrier, error)
napi_value carrierFailed(napi_env env, const Arguments<2>& arguments) {
  carrierOf(env, arguments[0])->fail(errorOf(env, arguments[1]));
  return nullptr;
}

template <auto method>
napi_value callCarrier(napi_env env, const Arguments<1>& arguments) {
  (carrierOf(env, arguments[0]).get()->*method)();
  return nullptr;
}

}  // namespace

void addCarrierFunctions(napi_env env, napi_value binding) {
  add<1, createCarrier>(env, binding, "createCarrier");
  add<2, carrierReceived>(env, binding, "carrierReceived");
  add<2, carrierFailed>(env, binding, "carrierFailed");
  add<1, callCarrier<&Carrier::deliverEnd>>(env, binding, "carrierReceivedEnd");
  add<1, callCarrier<&Carrier::drained>>(env, binding, "carrierDrained");
  add<1, callCarrier<&Carrier::finished>>(env, binding, "carrierFinished");
  add<1, callCarrier<&Carrier::close>>(env, binding, "carrierClosed");
}

}  // namespace securepair::node
