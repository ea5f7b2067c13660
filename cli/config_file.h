#pragma once
#include <string>
#include <vector>

#include "cli/io.h"

namespace securepair::cli {

/// One setting of a file.
struct ConfigLine {
  std::string key = {};
  std::vector<std::string> values = {};
  bool isList = false;
  int number = 0;  ///< of its line, from 1 on
};

/// Reads lines `KEY = VALUE`, as TOML has them: a value is in quotes, or a list of such in
/// brackets, or a word or several without any, as in an INI file. `#` begins a comment. The file is
/// not read by CLI11, which keeps no line numbers, so that it could not say where a mistake stands,
/// and takes a value for several where there are blanks in it. Warns where others could change it.
/// Throws usageFailure() with file and line, and never with a value, which may be a secret that
/// stands in the wrong place.
std::vector<ConfigLine> readConfigFile(const std::string& path, Io& io);

/// "www.conf:3"
std::string placeOf(const std::string& path, const ConfigLine& line);

}  // namespace securepair::cli
