#pragma once
#include <securepair/crypto/chores.h>

#include <set>
#include <string>
#include <vector>

#include "crypto/openssl_ptr.h"

namespace securepair::crypto {

/// The DNS names and IP addresses that a certificate is to be for, each once.
class AltNameList {
 public:
  /// Throws Error that names `altNames` where one is neither.
  void add(const NameList& names);
  /// What a CSR asks for. Throws Error where there is anything else among it.
  void addRequested(const GENERAL_NAMES* names);
  /// A CN, where it is such a name.
  void addIfName(const std::string& commonName);

  bool has(const std::string& name) const;
  bool empty() const noexcept { return names_.empty(); }
  const std::string& front() const { return names_.front(); }
  GeneralNamesPtr encode() const;

 private:
  bool addName(const std::string& name);

  std::vector<std::string> names_;  ///< in the usual form, so that equal ones are equal texts
  std::set<std::string> known_;     ///< the same
};

/// A DNS name, without capitals, or an IP address, as short as it gets; empty where it is neither.
std::string usualForm(const std::string& name);

}  // namespace securepair::crypto
