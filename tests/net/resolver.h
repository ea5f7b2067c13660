#pragma once
#include <string>
#include <vector>

namespace securepair::test {

/// From now on this process finds these addresses for the name, in this order.
void resolveTo(const std::string& name, const std::vector<std::string>& addresses);

}  // namespace securepair::test
