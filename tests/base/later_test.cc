#include "base/later.h"

#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include "support/memory_loop.h"

namespace securepair::base {
namespace {

TEST(Later, ATaskRunsAfterTheTurnInWhichItWasPosted) {
  test::MemoryLoop loop;
  std::string order;
  turn([&] {
    later([&] { order += 'b'; });
    order += 'a';
  });
  EXPECT_EQ(order, "ab");
}

TEST(Later, TasksRunInTheOrderInWhichTheyWerePosted) {
  test::MemoryLoop loop;
  std::string order;
  for (char c = 'a'; c <= 'e'; ++c) later([&order, c] { order += c; });
  EXPECT_EQ(order, "");
  loop.run();
  EXPECT_EQ(order, "abcde");
}

TEST(Later, ATaskMayDropTheRest) {
  test::MemoryLoop loop;
  std::string order;
  later([&] { order += 'a'; });
  later([&] {
    order += 'b';
    dropLater();
  });
  later([&] { order += 'c'; });
  loop.run();
  EXPECT_EQ(order, "ab");
}

TEST(Later, ATurnWithinATurnDoesNotEndIt) {
  test::MemoryLoop loop;
  std::string order;
  turn([&] {
    turn([&] { later([&] { order += 'c'; }); });
    order += 'a';
    turn([&] { order += 'b'; });
  });
  EXPECT_EQ(order, "abc");
}

TEST(Later, ATaskPostedByATaskWaitsForTheNextTurn) {
  test::MemoryLoop loop;
  std::string order;
  turn([&] {
    later([&] {
      order += 'a';
      later([&] { order += 'c'; });
    });
    later([&] { order += 'b'; });
  });
  EXPECT_EQ(order, "ab");
  EXPECT_TRUE(loop.runTurn());
  EXPECT_EQ(order, "abc");
  EXPECT_FALSE(loop.runTurn());
}

TEST(Later, EachTurnHasAnotherNumber) {
  test::MemoryLoop loop;
  std::uint64_t first = 0;
  std::uint64_t inner = 0;
  std::uint64_t task = 0;
  turn([&] {
    first = turnNumber();
    turn([&] { inner = turnNumber(); });
    later([&] { task = turnNumber(); });
  });
  EXPECT_EQ(first, inner);
  EXPECT_NE(first, task);
}

TEST(Later, WhatATaskThrowsComesOutAndTheRestRunsInTheNextTurn) {
  test::MemoryLoop loop;
  std::string order;
  later([&] { order += 'a'; });
  later([] { throw std::runtime_error("task"); });
  later([&] { order += 'b'; });
  EXPECT_THROW(loop.run(), std::runtime_error);
  EXPECT_EQ(order, "a");
  loop.run();
  EXPECT_EQ(order, "ab");
}

TEST(Later, WhatATurnThrowsComesOutAndItsTasksRunInTheNext) {
  test::MemoryLoop loop;
  std::string order;
  EXPECT_THROW(turn([&] {
                 later([&] { order += 'a'; });
                 throw std::runtime_error("turn");
               }),
               std::runtime_error);
  EXPECT_EQ(order, "");
  loop.run();
  EXPECT_EQ(order, "a");
}

TEST(Later, WithoutALoopATurnRunsAllThatFollowsFromIt) {
  std::string order;
  turn([&] {
    later([&] {
      order += 'a';
      later([&] {
        order += 'b';
        later([&] { order += 'c'; });
      });
    });
  });
  EXPECT_EQ(order, "abc");
}

}  // namespace
}  // namespace securepair::base
