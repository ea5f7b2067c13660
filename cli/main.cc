// The program `securepair`: finds the verb, reads its flags, lets it act, and tells how it ended.
#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "cli/command_line.h"
#include "cli/configuration.h"
#include "cli/help.h"
#include "cli/io.h"
#include "cli/standard_descriptors.h"
#include "cli/tree.h"

namespace securepair::cli {
namespace {

using Arguments = std::vector<std::string>;

// Of a command line that cannot be read too, a script wants to be told in JSON.
bool asksForJson(const Arguments& arguments) {
  for (const std::string& argument : arguments) {
    if (argument == "--") break;
    if (argument == "--json") return true;
  }
  return false;
}

Exit act(Verb& root, Arguments arguments, Settings& settings, Io& io, std::string& path) {
  if (!arguments.empty() && arguments.front() == "--version") arguments.front() = "version";
  const Command command = findVerb(root, arguments);
  path = command.path;
  if (command.verb->jsonIsAside()) io.keepOutputForData();
  io.speakOf(*command.verb);
  readArguments(*command.verb, std::move(arguments), settings, io);
  if (settings.help) {
    io.raw(helpOf(*command.verb, path));
    return Exit::ok;
  }
  if (command.verb->isGroup()) throw usageFailure("a verb is missing");
  if (settings.printConfig) {
    printConfiguration(*command.verb, io);
    return Exit::ok;
  }
  return command.verb->act(io);
}

Exit run(Arguments arguments) {
  Settings settings;
  settings.json = asksForJson(arguments);
  Io io(settings);
  Verb root = makeTree(settings);
  std::string path = root.name();
  try {
    return act(root, std::move(arguments), settings, io, path);
  } catch (const Failure& failure) {
    if (failure.exit() == Exit::usage && failure.fix().empty()) {
      io.error(usageFailure(failure.message(), "see " + path + " --help"), failure.exit());
    } else {
      io.error(failure, failure.exit());
    }
    return failure.exit();
  } catch (const Error& error) {
    const Exit exit = exitOf(error);
    io.error(error, exit);
    return exit;
  } catch (const std::exception& error) {
    io.error(Error("ERR_UNEXPECTED", error.what()), Exit::failure);
  }
  return Exit::failure;
}

}  // namespace
}  // namespace securepair::cli

int main(int count, char** arguments) {
  securepair::cli::keepStandardDescriptors();
  // What is told of a failure may fail in its turn, where standard output cannot be written.
  try {
    return static_cast<int>(securepair::cli::run({arguments + 1, arguments + count}));
  } catch (const std::exception&) {
    return static_cast<int>(securepair::cli::Exit::failure);
  }
}
