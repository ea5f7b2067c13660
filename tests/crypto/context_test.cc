#include "crypto/context.h"

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <openssl/err.h>

#include "crypto/certificate.h"
#include "support/certificates.h"
#include "support/error_of.h"

namespace securepair::test {
namespace {

using namespace securepair::crypto;

class ContextTest : public testing::Test {
 protected:
  void TearDown() override { EXPECT_EQ(ERR_peek_error(), 0U) << "left on the queue"; }

  static std::shared_ptr<const Context> build(const CredentialsOptions& options,
                                              Use use = Use::any) {
    return buildContext(options, use);
  }

  static Error errorFor(const CredentialsOptions& options, Use use = Use::any) {
    return errorOf([&] { build(options, use); });
  }

  // The option that the message names, its code, and that there is a way out.
  static void expectRefused(const CredentialsOptions& options, const std::string& code,
                            const std::string& option, Use use = Use::any) {
    const Error error = errorFor(options, use);
    EXPECT_EQ(error.code(), code) << error.what();
    EXPECT_NE(error.message().find("`" + option + "`"), std::string::npos) << error.what();
    EXPECT_NE(error.fix(), "") << error.what();
  }

  // The certificates that are sent after the leaf.
  static std::vector<std::string> chainOf(const Context& context) {
    STACK_OF(X509)* chain = nullptr;
    SSL_CTX_get0_chain_certs(context.native(), &chain);
    std::vector<std::string> subjects;
    for (int i = 0; i < sk_X509_num(chain); ++i) {
      subjects.push_back(subjectOf(sk_X509_value(chain, i)));
    }
    return subjects;
  }

  static std::vector<std::string> clientCasOf(const Context& context) {
    const STACK_OF(X509_NAME)* const names = SSL_CTX_get_client_CA_list(context.native());
    std::vector<std::string> subjects;
    for (int i = 0; i < sk_X509_NAME_num(names); ++i) {
      char line[200] = "";
      X509_NAME_oneline(sk_X509_NAME_value(names, i), line, sizeof line);
      subjects.emplace_back(line);
    }
    return subjects;
  }

  static inline const Authority root = makeAuthority();
  static inline const Authority intermediate = makeIntermediate(root);
  static inline const Identity identity = issue(intermediate, "localhost");
  using Names = std::vector<std::string>;
};

TEST_F(ContextTest, NeedsNothing) {
  const auto context = build({});
  EXPECT_FALSE(context->hasKey());
  EXPECT_TRUE(context->trustsSystemRoots());
  EXPECT_TRUE(createCredentials().context);
}

TEST_F(ContextTest, HoldsKeyAndCertificate) {
  for (const Use use : {Use::server, Use::client, Use::any}) {
    const auto context = build({.key = identity.key, .cert = identity.cert}, use);
    EXPECT_TRUE(context->hasKey());
    EXPECT_EQ(subjectOf(SSL_CTX_get0_certificate(context->native())), "CN=localhost");
    EXPECT_NE(SSL_CTX_get0_privatekey(context->native()), nullptr);
  }
}

TEST_F(ContextTest, HoldsWhatThePfxHolds) {
  const auto context =
      build({.pfx = pfx(identity, {root.own.cert}, "horse"), .passphrase = "horse"}, Use::server);
  EXPECT_TRUE(context->hasKey());
  EXPECT_FALSE(context->trustsSystemRoots());
  const auto alone = build({.pfx = pfx(identity)});
  EXPECT_TRUE(alone->trustsSystemRoots()) << "a pfx without CAs names none to trust";
}

TEST_F(ContextTest, RefusesContradictions) {
  const std::string file = pfx(identity);
  expectRefused({.key = identity.key}, "ERR_MISSING_OPTION", "cert");
  expectRefused({.cert = identity.cert}, "ERR_MISSING_OPTION", "key");
  expectRefused({.passphrase = "x"}, "ERR_MISSING_OPTION", "passphrase");
  expectRefused({.pfx = file, .key = identity.key}, "ERR_OPTION_CONFLICT", "key");
  expectRefused({.pfx = file, .cert = identity.cert}, "ERR_OPTION_CONFLICT", "cert");
  expectRefused({.pfx = file, .ca = root.own.cert}, "ERR_OPTION_CONFLICT", "ca", Use::server);
  EXPECT_NO_THROW(build({.pfx = file, .ca = root.own.cert}, Use::client));
  EXPECT_NO_THROW(build({.pfx = file, .ca = root.own.cert}, Use::any));
}

TEST_F(ContextTest, RefusesWhatItCannotRead) {
  const Identity& good = identity;
  expectRefused({.key = "x", .cert = good.cert}, "ERR_INVALID_KEY", "key");
  expectRefused({.key = good.key, .cert = "x"}, "ERR_INVALID_CERTIFICATE", "cert");
  expectRefused({.ca = "x"}, "ERR_INVALID_CERTIFICATE", "ca");
  expectRefused({.ca = {root.own.cert, good.key}}, "ERR_INVALID_CERTIFICATE", "ca[1]");
  expectRefused({.ca = std::vector<std::string>()}, "ERR_EMPTY_LIST", "ca");
  expectRefused({.crl = "x"}, "ERR_INVALID_CRL", "crl");
  expectRefused({.pfx = "x"}, "ERR_INVALID_PFX", "pfx");
  expectRefused({.key = encryptKey(good.key, "horse"), .cert = good.cert},
                "ERR_PASSPHRASE_REQUIRED", "key");
  expectRefused({.key = encryptKey(good.key, "horse"), .passphrase = "cow", .cert = good.cert},
                "ERR_WRONG_PASSPHRASE", "passphrase");
}

TEST_F(ContextTest, RefusesAKeyThatIsNotTheCertificates) {
  const Identity other = selfSigned("other");
  expectRefused({.key = other.key, .cert = identity.cert}, "ERR_KEY_MISMATCH", "key");
  const Identity rsa = selfSigned({.commonName = "rsa", .rsaBits = 2048});
  expectRefused({.key = rsa.key, .cert = identity.cert}, "ERR_KEY_MISMATCH", "key");
  const Error order = errorFor({.key = identity.key, .cert = intermediate.chain + identity.cert});
  EXPECT_EQ(order.code(), "ERR_KEY_MISMATCH");
  EXPECT_NE(order.fix().find("first"), std::string::npos) << order.what();
}

TEST_F(ContextTest, RefusesTooSmallAKeyAndOffersBothWaysOut) {
  const Identity small = selfSigned({.commonName = "localhost", .rsaBits = 1024});
  const Error error = errorFor({.key = small.key, .cert = small.cert, .securityLevel = 2});
  EXPECT_EQ(error.code(), "ERR_SSL_EE_KEY_TOO_SMALL");
  EXPECT_NE(error.message().find("`cert`"), std::string::npos) << error.what();
  EXPECT_NE(error.message().find("1024 bits"), std::string::npos) << error.what();
  EXPECT_NE(error.message().find("security level 2"), std::string::npos) << error.what();
  EXPECT_NE(error.fix().find("rsa:2048"), std::string::npos) << error.what();
  EXPECT_NE(error.fix().find("`securityLevel` to 1"), std::string::npos) << error.what();
  EXPECT_NE(error.certificate().find("CN=localhost"), std::string::npos);
  EXPECT_TRUE(build({.key = small.key, .cert = small.cert, .securityLevel = 1})->hasKey());

  const Error inPfx = errorFor({.pfx = pfx(small), .securityLevel = 2});
  EXPECT_NE(inPfx.message().find("`pfx`"), std::string::npos) << inPfx.what();
}

TEST_F(ContextTest, RefusesTooWeakADigestAndOffersBothWaysOut) {
  CertificateSpec spec = specFor("localhost");
  spec.digest = "SHA1";
  const Identity weak = issue(root, spec);
  const Error error = errorFor({.key = weak.key, .cert = weak.cert, .securityLevel = 2});
  EXPECT_EQ(error.code(), "ERR_SSL_CA_MD_TOO_WEAK");
  EXPECT_NE(error.message().find("SHA1"), std::string::npos) << error.what();
  EXPECT_NE(error.fix().find("-sha256"), std::string::npos) << error.what();
  EXPECT_NE(error.fix().find("`securityLevel` to 0"), std::string::npos) << error.what();
  EXPECT_TRUE(build({.key = weak.key, .cert = weak.cert, .securityLevel = 0})->hasKey());
}

TEST_F(ContextTest, RefusesAWeakAuthorityInTheChain) {
  CertificateSpec spec{.commonName = "Weak Intermediate", .isCa = true, .digest = "SHA1"};
  const Authority weak = makeIntermediate(root, spec);
  const Identity leaf = issue(weak, "localhost");
  const Error given =
      errorFor({.key = leaf.key, .cert = leaf.cert + weak.chain, .securityLevel = 2});
  EXPECT_EQ(given.code(), "ERR_SSL_CA_MD_TOO_WEAK");
  EXPECT_NE(given.certificate().find("Weak Intermediate"), std::string::npos) << given.what();
  const Error found = errorFor({.pfx = pfx(leaf, {weak.own.cert}), .securityLevel = 2});
  EXPECT_EQ(found.code(), "ERR_SSL_CA_MD_TOO_WEAK");
  EXPECT_NE(found.message().find("`pfx`"), std::string::npos) << found.what();
}

TEST_F(ContextTest, NeverTellsASecret) {
  const std::string key = encryptKey(identity.key, "correct horse");
  const std::string body = key.substr(key.find('\n') + 1, 32);
  for (const CredentialsOptions& options : std::vector<CredentialsOptions>{
           {.key = key, .passphrase = "battery staple", .cert = identity.cert},
           {.key = key, .cert = identity.cert},
           {.passphrase = "battery staple"},
           {.key = key + "x", .cert = key},
           {.pfx = pfx(identity, {}, "correct horse"), .passphrase = "battery staple"},
       }) {
    const std::string text = errorFor(options).what();
    EXPECT_EQ(text.find("battery"), std::string::npos) << text;
    EXPECT_EQ(text.find(body), std::string::npos) << text;
  }
}

TEST_F(ContextTest, SendsTheChainThatItIsGiven) {
  const auto context = build({.key = identity.key, .cert = identity.cert + intermediate.chain});
  EXPECT_EQ(chainOf(*context), Names{"CN=Test Intermediate"});
  const auto whole =
      build({.key = identity.key, .cert = identity.cert + intermediate.chain + root.own.cert});
  EXPECT_EQ(chainOf(*whole), (Names{"CN=Test Intermediate", "CN=Test Root"}));
}

TEST_F(ContextTest, FindsTheChainOfALeafThatStandsAlone) {
  const auto context = build(
      {.key = identity.key, .cert = identity.cert, .ca = {root.own.cert, intermediate.own.cert}});
  EXPECT_EQ(chainOf(*context), Names{"CN=Test Intermediate"}) << "without the root";
  const auto withoutRoot =
      build({.key = identity.key, .cert = identity.cert, .ca = intermediate.own.cert});
  EXPECT_EQ(chainOf(*withoutRoot), Names{"CN=Test Intermediate"});
  const auto nothing = build({.key = identity.key, .cert = identity.cert, .ca = root.own.cert});
  EXPECT_TRUE(chainOf(*nothing).empty());
  EXPECT_TRUE(chainOf(*build({.key = identity.key, .cert = identity.cert})).empty());
}

TEST_F(ContextTest, FindsTheChainInThePfx) {
  const std::string file = pfx(identity, {root.own.cert, intermediate.own.cert});
  EXPECT_EQ(chainOf(*build({.pfx = file})), Names{"CN=Test Intermediate"});
  const Authority other = makeAuthority("Other Root");
  const auto withCa = build({.pfx = file, .ca = other.own.cert}, Use::client);
  EXPECT_EQ(chainOf(*withCa), Names{"CN=Test Intermediate"}) << "whatever else is trusted";
}

TEST_F(ContextTest, NamesEachAuthorityOnceToClients) {
  EXPECT_TRUE(clientCasOf(*build({})).empty());
  const auto context = build({.ca = {root.own.cert, intermediate.own.cert + root.own.cert}});
  EXPECT_EQ(clientCasOf(*context), (Names{"/CN=Test Root", "/CN=Test Intermediate"}));
  EXPECT_EQ(clientCasOf(*build({.pfx = pfx(identity, {root.own.cert})})), Names{"/CN=Test Root"});
}

// What an authority is trusted for is part of what authorizes a peer.
TEST_F(ContextTest, DiffersByWhatAnAuthorityIsTrustedFor) {
  const auto authority = makeAuthority().own.cert;
  EXPECT_NE(build({.ca = authority})->digest(),
            build({.ca = withServersRejected(authority)})->digest());
}

TEST_F(ContextTest, IsSetUpForTheEngine) {
  const auto context = build({.key = identity.key, .cert = identity.cert});
  SSL_CTX* const ctx = context->native();
  const auto modes = static_cast<unsigned long>(SSL_CTX_get_mode(ctx));
  for (const unsigned long mode : {SSL_MODE_RELEASE_BUFFERS, SSL_MODE_ENABLE_PARTIAL_WRITE,
                                   SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER, SSL_MODE_NO_AUTO_CHAIN}) {
    EXPECT_NE(modes & mode, 0U) << mode;
  }
  const std::uint64_t options = SSL_CTX_get_options(ctx);
  EXPECT_NE(options & SSL_OP_NO_COMPRESSION, 0U);
  EXPECT_NE(options & SSL_OP_CIPHER_SERVER_PREFERENCE, 0U);
  EXPECT_NE(options & SSL_OP_NO_RENEGOTIATION, 0U);
  EXPECT_NE(options & SSL_OP_NO_TICKET, 0U);
  EXPECT_NE(SSL_CTX_get_session_cache_mode(ctx) & SSL_SESS_CACHE_NO_INTERNAL, 0);
  EXPECT_EQ(SSL_CTX_get_num_tickets(ctx), 0U);
}

TEST_F(ContextTest, AFormerErrorOfSomebodyElseDoesNoHarm) {
  ERR_raise(ERR_LIB_SSL, SSL_R_WRONG_VERSION_NUMBER);
  EXPECT_TRUE(build({.key = identity.key, .cert = identity.cert, .ca = root.own.cert})->hasKey());
}

TEST_F(ContextTest, IsMadeAndUsedOnManyThreads) {
  const auto shared = build({.key = identity.key, .cert = identity.cert, .ca = root.own.cert});
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&shared] {
      for (int round = 0; round < 20; ++round) {
        const SslPtr ssl(SSL_new(shared->native()));
        const auto own = build({.key = identity.key, .cert = identity.cert});
        EXPECT_NE(ssl, nullptr);
        EXPECT_TRUE(own->hasKey());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST_F(ContextTest, AnEmptyFileIsNotAnOptionLeftOut) {
  const Buffer nothing{std::string()};
  expectRefused({.pfx = nothing}, "ERR_INVALID_PFX", "pfx");
  expectRefused({.pfx = nothing, .key = nothing}, "ERR_OPTION_CONFLICT", "pfx");
  expectRefused({.key = nothing, .cert = identity.cert}, "ERR_INVALID_KEY", "key");
  expectRefused({.key = identity.key, .cert = nothing}, "ERR_INVALID_CERTIFICATE", "cert");
  EXPECT_NE(build({.pfx = {}, .key = {}, .cert = {}}), nullptr);
}

}  // namespace
}  // namespace securepair::test
