// What a peer may send to keep a verifier busy.
#include <securepair/tls/verify_peer.h>

#include <ctime>
#include <string>

#include <gtest/gtest.h>
#include <openssl/pem.h>

#include "crypto/context.h"
#include "support/certificates.h"
#include "support/must.h"

namespace securepair::test {
namespace {

class VerifyPeerBounds : public testing::Test {
 protected:
  // Judges within a second.
  std::string judge(const std::string& chain, const std::string& ca) const {
    const auto context = crypto::createCredentials({.ca = ca}).context;
    const std::clock_t begin = std::clock();  // of this process alone
    const auto verdict =
        tls::verifyPeer(chain, {.servername = "localhost", .secureContext = context});
    EXPECT_LT(std::clock() - begin, CLOCKS_PER_SEC);
    return verdict.failure ? verdict.failure->code() : "";
  }
  std::string judge(const std::string& chain) const { return judge(chain, root.own.cert); }

  const Authority root = makeAuthority();
};

// CVE-2023-0464: each authority maps two policies to both, and a tree of policies doubles with
// each.
TEST_F(VerifyPeerBounds, PoliciesAreNotFollowed) {
  const std::string policies = "DER:300E300506032A0301300506032A0302";  // 1.2.3.1 and 1.2.3.2
  Authority above = root;
  for (int i = 0; i < 40; ++i) {
    above = makeIntermediate(
        above,
        {.commonName = "No. " + std::to_string(i),
         .isCa = true,
         .extensions = {{"certificatePolicies", policies},
                        {"policyMappings",
                         "1.2.3.1:1.2.3.1,1.2.3.1:1.2.3.2,1.2.3.2:1.2.3.1,1.2.3.2:1.2.3.2"}}});
  }
  CertificateSpec spec = specFor("localhost");
  spec.extensions = {{"certificatePolicies", policies}};
  EXPECT_EQ(judge(issue(above, spec).cert + above.chain), "");
  const auto context = crypto::createCredentials({.ca = root.own.cert}).context;
  const auto* const param = SSL_CTX_get0_param(context.get()->native());
  EXPECT_EQ(
      X509_VERIFY_PARAM_get_flags(const_cast<X509_VERIFY_PARAM*>(param)) & X509_V_FLAG_POLICY_CHECK,
      0U);
}

// Each name is compared with each constraint.
TEST_F(VerifyPeerBounds, ManyNamesUnderManyConstraints) {
  std::string constraints = "permitted;DNS:localhost";
  CertificateSpec spec = specFor("localhost");
  for (int i = 0; i < 3000; ++i) {
    constraints += ",permitted;DNS:c" + std::to_string(i);
    spec.dnsNames.push_back("localhost");
  }
  const Authority narrow = makeIntermediate(
      root,
      {.commonName = "Narrow", .isCa = true, .extensions = {{"nameConstraints", constraints}}});
  EXPECT_NE(judge(issue(narrow, spec).cert + narrow.chain), "");
}

TEST_F(VerifyPeerBounds, ManyAuthoritiesOfOneName) {
  const Authority wanted = makeIntermediate(root, "Same");
  std::string others;
  for (int i = 0; i < 150; ++i) others += makeIntermediate(root, "Same").own.cert;
  const std::string leaf = issue(wanted, "localhost").cert;
  EXPECT_EQ(judge(leaf + others + wanted.own.cert), "");
  EXPECT_EQ(judge(leaf + wanted.own.cert, others + root.own.cert), "");
}

TEST_F(VerifyPeerBounds, AuthoritiesThatVouchForEachOther) {
  // Of the same name and key, each is the other's issuer: a path could go round for ever.
  const Authority self = makeIntermediate(root, "Test Root");
  EXPECT_NE(judge(issue(self, "localhost").cert + self.chain, makeAuthority("Other").own.cert), "");
}

TEST_F(VerifyPeerBounds, AHugeCertificate) {
  CertificateSpec spec = specFor("localhost");
  spec.dnsNames.assign(60'000, "name-of-a-host.test");
  EXPECT_EQ(judge(issue(root, spec).cert), "ERR_SSL_EXCESSIVE_MESSAGE_SIZE");
  spec.dnsNames.assign(4'000, "name-of-a-host.test");
  EXPECT_EQ(judge(issue(root, spec).cert), "ERR_TLS_CERT_ALTNAME_INVALID");
}

TEST_F(VerifyPeerBounds, AHundredThousandEmptyBlocks) {
  std::string text = issue(root, "localhost").cert;
  for (int i = 0; i < 100'000; ++i) text += "-----BEGIN X-----\n-----END X-----\n";
  EXPECT_EQ(judge(text), "");
}

// The certificate with a key of an algorithm that nobody knows, under a signature that holds.
std::string withUnknownKey(const std::string& cert, const Authority& authority) {
  std::string der = derOf(cert);
  const std::string ecPublicKey("\x2A\x86\x48\xCE\x3D\x02\x01", 7);
  der.at(der.find(ecPublicKey) + 6) = 0x55;
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  const crypto::X509Ptr parsed(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  const crypto::BioPtr reader(BIO_new_mem_buf(authority.own.key.data(), -1));
  const crypto::EvpPkeyPtr key(PEM_read_bio_PrivateKey(reader.get(), nullptr, nullptr, nullptr));
  must(X509_sign(parsed.get(), key.get(), EVP_sha256()));
  const crypto::BioPtr writer(BIO_new(BIO_s_mem()));
  must(PEM_write_bio_X509(writer.get(), parsed.get()));
  char* text = nullptr;
  const long size = BIO_get_mem_data(writer.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

TEST_F(VerifyPeerBounds, AKeyThatCannotBeReadIsNobodys) {
  const std::string leaf = withUnknownKey(issue(root, "localhost").cert, root);
  EXPECT_EQ(judge(leaf), "ERR_X509_EE_KEY_TOO_SMALL");
  const auto verdict =
      tls::verifyPeer(leaf, {.ca = root.own.cert, .servername = "localhost", .securityLevel = 0});
  EXPECT_FALSE(verdict.authorized) << "at a level that asks nothing of keys";
}

}  // namespace
}  // namespace securepair::test
