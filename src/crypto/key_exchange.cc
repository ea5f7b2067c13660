#include "crypto/key_exchange.h"

#include <securepair/error.h>

#include <algorithm>
#include <string>
#include <string_view>

#include <openssl/ssl.h>

#include "crypto/openssl_error.h"

namespace securepair::crypto {
namespace {

Error unusableGroups(const std::string& list) {
  return Error({.code = "ERR_INVALID_GROUPS",
                .message = "`groups` cannot be used (" + takeFailure().reason + ")",
                .expected = "names of groups, the favourite first, such as X25519:P-256",
                .got = list,
                .fix = "leave `groups` out for OpenSSL's own, which both sides of most connections "
                       "have in common"});
}

Error unusableSigalgs(const std::string& list) {
  return Error({.code = "ERR_INVALID_SIGALGS",
                .message = "`sigalgs` cannot be used (" + takeFailure().reason + ")",
                .expected = "signature algorithms, the favourite first, such as "
                            "ECDSA+SHA256:rsa_pss_rsae_sha256",
                .got = list,
                .fix = "leave `sigalgs` out for OpenSSL's own"});
}

// Without those that are marked as wanted only where there are such: "?X25519MLKEM768:X25519".
std::string knownGroups(SSL_CTX* ctx, const std::string& list) {
  std::string known;
  std::string_view rest = list;
  while (!rest.empty()) {
    std::string name(rest.substr(0, rest.find(':')));
    rest.remove_prefix(std::min(name.size() + 1, rest.size()));
    const bool isOptional = name.starts_with('?');
    if (isOptional) name.erase(0, 1);
    if (isOptional && SSL_CTX_set1_groups_list(ctx, name.c_str()) != 1) continue;
    known.append(known.empty() ? "" : ":").append(name);
  }
  return known;
}

Error ownGroup() {
  return Error({.code = "ERR_INVALID_DHPARAM",
                .message = "`dhparam` takes no group of one's own",
                .expected = "auto, or nothing",
                .got = "something else",
                .fix = "write auto, for a well-known group that fits the key; or leave it out, "
                       "and ECDHE alone is used"});
}

}  // namespace

std::string applyKeyExchange(SSL_CTX* ctx, const CredentialsOptions& options) {
  const CleanErrors clean;
  std::string groups = knownGroups(ctx, options.groups);
  const bool isGiven = !options.groups.empty();
  if (isGiven && (groups.empty() || SSL_CTX_set1_groups_list(ctx, groups.c_str()) != 1)) {
    throw unusableGroups(options.groups);
  }
  const std::string& sigalgs = options.sigalgs;
  if (!sigalgs.empty() && SSL_CTX_set1_sigalgs_list(ctx, sigalgs.c_str()) != 1) {
    throw unusableSigalgs(sigalgs);
  }
  if (!options.dhparam.empty() && options.dhparam != "auto") throw ownGroup();
  if (!options.dhparam.empty()) SSL_CTX_set_dh_auto(ctx, 1);
  if (options.honorCipherOrder) SSL_CTX_set_options(ctx, SSL_OP_CIPHER_SERVER_PREFERENCE);
  return groups;
}

bool takeOverGroups(SSL* ssl, const std::string& groups) noexcept {
  return groups.empty() || SSL_set1_groups_list(ssl, groups.c_str()) == 1;
}

}  // namespace securepair::crypto
