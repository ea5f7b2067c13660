#include <securepair/tls/secure_pair.h>

#include <array>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include <gtest/gtest.h>

#include "base/later.h"
#include "pair/rig.h"

namespace securepair::test {
namespace {

using namespace std::chrono_literals;

struct Action {
  const char* name;
  bool harmless;  ///< the connection goes on as if nothing had happened
  std::function<void(Rig&)> act;
};

const std::array<Action, 13>& actions() {
  static const std::array<Action, 13> all{
      Action{"nothing", true, [](Rig&) {}},
      Action{"throw", true, [](Rig&) { throw Rig::Thrown(); }},
      Action{"write", true, [](Rig& rig) { rig.write(pattern(100'000, 5)); }},
      Action{"pause and resume", true,
             [](Rig& rig) {
               rig.subject->cleartext.pause();
               rig.subject->cleartext.resume();
             }},
      Action{"cleartext.end", false, [](Rig& rig) { rig.subject->cleartext.end(); }},
      Action{"cleartext.destroySoon", false,
             [](Rig& rig) { rig.subject->cleartext.destroySoon(); }},
      Action{"cleartext.destroy", false, [](Rig& rig) { rig.subject->cleartext.destroy(); }},
      Action{"encrypted.end", false, [](Rig& rig) { rig.subject->encrypted.end(); }},
      Action{"encrypted.destroy", false, [](Rig& rig) { rig.subject->encrypted.destroy(); }},
      Action{"pair.destroy", false, [](Rig& rig) { rig.subject->destroy(); }},
      Action{"drop the pair", false, [](Rig& rig) { rig.subject.reset(); }},
      Action{"drop both pairs and throw", false,
             [](Rig& rig) {
               rig.subject.reset();
               rig.peer.reset();
               throw Rig::Thrown();
             }},
      Action{"carrier.destroy", false,
             [](Rig& rig) {
               if (rig.carriers.first != nullptr) rig.carriers.first->destroy();
             }},
  };
  return all;
}

enum class Course : unsigned char { ends, fails, failsEarly };

// A connection on which everything happens that can.
void live(Rig& rig, Course course) {
  if (course == Course::failsEarly) rig.inject("GET / HTTP/1.1\r\n\r\n");
  rig.drive([&] {
    if (rig.subject != nullptr) rig.subject->start();
    if (rig.peer != nullptr) rig.peer->start();
  });
  rig.drive([&] { rig.writeFromPeer(pattern(50'000, 2)); });
  // Within a turn, which takes a mebibyte only.
  rig.drive([&] { base::turn([&] { rig.write(pattern(1'100'000, 3)); }); });
  rig.drive([&] {
    if (rig.subject != nullptr) rig.subject->cleartext.setTimeout(50ms);
  });
  rig.advance(70ms);
  if (course == Course::fails) rig.inject(std::string(100, '\x17'));
  rig.drive([&] {
    if (rig.peer != nullptr) rig.peer->cleartext.end();
  });
  rig.drive();
}

using Events = std::set<std::string, std::less<>>;

// What happens where nothing is done: only there something can be done.
Events eventsOf(const RigOptions& options, Course course) {
  Rig rig(options);
  Events events;
  rig.onEvent = [&](std::string_view event) { events.emplace(event); };
  live(rig, course);
  rig.drive([&] { rig.subject->destroy(); });
  return events;
}

class PairLifetime : public ::testing::TestWithParam<std::tuple<Joined, bool, Course>> {};

TEST_P(PairLifetime, AnythingMayBeDoneInsideAnyEvent) {
  const auto [joined, subjectIsServer, course] = GetParam();
  const RigOptions options{.joined = joined, .subjectIsServer = subjectIsServer};
  for (const std::string& event : eventsOf(options, course)) {
    for (const Action& action : actions()) {
      SCOPED_TRACE(event + ": " + action.name);
      Rig rig(options);
      bool done = false;
      rig.onEvent = [&](std::string_view now) {
        if (now != event || rig.subject == nullptr || std::exchange(done, true)) return;
        action.act(rig);
      };
      live(rig, course);
      EXPECT_TRUE(done);
      if (action.harmless && course == Course::ends) {
        EXPECT_TRUE(rig.receivedByPeer == rig.sentBySubject);
        EXPECT_TRUE(rig.receivedBySubject == rig.sentByPeer);
        EXPECT_EQ(rig.closes, 1) << rig.events;
      }
      rig.onEvent = [](std::string_view) {};
      rig.finish();
      // Whatever was done: `close` comes, unless the pair was dropped.
      const bool dropped = std::string_view(action.name).starts_with("drop");
      EXPECT_GE(rig.closes, dropped ? 0 : 1) << rig.events;
      if (HasFailure()) return;
    }
  }
}

TEST(PairLifetimeEvents, AreAllThereAre) {
  Events all;
  for (const Course course : {Course::ends, Course::fails, Course::failsEarly}) {
    all.merge(eventsOf({}, course));
  }
  EXPECT_EQ(all, (Events{"secure", "pairError", "data", "end", "drain", "error", "timeout", "close",
                         "encryptedData", "encryptedEnd", "encryptedClose"}));
}

std::string nameOf(const ::testing::TestParamInfo<std::tuple<Joined, bool, Course>>& test) {
  const auto [joined, subjectIsServer, course] = test.param;
  const std::string how = joined == Joined::byHand               ? "Raw"
                          : joined == Joined::byHandWithoutALoop ? "RawWithoutALoop"
                                                                 : "Carried";
  const std::string what = course == Course::ends    ? "Ends"
                           : course == Course::fails ? "Fails"
                                                     : "FailsEarly";
  return how + (subjectIsServer ? "Server" : "Client") + what;
}

INSTANTIATE_TEST_SUITE_P(
    All, PairLifetime,
    ::testing::Combine(::testing::Values(Joined::byHand, Joined::byHandWithoutALoop,
                                         Joined::byCarrier),
                       ::testing::Bool(),
                       ::testing::Values(Course::ends, Course::fails, Course::failsEarly)),
    nameOf);

}  // namespace
}  // namespace securepair::test
