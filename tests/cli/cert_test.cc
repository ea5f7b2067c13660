// Keys, requests, certificates: what is refused, what is kept, and what openssl would be told.
#include "cli/user.h"
#include "support/child.h"

namespace securepair::test {
namespace {

class Cert : public User {
 protected:
  Cert() { must("umask 022; printf 'a secret\\n' > secret; chmod 600 secret"); }

  bool has(const std::string& text, const std::string& part) const {
    return text.find(part) != std::string::npos;
  }
};

TEST_F(Cert, OverwritesNothingUnlessForced) {
  must("echo mine > a-key.pem; echo mine > a-cert.pem; echo mine > a; chmod 600 *");
  must("securepair cert ca ca; securepair cert new n");
  must("securepair cert csr --key n-key.pem --cn x csr.pem");
  for (const char* line :
       {"key a", "new a", "ca a", "csr --key n-key.pem --cn x a",
        "self-sign --csr csr.pem --key n-key.pem a", "sign --ca ca --san x csr.pem a",
        "bundle --out a ca-cert.pem", "pfx --key n-key.pem --cert n-cert.pem a"}) {
    refuses(std::string("securepair cert ") + line, 7, "File exists");
    refuses(std::string("securepair cert ") + line, 7, "replace it with --force");
    must("test mine,mine,mine = $(echo $(cat a a-key.pem a-cert.pem) | tr ' ' ,)");
    must(std::string("securepair cert ") + line +
         " --force && echo mine > a && "
         "echo mine > a-key.pem && echo mine > a-cert.pem");
  }
}

TEST_F(Cert, MakesNoHalfOfAPair) {
  must("echo mine > a-cert.pem");
  refuses("securepair cert new a", 7, "a-cert.pem");
  refuses("securepair cert ca a", 7, "a-cert.pem");
  must("test ! -e a-key.pem");
}

TEST_F(Cert, NeitherFollowsNorReplacesWhatIsNoFile) {
  must("ln -s target link; mkfifo pipe; mkdir folder; securepair cert ca ca");
  for (const char* line : {"cert key", "cert key --force", "cert revoke --ca ca --crl"}) {
    for (const char* name : {"link", "pipe", "folder", "/dev/null"}) {
      const Outcome outcome = run(std::string("timeout 5 securepair ") + line + " " + name);
      EXPECT_EQ(outcome.exit, 7) << line << name << outcome.err;
      EXPECT_TRUE(has(outcome.err, "File exists, and is a ")) << outcome.err;
      EXPECT_FALSE(has(outcome.err, "--force")) << outcome.err;
    }
  }
  must("test ! -e target -a -L link -a -p pipe -a -d folder -a -c /dev/null");
}

TEST_F(Cert, NothingThatIsMadeIsCalledAsStandardOutput) {
  for (const char* line :
       {"cert key -", "cert new -", "cert ca -", "cert csr --key k --cn x -",
        "cert pfx --cert c --key k -", "cert self-sign --csr c --key k -", "cert sign --ca ca c -",
        "cert bundle --out - c", "cert revoke --ca ca --crl -", "connect --session - localhost:1",
        "connect --keylog - localhost:1", "example --folder - echo"}) {
    refuses(std::string("securepair ") + line, 2, " cannot be standard output");
  }
  EXPECT_EQ(must("ls"), "secret\n");
  must("securepair cert key ./- && test -f ./-");
}

TEST_F(Cert, KeysAndPfxAreTheirOwnersAlone) {
  must("umask 000; securepair cert new a; securepair cert key k; securepair cert ca c");
  must("umask 000; securepair cert pfx --key a-key.pem --cert a-cert.pem p --quiet");
  must("umask 000; echo > old; chmod 666 old; securepair cert key --force old");
  EXPECT_EQ(must("stat -c %a a-key.pem k c-key.pem p old"), "600\n600\n600\n600\n600\n");
}

TEST_F(Cert, WarnsOfAKeyThatOthersCanRead) {
  must("securepair cert key key.pem && chmod 644 key.pem");
  const Outcome outcome = run("securepair cert csr --key key.pem --cn x --quiet csr.pem");
  EXPECT_EQ(outcome.exit, 0);
  EXPECT_TRUE(has(outcome.err, "fix: chmod 600 'key.pem'")) << outcome.err;
  must("chmod 600 key.pem");
  EXPECT_EQ(run("securepair cert csr --key key.pem --cn x --quiet --force csr.pem").err, "");
}

TEST_F(Cert, EncryptsWithAPassphraseFromAFileOrADescriptor) {
  must("securepair cert key --passphrase-file secret a.pem");
  must("securepair cert key --passphrase-fd 3 b.pem 3< secret");
  for (const char* file : {"a.pem", "b.pem"}) {
    EXPECT_TRUE(has(must(std::string("cat ") + file), "BEGIN ENCRYPTED PRIVATE KEY"));
    must(std::string("openssl pkey -noout -passin file:secret -in ") + file);
  }
  must("securepair cert csr --key a.pem --passphrase-file secret --cn x csr.pem");
  refuses("securepair cert csr --key a.pem --cn x other.pem", 7, "passphrase");
  must("echo wrong > wrong; chmod 600 wrong; : > empty");
  refuses("securepair cert csr --key a.pem --passphrase-file wrong --cn x other.pem", 7, "");
  refuses("securepair cert key --passphrase-file empty c.pem", 7, "is empty");
  refuses("securepair cert key --passphrase-file nowhere c.pem", 7, "nowhere");
  refuses("securepair cert key --passphrase-fd 77 c.pem", 7, "descriptor 77");
  refuses("securepair cert key --passphrase-fd 3 --passphrase-file secret c.pem 3< secret", 2,
          "exclude each other");
  must("test ! -e c.pem && test ! -e other.pem");
}

TEST_F(Cert, TakesTheAuthoritysPassphraseAside) {
  must("securepair cert ca --passphrase-file secret ca && echo other > own && chmod 600 own");
  must("securepair cert new --ca ca --ca-passphrase-file secret --passphrase-file own a");
  must(
      "openssl verify -CAfile ca-cert.pem a-cert.pem && openssl pkey -in a-key.pem -passin "
      "file:own -noout");
  refuses("securepair cert new --ca ca b", 7, "passphrase");
  must("test ! -e b-key.pem");
  must(
      "securepair cert pfx --key a-key.pem --key-passphrase-file own --cert a-cert.pem "
      "--passphrase-file secret a.pfx && openssl pkcs12 -in a.pfx -passin file:secret -noout");
}

TEST_F(Cert, HasAlwaysNames) {
  must("securepair cert key k");
  refuses("securepair cert csr --key k csr.pem", 2, "--san is missing");
  must("securepair cert csr --key k --subject /C=UK/O=a\\\\/b/CN=x.test --san ::1 csr.pem");
  EXPECT_EQ(must("securepair cert show csr.pem"),
            "request: C=UK, O=a/b, CN=x.test\n  names: IP Address:0:0:0:0:0:0:0:1, DNS:x.test\n"
            "  key: EC of 256 bits\n");
  must("securepair cert ca ca");
  refuses("securepair cert sign --ca ca csr.pem cert.pem", 2, "asks for IP Address:");
  must("securepair cert sign --ca ca --san y.test --cn y.test csr.pem cert.pem");
  EXPECT_TRUE(has(must("securepair cert show cert.pem"), "names: DNS:y.test\n"));
  const Outcome signing =
      run("securepair cert sign --ca ca --purpose client --cn somebody csr.pem client.pem");
  const std::string next = "securepair verify --ca ca-cert.pem --purpose client client.pem";
  EXPECT_TRUE(has(signing.err, "next: " + next + "\n")) << signing.err;
  must(next);
  EXPECT_TRUE(has(must("securepair cert show client.pem"), "uses: TLS client\n"));
}

TEST_F(Cert, RefusesWhatIsNoValue) {
  must("securepair cert new n && securepair cert csr --key n-key.pem --cn x csr.pem");
  refuses("securepair cert key", 2, "FILE is missing");
  refuses("securepair cert key --type dsa k", 2, "--type must be ec, rsa or ed25519, not 'dsa'");
  refuses("securepair cert key --bits many k", 2, "--bits must be a whole number");
  refuses("securepair cert key --bits 255 k", 2, "bits");
  refuses("securepair cert csr --cn x csr2.pem", 2, "--key is missing");
  refuses("securepair cert csr --key n-key.pem --cn x --subject /CN=x csr2.pem", 2,
          "--cn and --subject exclude each other");
  for (const char* subject : {"CN=x", "/CN", "/=x", "/CN=x\\", "/"}) {
    refuses(std::string("securepair cert csr --key n-key.pem --subject '") + subject + "' c", 2,
            "--subject must be fields such as");
  }
  refuses("securepair cert csr --key n-key.pem --subject /ZZ=x c", 2, "ZZ");
  refuses("securepair cert csr --key n-key.pem --san 'a b' c", 2, "a b");
  refuses("securepair cert new --cn 'Joe User' m", 2, "the CN 'Joe User' is neither a DNS name");
  must("securepair cert new --cn 'Joe User' --san joe.test joe");
  refuses("securepair cert new --days 0 m", 2, "--days must be from 1 to 36500, not 0");
  refuses("securepair cert new --purpose mail m", 2, "--purpose must be server, client or both");
  refuses("securepair cert sign --san x csr.pem c", 2, "--ca is missing");
  refuses("securepair cert sign --ca-cert n-cert.pem --san x csr.pem c", 2, "--ca is missing");
  refuses("securepair cert sign --ca n --ca-key n-key.pem --san x csr.pem c", 2, "--ca excludes");
  refuses("securepair cert sign --ca n --san x csr.pem c", 7, "may not sign certificates");
  refuses("securepair cert csr --key n-cert.pem --cn x c", 7, "no private key");
  refuses("securepair cert csr --key nowhere --cn x c", 7, "nowhere");
  refuses("securepair cert bundle n-key.pem", 7, "no certificate");
  must("test ! -e c && test ! -e k && test ! -e m-key.pem");
}

TEST_F(Cert, TakesNoticeOfAnotherKey) {
  must("securepair cert new a && securepair cert new b");
  must("securepair cert csr --key a-key.pem --cn x csr.pem");
  refuses("securepair cert self-sign --csr csr.pem --key b-key.pem c", 7, "was not made with");
  refuses("securepair cert pfx --cert a-cert.pem --key b-key.pem c", 7, "does not belong");
}

TEST_F(Cert, WarnsOfAPfxWithoutAPassphrase) {
  must("securepair cert new a");
  const Outcome outcome = run("securepair cert pfx --quiet --cert a-cert.pem --key a-key.pem p");
  EXPECT_TRUE(has(outcome.err, "has no passphrase")) << outcome.err;
  must("openssl pkcs12 -in p -passin pass: -noout");
}

TEST_F(Cert, BundlesEachAuthorityOnce) {
  must("securepair cert ca a && securepair cert ca b && securepair cert new --ca a leaf");
  EXPECT_EQ(must("securepair cert bundle a-cert.pem b-cert.pem a-cert.pem"),
            must("cat a-cert.pem b-cert.pem"));
  refuses("securepair cert bundle a-cert.pem leaf-cert.pem", 7, "can vouch for nobody");
}

TEST_F(Cert, RevokesForThoseWhoTrustTheAuthority) {
  must("securepair cert ca ca && for i in a b c; do securepair cert new --ca ca $i; done");
  must("securepair cert revoke --ca ca a-cert.pem && securepair cert revoke --ca ca b-cert.pem");
  const std::string verify = "openssl verify -crl_check -CAfile ca-cert.pem -CRLfile ca-crl.pem ";
  refuses(verify + "a-cert.pem", 2, "certificate revoked");
  refuses(verify + "b-cert.pem", 2, "certificate revoked");
  must(verify + "c-cert.pem");
  must("securepair cert ca other && echo mine > mine");
  refuses("securepair cert revoke --ca other a-cert.pem", 7, "did not issue");
  refuses("securepair cert revoke --ca other --crl ca-crl.pem", 7, "not the list of");
  refuses("securepair cert revoke --ca ca --crl mine a-cert.pem", 7, "no revocation list");
  refuses("securepair cert revoke --ca-cert ca-cert.pem --ca-key ca-key.pem", 2,
          "--crl is missing");
  EXPECT_EQ(must("cat mine"), "mine\n");
}

TEST_F(Cert, SaysHowOpensslRevokes) {
  must("securepair cert ca --passphrase-file secret 'the ca' && mkdir left");
  must("for i in a b c; do securepair cert new --ca 'the ca' --ca-passphrase-file secret $i; done");
  const auto line = [](const std::string& arguments) {
    return "securepair cert revoke --ca 'the ca' " + arguments;
  };
  const auto eval = [&](const std::string& arguments, const std::string& edit = "cat") {
    must("export TMPDIR=$PWD/left && eval \"$(" + line(arguments) + " --show-openssl | " + edit +
         ")\" 3<secret && test -z \"$(ls left)\"");
  };
  // All but what is of this moment.
  const auto told = [&](const std::string& list) {
    return must(
        "openssl crl -CAfile 'the ca-cert.pem' -noout -text -in " + list +
        " 2>&1 | sed \"/Update:/d; / $(date -u +%Y) GMT/d; /Signature Value/,\\$d\" | sort");
  };
  eval("--ca-passphrase-fd 3 a-cert.pem b-cert.pem --crl theirs.pem");
  must(line("--ca-passphrase-file secret a-cert.pem b-cert.pem --crl ours.pem"));
  EXPECT_EQ(told("theirs.pem"), told("ours.pem"));
  EXPECT_TRUE(has(told("theirs.pem"), "verify OK"));

  // What a list before says, a date and a reason too, stands in the new one.
  writeFile(path("older"), R"(s/echo 01/echo FFFFFFFFFFFFFFFFFF/
/^ca -revoke/i printf "R\\t300101000000Z\\t200102030405Z,superseded\\tABCD\\tunknown\\t/\\n" >> "$dir/index.txt" &&
)");
  eval("--ca-passphrase-file secret a-cert.pem --crl before.pem", "sed -f older");
  must("cp before.pem theirs.pem && cp before.pem ours.pem");
  eval("--ca-passphrase-file secret b-cert.pem --crl theirs.pem");
  must(line("--ca-passphrase-file secret b-cert.pem --crl ours.pem"));
  EXPECT_EQ(told("theirs.pem"), told("ours.pem"));
  for (const char* part :
       {"verify OK", "Serial Number: ABCD\n", "Jan  2 03:04:05 2020 GMT", "Superseded"}) {
    EXPECT_TRUE(has(told("theirs.pem"), part)) << part;
  }

  // Neither another authority's list nor a certificate that would be passed over.
  must("securepair cert ca other && securepair cert revoke --ca other && cp other-crl.pem before");
  refuses(
      "eval \"$(securepair cert revoke --ca-cert 'the ca-cert.pem' --ca-key 'the ca-key.pem' "
      "--ca-passphrase-file secret --crl other-crl.pem --show-openssl)\"",
      1, "");
  must("cmp other-crl.pem before && cat a-cert.pem b-cert.pem > both.pem");
  refuses(line("both.pem --show-openssl"), 2, "has several certificates");
}

TEST_F(Cert, IsShown) {
  must("securepair cert ca --cn 'Dev CA' ca && securepair cert new --ca ca --days 10 a");
  const std::string text = must("cat a-cert.pem ca-cert.pem > chain; securepair cert show chain");
  for (const char* part :
       {"certificate: CN=localhost\n  issuer: CN=Dev CA\n", "names: DNS:localhost, IP Address:127",
        " days left\n", "key: EC of 256 bits\n", "uses: TLS server, TLS client\n",
        "certificate: CN=Dev CA\n  issuer: CN=Dev CA, itself\n", "uses: signs certificates\n"}) {
    EXPECT_TRUE(has(text, part)) << part << " is not in\n" << text;
  }
  EXPECT_EQ(must("securepair cert show --json chain | python3 -c 'import json, sys\n"
                 "for line in sys.stdin:\n"
                 "  one = json.loads(line)\n"
                 "  days = one[\"days_left\"]\n"
                 "  assert days in (9, 10, 3649, 3650), days\n"
                 "  print(one[\"subject\"][\"CN\"], one[\"authority\"])'"),
            "localhost False\nDev CA True\n");
  EXPECT_TRUE(has(must("securepair cert show a-cert.pem"),
                  must("openssl x509 -in a-cert.pem -noout -fingerprint -sha256 | cut -d= -f2")));
  refuses("securepair cert show a-key.pem", 7, "'a-key.pem' holds no certificate");
  refuses("securepair cert show a-key.pem", 7, "a PEM block PRIVATE KEY");
  must("openssl x509 -in a-cert.pem -outform DER -out a.der");
  EXPECT_EQ(must("securepair cert show a.der"), must("securepair cert show a-cert.pem"));
  must("openssl pkey -in a-key.pem -outform DER -out key.der");
  refuses("securepair cert show key.der", 7, "got: a private key in DER format");
  must("securepair cert revoke --ca ca a-cert.pem");
  refuses("securepair cert show ca-crl.pem", 7, "openssl crl -noout -text -in ca-crl.pem");
  must("eval \"$(securepair cert show --show-openssl ca-crl.pem)\" | grep 'Revoked Certificates'");
  refuses("securepair cert show nowhere", 7, "nowhere");
}

TEST_F(Cert, IsShownWithoutSteeringTheTerminal) {
  must(
      "securepair cert key k && securepair cert csr --key k --san x --cn $'\\xe2\\x80\\xae' "
      "csr.pem");
  EXPECT_TRUE(has(must("securepair cert show csr.pem"), R"(CN=\E2\80\AE)"));
}

TEST_F(Cert, SaysWhatOpensslWouldBeTold) {
  must(
      "securepair cert ca 'the ca' && securepair cert new --ca 'the ca' --passphrase-file secret "
      "n");
  must("securepair cert csr --key n-key.pem --passphrase-file secret --cn x.test csr.pem");
  const auto eval = [this](const std::string& line) {
    must("eval \"$(securepair cert " + line + " --show-openssl)\"");
  };
  eval("key k1");
  eval("key --type rsa --bits 3072 k2");
  eval("key --type ed25519 --passphrase-file secret k3");
  eval(
      "csr --key n-key.pem --passphrase-file secret --san a.test --san ::1 --subject "
      "'/O=it'\\''s/CN=b' r1");
  eval("self-sign --csr csr.pem --key n-key.pem --passphrase-file secret --san y.test c1");
  eval("new --cn z.test c2");
  eval("new --ca 'the ca' --type rsa --passphrase-file secret c3");
  eval("ca --cn 'Dev CA' c4");
  eval("ca --key k1 c5");
  eval("sign --ca 'the ca' --copy-names csr.pem c6");
  eval("sign --ca 'the ca' --purpose client csr.pem c7");
  eval("bundle --out b1 c2-cert.pem c4-cert.pem");
  eval(
      "pfx --key n-key.pem --key-passphrase-file secret --cert n-cert.pem --ca c4-cert.pem --ca "
      "c5-cert.pem --passphrase-file secret p1");
  eval("show c1");
  eval("show r1");
  for (const char* key : {"k1", "k2", "k3", "c2-key.pem", "c3-key.pem", "c4-key.pem"}) {
    must(std::string("test 600 = $(stat -c %a ") + key + ")");
    must(std::string("securepair cert csr --quiet --force --cn x --passphrase-file secret --key ") +
         key + " scratch");
  }
  EXPECT_TRUE(has(must("securepair cert show r1"), "O=it's"));
  eval("csr --key n-key.pem --passphrase-file secret --cn localhost --san a.test r2");
  must(
      "securepair cert csr --key n-key.pem --passphrase-file secret --cn localhost --san a.test "
      "r3");
  EXPECT_EQ(must("securepair cert show r2"), must("securepair cert show r3"));
  EXPECT_TRUE(has(must("securepair cert show r3"), "names: DNS:a.test, DNS:localhost\n"));
  EXPECT_TRUE(has(must("securepair cert show c1"), "names: DNS:x.test, DNS:y.test\n"));
  EXPECT_TRUE(has(must("securepair cert show c7"), "uses: TLS client\n"));
  must("openssl verify -CAfile 'the ca-cert.pem' c3-cert.pem c6 c7");
  must("openssl verify -CAfile c4-cert.pem c4-cert.pem && test ! -e c5-key.pem");
  must("openssl pkcs12 -in p1 -passin file:secret -noout && securepair cert bundle b1");
}

}  // namespace
}  // namespace securepair::test
