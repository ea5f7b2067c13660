#include <securepair/securepair.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/child.h"
#include "support/error_of.h"
#include "support/tls_world.h"

// The page's first section, "TLS (SSL)": its commands as it prints them, and the calls that do the
// same.
namespace securepair::test {
namespace {

struct Talk {
  std::string received;  ///< by the client
  std::optional<bool> serverSawAuthorized;
  std::optional<bool> clientSawAuthorized;
  std::string why;  ///< the client's authorizationError or error
};

// The page's echo server and client.
Talk talk(const tls::ServerOptions& serverOptions, const tls::ConnectOptions& clientOptions) {
  Talk seen;
  const auto server = serve(serverOptions, [&](tls::CleartextStream& stream) {
    seen.serverSawAuthorized = stream.authorized();
    stream.write("welcome!\n");
    stream.pipe(stream);
  });
  server->onClientError([](const Error&) {});
  const auto client =
      tls::connect(server->address()->port, clientOptions, [&](tls::CleartextStream& stream) {
        seen.clientSawAuthorized = stream.authorized();
        seen.why = stream.authorizationError();
        stream.end("hello");
      });
  client->onData([&](const Data& data) { seen.received += data; });
  client->onError([&](const Error& error) { seen.why = error.code(); });
  client->onClose([&] { server->close(); });
  runLoop();
  return seen;
}

void expectWelcome(const Talk& seen) {
  EXPECT_EQ(seen.received, "welcome!\nhello");
  EXPECT_EQ(seen.clientSawAuthorized, true) << seen.why;
}

class TlsSsl : public testing::Test {
 protected:
  // What the page says, in a shell.
  std::string run(const std::string& command) const { return shell(folder_, command); }
  Buffer file(const std::string& name) const { return fs::readFileSync(folder_ + "/" + name); }
  void write(const std::string& name, const Buffer& content) const {
    fs::writeFileSync(folder_ + "/" + name, content);
  }

  // The page's three commands. Its second one asks who the certificate is for.
  void makeRyansFiles(int bits) const {
    run("openssl genrsa -out ryans-key.pem " + std::to_string(bits));
    run(answers + "openssl req -new -key ryans-key.pem -out ryans-csr.pem");
    run("openssl x509 -req -in ryans-csr.pem -signkey ryans-key.pem -out ryans-cert.pem");
  }

  Error refusalOfRyansFiles() const {
    return errorOf(
        [&] { tls::createServer({.key = file("ryans-key.pem"), .cert = file("ryans-cert.pem")}); });
  }

  static inline const std::string answers =
      "printf '%s\\n' UK 'Acknack Ltd' 'Rhys Jones' node.js 'Test TLS Certificate' localhost '' '' "
      "''"
      " | ";

 private:
  const std::string folder_ = freshFolder(
      std::string("tls-ssl-") + testing::UnitTest::GetInstance()->current_test_info()->name());
};

TEST_F(TlsSsl, EachClientAndEachServerMustHaveAPrivateKey) {
  const std::string& cert = World::get().server.cert;
  for (const Error& error : {errorOf([&] { tls::createServer({.cert = cert}); }),
                             errorOf([&] { tls::connect(8000, {.cert = cert}); })}) {
    EXPECT_EQ(error.code(), "ERR_MISSING_OPTION");
    EXPECT_NE(error.fix().find("`key`"), std::string::npos) << error.what();
  }
  const auto server = tls::createServer();
  EXPECT_EQ(errorOf([&] { server->listen(0); }).code(), "ERR_TLS_NO_CERTIFICATE");
}

TEST_F(TlsSsl, APrivateKeyIsCreatedLikeThisAndIsTooSmallToday) {
  makeRyansFiles(1024);
  for (const Error& error :
       {refusalOfRyansFiles(), errorOf([&] {
          crypto::createCredentials({.key = file("ryans-key.pem"), .cert = file("ryans-cert.pem")});
        })}) {
    EXPECT_EQ(error.code(), "ERR_SSL_EE_KEY_TOO_SMALL");
    EXPECT_NE(error.message().find("a key of 1024 bits, which is too small"), std::string::npos);
    EXPECT_NE(error.certificate().find("CN=localhost"), std::string::npos) << error.what();
    EXPECT_NE(error.fix().find("make a new key"), std::string::npos) << error.what();
    EXPECT_NE(error.fix().find("`securityLevel`"), std::string::npos) << error.what();
  }
}

TEST_F(TlsSsl, APrivateKeyIsCreatedLikeThisButBigger) {
  makeRyansFiles(1024);
  // The command that the refusal names.
  const std::string fix = refusalOfRyansFiles().fix();
  const auto begin = fix.find("openssl req ");
  const auto end = fix.find(" (or", begin);
  ASSERT_NE(end, std::string::npos) << fix;
  run(fix.substr(begin, end - begin));
  expectWelcome(talk({.key = file("key.pem"), .cert = file("cert.pem")}, {.ca = file("cert.pem")}));
}

TEST_F(TlsSsl, APrivateKeyIsCreatedLikeThisAndTheRiskIsKnown) {
  makeRyansFiles(1024);
  const std::string told = "set `securityLevel` to ";
  const std::string fix = refusalOfRyansFiles().fix();
  ASSERT_NE(fix.find(told), std::string::npos) << fix;
  const int level = std::stoi(fix.substr(fix.find(told) + told.size()));
  expectWelcome(
      talk({.key = file("ryans-key.pem"), .cert = file("ryans-cert.pem"), .securityLevel = level},
           {.ca = file("ryans-cert.pem"), .securityLevel = level}));
}

TEST_F(TlsSsl, APrivateKeyIsCreatedByTheLibraryLikeThis) {
  using crypto::KeyType;
  EXPECT_EQ(errorOf([] { crypto::generateKey({.type = KeyType::rsa, .bits = 1024}); }).code(),
            "ERR_KEY_TOO_SMALL");
  write("key.pem", crypto::generateKey({.type = KeyType::rsa}));
  EXPECT_NE(run("openssl rsa -in key.pem -noout -text -check").find("(2048 bit"),
            std::string::npos);
  write("key.pem", crypto::generateKey());
  EXPECT_NE(run("openssl ec -in key.pem -noout -text -check").find("P-256"), std::string::npos);
}

// The page's spelling.
TEST_F(TlsSsl, AllSeversAndSomeClientsNeedToHaveACertificate) {
  const auto& world = World::get();
  const Error error = errorOf([&] { tls::createServer({.key = world.server.key}); });
  EXPECT_EQ(error.code(), "ERR_MISSING_OPTION");
  EXPECT_NE(error.fix().find("`cert`"), std::string::npos) << error.what();

  auto asking = serverOptions();
  asking.requestCert = true;
  asking.ca = world.authority.own.cert;
  const Talk without = talk(asking, clientOptions());
  expectWelcome(without);
  EXPECT_EQ(without.serverSawAuthorized, false);
  EXPECT_EQ(talk(asking, clientOptionsWithCertificate()).serverSawAuthorized, true);
  asking.rejectUnauthorized = true;
  EXPECT_EQ(talk(asking, clientOptions()).received, "");
}

TEST_F(TlsSsl, CertificatesArePublicKeysSignedByACertificateAuthorityOrSelfSigned) {
  for (const crypto::KeyOptions& kind : std::vector<crypto::KeyOptions>{
           {}, {.type = crypto::KeyType::rsa}, {.type = crypto::KeyType::ed25519}}) {
    const Buffer key = crypto::generateKey(kind);
    const Buffer csr = crypto::createCsr({.key = key, .subject = "localhost"});
    const Buffer own = crypto::selfSign({.csr = csr, .key = key});
    expectWelcome(talk({.key = key, .cert = own}, {.ca = own}));

    const auto ca = crypto::createCa({.subject = "Example CA"});
    const Buffer signedByCa =
        crypto::signCsr({.csr = csr, .authority = ca, .altNames = "localhost"});
    expectWelcome(talk({.key = key, .cert = signedByCa}, {.ca = ca.cert}));
  }
}

TEST_F(TlsSsl, TheFirstStepToGettingACertificateIsToCreateACsrFile) {
  run("openssl genrsa -out ryans-key.pem 2048");
  run(answers + "openssl req -new -key ryans-key.pem -out ryans-csr.pem");
  const auto info = crypto::readCsr(file("ryans-csr.pem"));
  EXPECT_EQ(info.subject["C"], "UK");
  EXPECT_EQ(info.subject["O"], "node.js");
  EXPECT_EQ(info.subject["CN"], "localhost");
  EXPECT_EQ(info.keyBits, 2048);

  write("csr.pem", crypto::createCsr({.key = file("ryans-key.pem"),
                                      .subject = {{"CN", "localhost"}, {"O", "node.js"}},
                                      .altNames = {"www.example.org", "127.0.0.1"}}));
  const std::string seen = run("openssl req -in csr.pem -noout -verify -text -nameopt RFC2253");
  EXPECT_NE(seen.find("verify OK"), std::string::npos) << seen;
  EXPECT_NE(seen.find("O=node.js,CN=localhost"), std::string::npos) << seen;
  EXPECT_NE(seen.find("DNS:www.example.org, IP Address:127.0.0.1, DNS:localhost"),
            std::string::npos)
      << seen;
}

TEST_F(TlsSsl, ToCreateASelfSignedCertificateWithTheCsrDoThis) {
  makeRyansFiles(2048);
  expectWelcome(talk({.key = file("ryans-key.pem"), .cert = file("ryans-cert.pem")},
                     {.ca = file("ryans-cert.pem")}));

  write("cert.pem", crypto::selfSign({.csr = file("ryans-csr.pem"), .key = file("ryans-key.pem")}));
  run("openssl verify -x509_strict -verify_hostname localhost -CAfile cert.pem cert.pem");
  const auto both =
      talk({.key = file("ryans-key.pem"),
            .cert = file("cert.pem"),
            .ca = file("cert.pem"),
            .requestCert = true},
           {.key = file("ryans-key.pem"), .cert = file("cert.pem"), .ca = file("cert.pem")});
  expectWelcome(both);
  EXPECT_EQ(both.serverSawAuthorized, true);
}

TEST_F(TlsSsl, AlternativelyYouCanSendTheCsrToACertificateAuthorityForSigning) {
  makeRyansFiles(2048);
  const auto ca = crypto::createCa({.subject = "Example CA"});
  write("ca-cert.pem", ca.cert);
  write("cert.pem", crypto::signCsr({.csr = file("ryans-csr.pem"),
                                     .authority = ca,
                                     .altNames = {"localhost", "127.0.0.1"}}));
  run("openssl verify -x509_strict -purpose sslserver -verify_hostname localhost -CAfile "
      "ca-cert.pem cert.pem");
  run("openssl verify -verify_ip 127.0.0.1 -CAfile ca-cert.pem cert.pem");
  EXPECT_ANY_THROW(run("openssl verify -purpose sslclient -CAfile ca-cert.pem cert.pem"));
  expectWelcome(talk({.key = file("ryans-key.pem"), .cert = file("cert.pem")}, {.ca = ca.cert}));
}

TEST_F(TlsSsl, AlternativelyTheLibrarysCsrIsSentToOpenssl) {
  const Buffer key = crypto::generateKey();
  write("csr.pem", crypto::createCsr({.key = key, .subject = "localhost"}));
  run("openssl req -x509 -newkey rsa:2048 -noenc -keyout ca-key.pem -out ca-cert.pem -subj "
      "'/CN=Example CA'");
  run("openssl x509 -req -in csr.pem -CA ca-cert.pem -CAkey ca-key.pem -CAcreateserial -out "
      "cert.pem");
  expectWelcome(talk({.key = key, .cert = file("cert.pem")}, {.ca = file("ca-cert.pem")}));

  // And openssl's authority in the library's hands.
  const Buffer cert =
      crypto::signCsr({.csr = file("csr.pem"),
                       .authority = {.key = file("ca-key.pem"), .cert = file("ca-cert.pem")},
                       .copyAltNames = true});
  expectWelcome(talk({.key = key, .cert = cert}, {.ca = file("ca-cert.pem")}));
}

TEST_F(TlsSsl, DocsOnCreatingACa) {
  const std::string program = SECUREPAIR_BIN_DIR "/make_certificates";
  if (!std::filesystem::exists(program)) GTEST_SKIP() << "not run: the examples are not built";
  EXPECT_EQ(run(program), "certificate made for localhost 127.0.0.1 ::1\n");
  run("openssl verify -x509_strict -purpose sslserver -verify_hostname localhost -CAfile "
      "ca-cert.pem server-cert.pem");
  run("test \"$(stat -c %a ca-key.pem server-key.pem server.pfx | sort -u)\" = 600");
  expectWelcome(talk({.key = file("server-key.pem"), .cert = file("server-cert.pem")},
                     {.ca = file("ca-cert.pem")}));
  expectWelcome(talk({.pfx = file("server.pfx")}, {.ca = file("ca-cert.pem")}));

  const Buffer before = file("ca-key.pem");
  EXPECT_NE(run(program + " elsewhere.test || echo refused").find("file exists"),
            std::string::npos);
  EXPECT_EQ(file("ca-key.pem"), before);
}

TEST_F(TlsSsl, ToCreatePfxOrP12DoThis) {
  for (const std::string ca : {"ca1", "ca2"}) {
    run("openssl req -x509 -newkey rsa:2048 -noenc -subj /CN=" + ca + " -keyout " + ca +
        "-key.pem -out " + ca + "-cert.pem");
  }
  const auto issue = [this](const std::string& name, const std::string& ca) {
    run("openssl req -new -newkey rsa:2048 -noenc -subj /CN=localhost -keyout " + name +
        "-key.pem -out " + name + "-csr.pem");
    run("openssl x509 -req -in " + name + "-csr.pem -CA " + ca + "-cert.pem -CAkey " + ca +
        "-key.pem -CAcreateserial -out " + name + "-cert.pem");
  };
  issue("agent5", "ca2");
  issue("client", "ca1");
  run("cat ca1-cert.pem ca2-cert.pem > ca-cert.pem");
  // The passphrase, and once more.
  run("printf '%s\\n' sample sample | "
      "openssl pkcs12 -export -in agent5-cert.pem -inkey agent5-key.pem \\\n"
      "    -certfile ca-cert.pem -out agent5.pfx");

  const auto seen = talk(
      {.pfx = file("agent5.pfx"), .passphrase = "sample", .requestCert = true},
      {.key = file("client-key.pem"), .cert = file("client-cert.pem"), .ca = file("ca2-cert.pem")});
  expectWelcome(seen);
  EXPECT_EQ(seen.serverSawAuthorized, true) << "ca1 is in the PFX";
}

TEST_F(TlsSsl, ToCreatePfxOrP12TheLibraryDoesThis) {
  const auto ca1 = crypto::createCa({.subject = "ca1"});
  const auto ca2 = crypto::createCa({.subject = "ca2"});
  write("ca1-cert.pem", ca1.cert);
  write("ca2-cert.pem", ca2.cert);
  run("cat ca1-cert.pem ca2-cert.pem > ca-cert.pem");
  EXPECT_EQ(crypto::bundleCas({ca1.cert, ca2.cert, ca1.cert}), file("ca-cert.pem"));

  const Buffer key = crypto::generateKey();
  const Buffer csr = crypto::createCsr({.key = key, .subject = "localhost"});
  const Buffer cert = crypto::signCsr({.csr = csr, .authority = ca2, .altNames = "localhost"});
  for (const std::string passphrase : {"sample", ""}) {
    const Buffer pfx = crypto::createPfx(
        {.key = key, .cert = cert, .ca = file("ca-cert.pem"), .passphrase = passphrase});
    write("agent5.pfx", pfx);
    const std::string seen =
        run("openssl pkcs12 -in agent5.pfx -info -noenc -passin pass:" + passphrase);
    for (const std::string part :
         {"MAC: sha256", "PKCS7 Encrypted data: PBES2, PBKDF2, AES-256-CBC",
          "Shrouded Keybag: PBES2, PBKDF2, AES-256-CBC", "PRF hmacWithSHA256", "ca1", "ca2",
          "localhost", "BEGIN PRIVATE KEY"}) {
      EXPECT_NE(seen.find(part), std::string::npos) << part << " in " << seen;
    }
    expectWelcome(talk({.pfx = pfx, .passphrase = passphrase}, {.ca = ca2.cert}));
  }
}

TEST_F(TlsSsl, PassphrasesAreUnderstoodBothWays) {
  run("openssl genrsa -aes256 -passout pass:sample -out theirs.pem 2048");
  EXPECT_NO_THROW(crypto::createCsr(
      {.key = file("theirs.pem"), .passphrase = "sample", .subject = "localhost"}));
  write("ours.pem", crypto::generateKey({.passphrase = "sample"}));
  run("openssl pkey -in ours.pem -passin pass:sample -noout -check");
  EXPECT_ANY_THROW(run("openssl pkey -in ours.pem -passin pass:another -noout"));
}

}  // namespace
}  // namespace securepair::test
