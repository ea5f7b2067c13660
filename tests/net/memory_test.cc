#include <new>
#include <string>

#include "net/connection.h"

namespace securepair {
namespace {

class WithoutMemory : public test::ConnectionTest {};

TEST_F(WithoutMemory, WhatCouldNotBeHandedOnEndsTheConnection) {
  connectBoth();
  std::string events;
  there->onData([] { throw std::bad_alloc(); });
  there->onEnd([&] { events += "end "; });
  there->onClose([&] { events += "close "; });
  here->onError([](const Error&) {});
  here->end("lost");
  EXPECT_THROW(runLoop(), std::bad_alloc);
  runLoop();
  EXPECT_EQ(events, "close ");
}

}  // namespace
}  // namespace securepair
