#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace securepair::cli {

/// A text that others have chosen, for a terminal: whatever could steer it, or make one line look
/// like two or like another, is shown as \xHH. UTF-8 stays where it is in order.
std::string printable(std::string_view text);
/// The same for each line of a text.
std::string printableLines(std::string_view text);

/// Lines of at most `width` columns, broken between words; `indent` stands before each but the
/// first. An empty line stays one.
std::string wrapped(std::string_view text, std::size_t width, const std::string& indent = {});

/// The one of `words` that was meant by `typed`; empty where none is near.
std::string nearest(const std::string& typed, const std::vector<std::string>& words);

}  // namespace securepair::cli
