#include "cli/help.h"

#include <vector>

#include "cli/completions.h"
#include "cli/files.h"
#include "cli/io.h"
#include "cli/manual.h"
#include "cli/tree.h"
#include "cli/verbs.h"

namespace securepair::cli {
namespace {

void writeManual(const Verb& root, const std::string& folder, Replace replace) {
  const auto fileOf = [&folder](const std::string& path) {
    return folder + "/" + manualName(path);
  };
  forEachVerb(root, root.name(),
              [&](const Verb&, const std::string& path) { refuseExisting(fileOf(path), replace); });
  forEachVerb(root, root.name(), [&](const Verb& verb, const std::string& path) {
    writeNewFile(fileOf(path), manualOf(verb, path), replace);
  });
}

}  // namespace

Verb helpVerb() {
  struct HelpOptions {
    std::vector<std::string> words;
    std::string manual;
    bool force = false;
  };
  Verb verb("help", "prints the help of a verb, as --help does after it");
  auto& options = verb.options<HelpOptions>();
  verb.argument("VERB", "the verb, \"cert key\" in two words", options.words)
      .optional()
      .hint(Hint::verb);
  verb.flag("manual", "FOLDER", "writes a manual page for each verb into a folder instead",
            options.manual)
      .hint(Hint::folder);
  verb.toggle("force", "replaces pages that are there", options.force);
  verb.example("securepair help", "all verbs");
  verb.example("securepair help completions", "one of them");
  verb.example("securepair help --manual . && man ./securepair.1", "the same as manual pages");
  verb.run([&options](Io& io) {
    Settings unused;
    const Verb root = makeTree(unused);
    if (!options.manual.empty()) {
      writeManual(root, options.manual, options.force ? Replace::yes : Replace::no);
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
