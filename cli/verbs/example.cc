#include <securepair/crypto/chores.h>

#include <array>
#include <cerrno>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

#include "cli/files.h"
#include "cli/io.h"
#include "cli/page_programs.h"
#include "cli/verbs.h"

namespace securepair::cli {
namespace {

struct ExampleOptions {
  std::string name;
  std::string folder;
  bool onlyWrites = false;

  // What the names of its files end with.
  std::string suffix() const { return name == "echo-pfx" ? "_pfx" : ""; }
};

// Compiles the two and has them talk, as the page does on two terminals. @ is the suffix.
constexpr std::string_view script = R"sh(#!/bin/sh
# Compiles the page's echo server and client, and has them say hello to each other on port 8000.
set -eu
cd -- "$(dirname -- "$0")"
for program in echo_server@ echo_client@; do
  # shellcheck disable=SC2046 # flags, one a word
  ${CXX:-c++} -std=c++20 $program.cc -o $program $(pkg-config --cflags --libs securepair)
done
./echo_server@ >server.log &
server=$!
trap 'kill $server 2>/dev/null || :' EXIT
until grep -q 'server bound' server.log; do
  kill -0 $server
  sleep 0.1
done
echo hello | ./echo_client@
cat server.log
)sh";

std::string replaced(std::string_view text, const std::string& suffix) {
  std::string result;
  for (const char c : text) {
    if (c == '@') {
      result += suffix;
    } else {
      result += c;
    }
  }
  return result;
}

struct Side {
  Buffer key;
  Buffer cert;
};

Side makeSide(const std::vector<std::string>& names) {
  const Buffer key = crypto::generateKey();
  const Buffer csr = crypto::createCsr({.key = key, .altNames = names});
  return {.key = key, .cert = crypto::selfSign({.csr = csr, .key = key})};
}

void writeKeys(const std::string& start, const Side& own, const Side& other) {
  writeSecretFile(start + "-key.pem", own.key, Replace::no);
  writeNewFile(start + "-cert.pem", own.cert, Replace::no);
  const Buffer pfx = crypto::createPfx({.key = own.key, .cert = own.cert, .ca = other.cert});
  writeSecretFile(start + ".pfx", pfx, Replace::no);
}

void makeFolder(const std::string& folder) {
  if (::mkdir(folder.c_str(), S_IRWXU) == 0) return;
  const int error = errno;
  throw Failure(Exit::failure, {.code = error == EEXIST ? "EEXIST" : "EIO",
                                .message = "cannot make the folder '" + folder +
                                           "': " + std::generic_category().message(error),
                                .fix = "name another one with --folder"});
}

void write(const ExampleOptions& options, const std::string& folder) {
  makeFolder(folder);
  const Side server = makeSide({"localhost", "127.0.0.1", "::1"});
  const Side client = makeSide({"client"});
  writeKeys(folder + "/server", server, client);
  writeKeys(folder + "/client", client, server);
  const std::string suffix = options.suffix();
  for (const PageProgram& program : pagePrograms) {
    if (program.name == "echo_server" + suffix || program.name == "echo_client" + suffix) {
      writeNewFile(folder + "/" + std::string(program.name) + ".cc", program.source, Replace::no);
    }
  }
  writeNewFile(folder + "/run.sh", replaced(script, suffix), Replace::no);
}

// What it says comes out as it is.
bool runScript(const std::string& folder) {
  std::string shell = "sh";
  std::string path = folder + "/run.sh";
  const std::array<char*, 3> arguments{shell.data(), path.data(), nullptr};
  pid_t child = 0;
  if (::posix_spawnp(&child, "sh", nullptr, nullptr, arguments.data(), environ) != 0) return false;
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return false;
  }
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

Exit make(const ExampleOptions& options, Io& io) {
  const std::string folder = options.folder.empty() ? "securepair-" + options.name : options.folder;
  write(options, folder);
  io.note("wrote the page's example into '" + folder + "'");
  if (options.onlyWrites) return Exit::ok;
  if (runScript(folder)) return Exit::ok;
  throw Failure(
      Exit::failure,
      {.code = "ERR_EXAMPLE",
       .message = "the example in '" + folder + "' did not run to its end",
       .expected = "a C++ compiler, pkg-config, the library's headers, and port 8000 free",
       .fix = "see what is said above; then sh '" + folder + "/run.sh'"});
}

}  // namespace

Verb exampleVerb() {
  Verb verb("example", "writes the page's example with fresh certificates, and runs it");
  verb.describe(
      "The folder then has the page's echo server and client in C++, their keys and certificates, "
      "and run.sh, which compiles both and has them talk on port 8000.");
  auto& options = verb.options<ExampleOptions>();
  verb.argument("NAME", "which one", options.name).choices({"echo", "echo-pfx"});
  verb.flag("folder", "FOLDER", "where to; it must not be there yet", options.folder)
      .hint(Hint::folder)
      .made()
      .preset("securepair-NAME");
  verb.toggle("write-only", "does not run it", options.onlyWrites);
  verb.example("securepair example echo", "the echo server and its client");
  verb.example("securepair example echo-pfx --write-only", "with PFX files, to look at");
  verb.run([&options](Io& io) { return make(options, io); });
  return verb;
}

}  // namespace securepair::cli
