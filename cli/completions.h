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

}  // namespace securepair::cli
