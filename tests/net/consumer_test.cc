#include <algorithm>
#include <limits>
#include <memory>
#include <string>

#include "net/connection.h"

namespace securepair {
namespace {

// Counts what it is given.
class Taker final : public Stream::Consumer {
 public:
  explicit Taker(std::size_t most) : most_(most) {}
  std::size_t largest = 0;
  std::size_t all = 0;

 private:
  void consume(BytesView bytes) override {
    largest = std::max(largest, bytes.size());
    all += bytes.size();
  }
  std::size_t mostAtOnce() const noexcept override { return most_; }
  void consumeEnd() override {}
  void carrierDrained() override {}
  void carrierFinished() override {}
  void carrierFailed(const Error&) override {}
  void carrierClosed() override {}

  std::size_t most_;
};

class Consumers : public test::ConnectionTest {
 protected:
  std::shared_ptr<Taker> take(std::size_t mostAtOnce) {
    connectBoth();
    const auto taker = std::make_shared<Taker>(mostAtOnce);
    there->attach(taker);
    here->end(std::string(200'000, 'x'));
    here->onEnd([] {});
    runUntil([&] { return taker->all == 200'000; });
    there->destroy();
    runLoop();
    return taker;
  }
};

TEST_F(Consumers, GetNoMoreAtOnceThanTheyTake) { EXPECT_EQ(take(1000)->largest, 1000U); }

TEST_F(Consumers, GetAllThatThereIsWhereTheyTakeIt) {
  EXPECT_GT(take(std::numeric_limits<std::size_t>::max())->largest, 20'000U);
}

}  // namespace
}  // namespace securepair
