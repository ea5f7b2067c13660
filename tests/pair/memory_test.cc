#include <new>
#include <string>

#include <gtest/gtest.h>

#include "pair/rig.h"

namespace securepair::test {
namespace {

// A hole in the data would not show: what comes after it must not come.
TEST(WithoutMemory, WhatCouldNotBeHandedOnEndsTheConnection) {
  Rig rig({.joined = Joined::byCarrier});
  rig.drive();
  std::string peers;
  rig.peer->cleartext.onEnd([&] { peers += "end "; });
  rig.peer->cleartext.onError([&](const Error& error) { peers += error.code() + ' '; });
  rig.subject->cleartext.onData([] { throw std::bad_alloc(); });
  EXPECT_THROW(rig.drive([&] { rig.writeFromPeer("lost"); }), std::bad_alloc);
  rig.drive();
  EXPECT_EQ(rig.closes, 1);
  EXPECT_EQ(peers, "ERR_TLS_TRUNCATED ");
}

}  // namespace
}  // namespace securepair::test
