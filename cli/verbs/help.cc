#include "cli/help.h"

#include <securepair/fs.h>

#include <vector>

#include "cli/completions.h"
#include "cli/io.h"
#include "cli/manual.h"
#include "cli/tree.h"
#include "cli/verbs.h"

namespace securepair::cli {
namespace {

void writeManual(const Verb& root, const std::string& folder) {
  forEachVerb(root, root.name(), [&folder](const Verb& verb, const std::string& path) {
    fs::writeFileSync(folder + "/" + manualName(path), manualOf(verb, path));
  });
}

}  // namespace

Verb helpVerb() {
  struct HelpOptions {
    std::vector<std::string> words;
    std::string manual;
  };
  Verb verb("help", "prints the help of a verb, as --help does after it");
  auto& options = verb.options<HelpOptions>();
  verb.argument("VERB", "the verb, \"cert key\" in two words", options.words).optional();
  verb.flag("manual", "FOLDER", "writes a manual page for each verb into a folder instead",
            options.manual)
      .hint(Hint::folder);
  verb.example("securepair help", "all verbs");
  verb.example("securepair help completions", "one of them");
  verb.example("securepair help --manual . && man ./securepair.1", "the same as manual pages");
  verb.run([&options](Io& io) {
    Settings unused;
    const Verb root = makeTree(unused);
    if (!options.manual.empty()) {
      writeManual(root, options.manual);
      return Exit::ok;
    }
    std::string path = root.name();
    const Verb* told = &root;
    for (const std::string& word : options.words) {
      told = told->find(word);
      if (told == nullptr) throw usageFailure("there is no " + path + " " + word);
      path += " " + word;
    }
    io.raw(helpOf(*told, path));
    return Exit::ok;
  });
  return verb;
}

}  // namespace securepair::cli
