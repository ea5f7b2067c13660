#include "cli/completions.h"

#include "cli/io.h"
#include "cli/tree.h"
#include "cli/verbs.h"

namespace securepair::cli {

Verb completionsVerb() {
  struct CompletionsOptions {
    std::string shell;
  };
  Verb verb("completions", "prints what lets a shell complete the program's command lines");
  auto& options = verb.options<CompletionsOptions>();
  verb.argument("SHELL", "the shell", options.shell).choices({"bash", "zsh", "fish"});
  verb.example("securepair completions bash > securepair.bash", "and `. ./securepair.bash`");
  verb.example("securepair completions zsh > _securepair",
               "in a folder of $fpath, before compinit");
  verb.example("securepair completions fish > securepair.fish",
               "in ~/.config/fish/completions, where it is found by itself");
  verb.run([&options](Io& io) {
    Settings unused;
    const Verb root = makeTree(unused);
    io.raw(options.shell == "bash"  ? bashCompletions(root)
           : options.shell == "zsh" ? zshCompletions(root)
                                    : fishCompletions(root));
    return Exit::ok;
  });
  return verb;
}

}  // namespace securepair::cli
