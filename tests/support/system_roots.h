#pragma once
#include <functional>
#include <string>

namespace securepair::test {

/// `holds` must be true in a process of its own, whose system has these well-known roots (PEM). The
/// test runs from its beginning in that process: call this for each of its roots.
void expectWithRoots(const std::string& roots, const std::function<bool()>& holds);

}  // namespace securepair::test
