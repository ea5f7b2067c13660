#include "support/child.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <utility>

#include <gtest/gtest.h>

namespace securepair::test {

std::string freshFolder(const std::string& name) {
  const auto path = std::filesystem::path(SECUREPAIR_TEST_TMP) / name;
  std::filesystem::remove_all(path);
  std::filesystem::create_directories(path);
  return path.string();
}

std::string ownFolder() {
  const auto* const test = testing::UnitTest::GetInstance()->current_test_info();
  std::string name = std::string(test->test_suite_name()) + "." + test->name();
  std::replace(name.begin(), name.end(), '/', '-');
  return freshFolder(name);
}

void writeFile(const std::string& path, const std::string& content) {
  std::ofstream(path, std::ios::binary) << content;
}

std::string readFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

Child::Child(const std::string& command, std::string outputPath)
    : outputPath_(std::move(outputPath)) {
  const int output = open(outputPath_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
  pid_ = fork();
  if (pid_ < 0) throw std::runtime_error("cannot fork");
  if (pid_ == 0) {
    setpgid(0, 0);
    if (const int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC); terminal >= 0) {
      ioctl(terminal, TIOCNOTTY);
    }
    std::signal(SIGPIPE, SIG_DFL);
    dup2(nothing, STDIN_FILENO);
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
    execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
    _exit(127);
  }
  setpgid(pid_, pid_);
  close(output);
  close(nothing);
}

Child::~Child() {
  if (!running()) return;
  kill(-pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

bool Child::running() {
  if (pid_ < 0) return false;
  int status = 0;
  if (waitpid(pid_, &status, WNOHANG) != pid_) return true;
  pid_ = -1;
  status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return false;
}

bool Child::waitFor(const std::string& text) {
  using namespace std::chrono_literals;
  for (int i = 0; i < 500; ++i) {
    if (output().find(text) != std::string::npos) return true;
    std::this_thread::sleep_for(10ms);
  }
  return false;
}

bool Child::waitForEnd(std::chrono::seconds most) {
  using namespace std::chrono_literals;
  const auto deadline = std::chrono::steady_clock::now() + most;
  while (running() && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(10ms);
  }
  return !running();
}

void Child::interrupt() {
  if (running()) kill(-pid_, SIGINT);
}

std::string shell(const std::string& folder, const std::string& command) {
  using namespace std::chrono_literals;
  Child child("cd '" + folder + "' && " + command, folder + "/shell.txt");
  for (int i = 0; i < 3000 && child.running(); ++i) std::this_thread::sleep_for(10ms);
  if (!child.running() && child.exitStatus() == 0) return child.output();
  throw std::runtime_error((child.running() ? "still running: " : "failed: ") + command + "\n" +
                           child.output());
}

}  // namespace securepair::test
