#pragma once
#include <string>

#include "cli/verb.h"

namespace securepair::cli {

// What completes the program's command lines, from the tree of verbs: a script for each shell.
std::string bashCompletions(const Verb& root);
std::string zshCompletions(const Verb& root);
std::string fishCompletions(const Verb& root);

/// Calls `visit` with each verb of the tree and its path, "securepair cert key", groups before
/// what is in them.
template <class F>
void forEachVerb(const Verb& verb, const std::string& path, const F& visit) {
  visit(verb, path);
  for (const Verb& child : verb.verbs()) forEachVerb(child, path + " " + child.name(), visit);
}

/// Whether its argument is a verb's name, in as many words as that has.
bool takesVerb(const Verb& verb);

/// Calls `visit` with each verb and the path that names it to one that takes such an argument:
/// "securepair help cert key".
template <class F>
void forEachNamedVerb(const Verb& root, const F& visit) {
  for (const Verb& taker : root.verbs()) {
    if (!takesVerb(taker)) continue;
    const std::string path = root.name() + " " + taker.name() + " ";
    for (const Verb& verb : root.verbs()) forEachVerb(verb, path + verb.name(), visit);
  }
}

}  // namespace securepair::cli
