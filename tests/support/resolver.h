#pragma once
#include <chrono>
#include <string>
#include <vector>

namespace securepair::test {

/// From now on this process finds these addresses for the name, in this order.
void resolveTo(const std::string& name, const std::vector<std::string>& addresses);
/// From now on it takes this long to find that the name has the address 127.0.0.1.
void resolveSlowly(const std::string& name, std::chrono::milliseconds time);

}  // namespace securepair::test
