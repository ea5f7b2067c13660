#include <string>

#include <gtest/gtest.h>

#include "crypto/context.h"
#include "crypto/trust_store.h"
#include "engine/engine.h"
#include "support/certificates.h"
#include "support/error_of.h"
#include "support/memory_wire.h"
#include "support/system_roots.h"

namespace securepair::test {
namespace {

using crypto::CredentialsOptions;

// What a client says of a server with this certificate: "authorized", or why not.
std::string verdict(const CredentialsOptions& options, const Identity& server,
                    const std::string& name = {}) {
  EngineEnd client(crypto::createCredentials(options), {.identity = name});
  EngineEnd other(crypto::createCredentials({.key = server.key, .cert = server.cert}),
                  {.isServer = true});
  exchange(client, other);
  EXPECT_TRUE(client.engine.secure());
  return client.engine.authorized() ? "authorized" : client.engine.unauthorized()->code();
}

class CaAppend : public testing::Test {
 protected:
  const Authority publicRoot = makeAuthority("Public Root");
  const Authority ownRoot = makeAuthority("Own Root");
  const Identity publicServer = issue(publicRoot, "localhost");
  const Identity ownServer = issue(ownRoot, "localhost");
  const Identity stranger = issue(makeAuthority("Strange Root"), "localhost");
};

TEST_F(CaAppend, AddsToTheSystemsRoots) {
  expectWithRoots(publicRoot.own.cert, [this] {
    const CredentialsOptions options{.caAppend = ownRoot.own.cert};
    return verdict(options, publicServer, "localhost") == "authorized" &&
           verdict(options, ownServer, "localhost") == "authorized" &&
           verdict(options, stranger, "localhost") == "UNABLE_TO_VERIFY_LEAF_SIGNATURE";
  });
}

TEST_F(CaAppend, WhereCaReplacesThem) {
  expectWithRoots(publicRoot.own.cert, [this] {
    return verdict({.ca = ownRoot.own.cert}, publicServer, "localhost") ==
           "UNABLE_TO_VERIFY_LEAF_SIGNATURE";
  });
}

TEST_F(CaAppend, WithoutANameSpeaksForItsOwnRootsAlone) {
  expectWithRoots(publicRoot.own.cert, [this] {
    const CredentialsOptions options{.caAppend = ownRoot.own.cert};
    return verdict(options, publicServer) == "ERR_TLS_NAME_UNKNOWN" &&
           verdict(options, ownServer) == "authorized" &&
           verdict(options, ownServer, "elsewhere.test") == "ERR_TLS_CERT_ALTNAME_INVALID";
  });
}

TEST_F(CaAppend, TakesASelfSignedServerToo) {
  const auto self = selfSigned("localhost");
  expectWithRoots(publicRoot.own.cert,
                  [&] { return verdict({.caAppend = self.cert}, self) == "authorized"; });
}

// OpenSSL asks once for a name: an authority must not hide another one that is called the same.
TEST_F(CaAppend, HidesNoRootOfTheSameName) {
  const auto namesake = makeAuthority("Public Root");
  expectWithRoots(publicRoot.own.cert, [&] {
    const CredentialsOptions options{.caAppend = namesake.own.cert};
    return verdict(options, publicServer, "localhost") == "authorized" &&
           verdict(options, issue(namesake, "localhost")) == "authorized";
  });
  expectWithRoots(publicRoot.own.cert, [&] {
    const CredentialsOptions options{.caAppend = namesake.own.cert};
    return verdict(options, issue(namesake, "localhost"), "localhost") == "authorized" &&
           verdict(options, publicServer) == "ERR_TLS_NAME_UNKNOWN";
  });
}

TEST_F(CaAppend, LeavesTheSharedRootsAlone) {
  expectWithRoots(publicRoot.own.cert, [this] {
    return verdict({.caAppend = ownRoot.own.cert}, ownServer) == "authorized" &&
           verdict({}, ownServer, "localhost") == "UNABLE_TO_VERIFY_LEAF_SIGNATURE" &&
           verdict({}, publicServer, "localhost") == "authorized";
  });
}

TEST_F(CaAppend, WithAPfxItsCasServeItsCertificateOnly) {
  const CredentialsOptions options{.pfx = pfx(ownServer, {ownRoot.own.cert}),
                                   .caAppend = publicRoot.own.cert};
  expectWithRoots("", [&] {
    return verdict(options, publicServer) == "authorized" &&
           verdict(options, ownServer, "localhost") == "UNABLE_TO_VERIFY_LEAF_SIGNATURE";
  });
}

// A server that asks no one for a certificate does without the system's roots.
TEST_F(CaAppend, CompletesTheOwnChainWithoutParsingTheRoots) {
  const auto intermediate = makeIntermediate(ownRoot);
  const auto leaf = issue(intermediate, "localhost");
  expectWithRoots(publicRoot.own.cert, [&] {
    const auto context = crypto::buildContext(
        {.key = leaf.key, .cert = leaf.cert, .caAppend = {intermediate.own.cert, ownRoot.own.cert}},
        crypto::Use::server);
    STACK_OF(X509)* chain = nullptr;
    SSL_CTX_get0_chain_certs(context->native(), &chain);
    return sk_X509_num(chain) == 1 && crypto::timesParsed() == 0 &&
           sk_X509_NAME_num(SSL_CTX_get_client_CA_list(context->native())) <= 0;
  });
}

TEST_F(CaAppend, ExcludesCaAndOnAServerPfx) {
  const auto refusalOf = [](const CredentialsOptions& options, crypto::Use use) {
    const Error error = errorOf([&] { crypto::buildContext(options, use); });
    EXPECT_EQ(error.code(), "ERR_OPTION_CONFLICT") << error.what();
    EXPECT_NE(error.message().find("`caAppend`"), std::string::npos) << error.what();
    EXPECT_NE(error.fix(), "");
  };
  const std::string& cert = ownRoot.own.cert;
  refusalOf({.ca = cert, .caAppend = cert}, crypto::Use::any);
  refusalOf({.ca = cert, .caAppend = cert}, crypto::Use::client);
  refusalOf({.pfx = pfx(ownServer), .caAppend = cert}, crypto::Use::server);
}

TEST_F(CaAppend, RefusesAnEmptyListAndWhatIsNoCertificate) {
  const Error empty =
      errorOf([] { crypto::createCredentials({.caAppend = std::vector<std::string>()}); });
  EXPECT_EQ(empty.code(), "ERR_EMPTY_LIST");
  EXPECT_NE(empty.message().find("`caAppend`"), std::string::npos);
  const Error unreadable = errorOf([] { crypto::createCredentials({.caAppend = "nothing"}); });
  EXPECT_NE(unreadable.message().find("`caAppend`"), std::string::npos);
}

}  // namespace
}  // namespace securepair::test
