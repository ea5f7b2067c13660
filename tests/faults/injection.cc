#include "faults/injection.h"

#include <chrono>
#include <regex>
#include <thread>

namespace securepair::test {
namespace {

int numberIn(const std::string& text, const std::string& line, int otherwise) {
  std::smatch number;
  return std::regex_search(text, number, std::regex(line)) ? std::stoi(number[1]) : otherwise;
}

}  // namespace

std::string InjectedFaults::with(const std::string& faults) {
  return "env LD_PRELOAD='" SECUREPAIR_LIB_DIR "/libfault_injector.so' FAULTS=" + faults +
         ",seed:" + std::to_string(GetParam()) +
         " ASAN_OPTIONS=\"$ASAN_OPTIONS:verify_asan_link_order=0\" ";
}

std::string InjectedFaults::client(const EchoProcess& server, int count, int size) {
  return "'" SECUREPAIR_BIN_DIR "/fault_echo_client' " + std::to_string(server.port()) + " " +
         std::to_string(count) + " " + std::to_string(size);
}

std::string InjectedFaults::clientFolder() {
  std::string name = testing::UnitTest::GetInstance()->current_test_info()->name();
  name.replace(name.find('/'), 1, "-");
  return freshFolder("client-" + name);
}

int InjectedFaults::injected(const std::string& output, const std::string& fault) {
  return numberIn(output, "injected " + fault + " (\\d+)", 0);
}

int InjectedFaults::failedOf(const std::string& output) {
  return numberIn(output, "whole, (\\d+) failed", -1);
}

bool InjectedFaults::servesAgain(const EchoProcess& server) {
  for (int i = 0; i < 100; ++i) {
    if (server.serves()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return false;
}

}  // namespace securepair::test
