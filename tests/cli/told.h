#pragma once
#include <set>
#include <string>
#include <vector>

#include "cli/user.h"

namespace securepair::test {

using Words = std::set<std::string>;

/// What `pattern` has caught in each place where it is found.
Words caught(const std::string& text, const std::string& pattern);
/// The text between `from` and the next `to`; empty where there is no `from`.
std::string between(const std::string& text, const std::string& from, const std::string& to);
std::string joined(const Words& words);

/// Somebody who reads the program's help.
class Reader : public User {
 protected:
  struct Told {
    std::string path = {};  ///< "securepair cert key"
    std::string help = {};
    Words flags = {};  ///< "--json"
    Words verbs = {};
  };

  /// All that help knows, found as a reader finds it: from verb to verb.
  std::vector<Told> all(const std::string& path = "securepair") const;
};

}  // namespace securepair::test
