#pragma once
#include <chrono>
#include <cstddef>
#include <string>

namespace securepair::cli {

// What the text of a flag or an argument says, by the type of what it is for. Each throws a
// usageFailure() that says what was expected. A type of a verb's own gets a readValue() of its own.

void readValue(const std::string& text, std::string& value);
void readValue(const std::string& text, int& value);
void readValue(const std::string& text, std::size_t& value);
/// "500ms", "30s", "10m", "2h", "30d"; a number alone is seconds. At most a hundred years.
void readValue(const std::string& text, std::chrono::milliseconds& value);

// A file names other files by paths that are relative to its own folder. A type that holds a path
// among other things gets an inFolder(text, folder, const Type*), which answers the text with the
// folder in it.

/// `path` where it is absolute or empty, else as seen from `folder`.
std::string pathInFolder(const std::string& path, const std::string& folder);

}  // namespace securepair::cli
