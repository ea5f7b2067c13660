// Each line that the page gives to openssl has one of this program's, and openssl reads the result.
#include "cli/user.h"

namespace securepair::test {

using CertPage = User;

TEST_F(CertPage, OpensslGenrsaOutRyansKey) {
  must("securepair cert key ryans-key.pem");
  EXPECT_NE(must("openssl pkey -in ryans-key.pem -noout -text").find("P-256"), std::string::npos);
  EXPECT_EQ(must("stat -c %a ryans-key.pem"), "600\n");
  // The page's own is RSA, of 1024 bits.
  refuses("securepair cert key --type rsa --bits 1024 small.pem", 2, "--allow-small-key");
  must("securepair cert key --type rsa --bits 1024 --allow-small-key small.pem");
  EXPECT_NE(must("openssl rsa -in small.pem -noout -text").find("1024 bit"), std::string::npos);
}

TEST_F(CertPage, OpensslReqNewKeyRyansKeyOutRyansCsr) {
  must("securepair cert key ryans-key.pem");
  must("securepair cert csr --key ryans-key.pem --cn localhost ryans-csr.pem");
  const std::string request = must("openssl req -in ryans-csr.pem -noout -text -verify 2>&1");
  EXPECT_NE(request.find("verify OK"), std::string::npos) << request;
  EXPECT_NE(request.find("CN = localhost"), std::string::npos) << request;
  EXPECT_NE(request.find("DNS:localhost"), std::string::npos) << request;
}

TEST_F(CertPage, OpensslX509ReqSignkeyRyansKeyOutRyansCert) {
  must("securepair cert key ryans-key.pem");
  must("securepair cert csr --key ryans-key.pem --cn localhost ryans-csr.pem");
  must("securepair cert self-sign --csr ryans-csr.pem --key ryans-key.pem ryans-cert.pem");
  must("openssl verify -CAfile ryans-cert.pem -verify_hostname localhost ryans-cert.pem");
  const std::string text = must("openssl x509 -in ryans-cert.pem -noout -text");
  EXPECT_NE(text.find("Version: 3"), std::string::npos) << text;
  EXPECT_NE(text.find("CA:FALSE"), std::string::npos) << text;
}

// The page signs what openssl req has made, too.
TEST_F(CertPage, SignsTheRequestOfOpenssl) {
  must(
      "openssl genrsa -out ryans-key.pem 2048 && openssl req -new -key ryans-key.pem -subj "
      "/CN=localhost -out ryans-csr.pem");
  must("securepair cert self-sign --csr ryans-csr.pem --key ryans-key.pem ryans-cert.pem");
  EXPECT_NE(
      must("openssl x509 -in ryans-cert.pem -noout -ext subjectAltName").find("DNS:localhost"),
      std::string::npos);
}

TEST_F(CertPage, SendsTheCsrToACertificateAuthority) {
  must("securepair cert ca --cn 'Dev CA' ca");
  must("securepair cert key ryans-key.pem");
  must("securepair cert csr --key ryans-key.pem --cn localhost ryans-csr.pem");
  must("securepair cert sign --ca ca --copy-names ryans-csr.pem ryans-cert.pem");
  must(
      "openssl verify -x509_strict -CAfile ca-cert.pem -purpose sslserver -verify_hostname "
      "localhost ryans-cert.pem");
  EXPECT_EQ(must("stat -c %a ca-key.pem"), "600\n");
}

TEST_F(CertPage, CatCa1CertCa2CertIntoCaCert) {
  must("securepair cert ca ca1 && securepair cert ca ca2");
  must("securepair cert bundle ca1-cert.pem ca2-cert.pem > ca-cert.pem");
  EXPECT_EQ(must("cat ca1-cert.pem ca2-cert.pem"), must("cat ca-cert.pem"));
  must("securepair cert new --ca ca2 agent");
  must("openssl verify -CAfile ca-cert.pem agent-cert.pem");
}

TEST_F(CertPage, OpensslPkcs12ExportOutAgent5Pfx) {
  must("securepair cert ca ca && securepair cert new --ca ca agent5");
  must("mv ca-cert.pem authority.pem && printf 'a secret\\n' > secret && chmod 600 secret");
  must(
      "securepair cert pfx --cert agent5-cert.pem --key agent5-key.pem --ca authority.pem "
      "--passphrase-file secret agent5.pfx");
  EXPECT_EQ(must("stat -c %a agent5.pfx"), "600\n");
  const std::string content = must("openssl pkcs12 -in agent5.pfx -passin file:secret -noenc");
  EXPECT_NE(content.find("BEGIN PRIVATE KEY"), std::string::npos) << content;
  EXPECT_NE(content.find("CN = ca"), std::string::npos) << content;
  refuses("openssl pkcs12 -in agent5.pfx -passin pass:other -noenc", 1, "");
}

// What the page's programs read, in one line.
TEST_F(CertPage, MakesWhatItsProgramsRead) {
  must("securepair cert new server");
  must("openssl verify -CAfile server-cert.pem -verify_ip 127.0.0.1 server-cert.pem");
  must("openssl verify -CAfile server-cert.pem -verify_hostname localhost server-cert.pem");
  EXPECT_EQ(must("openssl pkey -in server-key.pem -pubout"),
            must("openssl x509 -in server-cert.pem -noout -pubkey"));
}

}  // namespace securepair::test
