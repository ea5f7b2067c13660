#pragma once
#include <array>
#include <string_view>

namespace securepair::cli {

/// One of the page's programs, in C++.
struct PageProgram {
  std::string_view name;  ///< "echo_server"
  std::string_view source;
};

/// Server and client with keys and certificates, and both with PFX files.
extern const std::array<PageProgram, 4> pagePrograms;

}  // namespace securepair::cli
