// Chains that are judged without a connection.
#include "cli/user.h"

namespace securepair::test {
namespace {

class Verify : public User {
 protected:
  Verify() { must("securepair cert ca ca && securepair cert new --ca ca a"); }

  void isAuthorized(const std::string& line) const {
    EXPECT_TRUE(must("securepair verify " + line).starts_with("authorized: CN=localhost, until "));
  }
};

TEST_F(Verify, TellsWhoIsAuthorized) {
  isAuthorized("--ca ca-cert.pem a-cert.pem");
  isAuthorized("--ca ca-cert.pem --name localhost a-cert.pem");
  isAuthorized("--ca ca-cert.pem --name ::1 a-cert.pem");
  isAuthorized("--ca ca-cert.pem --purpose client a-cert.pem");
  isAuthorized("--ca ca-cert.pem --max-depth 0 a-cert.pem");
  isAuthorized("--ca-append ca-cert.pem --name localhost a-cert.pem");
}

TEST_F(Verify, ExitsWith5AndSaysWhyOtherwise) {
  must("securepair cert ca other && securepair cert new --ca ca --purpose server s");
  must("securepair cert revoke --ca ca a-cert.pem");
  refuses("securepair verify --name localhost a-cert.pem", 5, "fix: ");
  refuses("securepair verify --ca other-cert.pem a-cert.pem", 5, "fix: ");
  refuses("securepair verify --ca ca-cert.pem --name other.test a-cert.pem", 5, "other.test");
  refuses("securepair verify --ca ca-cert.pem --name 127.0.0.1 --name-kind dns a-cert.pem", 5, "");
  refuses("securepair verify --ca ca-cert.pem --purpose client s-cert.pem", 5, "purpose");
  refuses("securepair verify --ca ca-cert.pem --time 2001-01-01 a-cert.pem", 5, "not yet valid");
  refuses("securepair verify --ca ca-cert.pem --crl ca-crl.pem a-cert.pem", 5, "revoked");
}

TEST_F(Verify, LooksAtTheTimeThatIsSaid) {
  must(
      "printf '%s\\n' $(date -u -d '+2 days' +%F) $(date -u -d '+2 days' +%FT%TZ) "
      "$(date -d '+2 days' +%s) > times");
  must("securepair cert new --ca ca --days 1 day");
  for (const std::string& time : linesOf(must("cat times"))) {
    isAuthorized("--ca ca-cert.pem --time " + time + " a-cert.pem");
    refuses("securepair verify --ca ca-cert.pem --time " + time + " day-cert.pem", 5, "expired");
  }
}

TEST_F(Verify, AnswersInJson) {
  EXPECT_EQ(must("securepair verify --json --ca ca-cert.pem a-cert.pem"),
            "{\"authorized\":true,\"error\":null}\n");
  const Outcome refused = run("securepair verify --json --ca ca-cert.pem --name b a-cert.pem");
  EXPECT_EQ(refused.exit, 5);
  EXPECT_TRUE(refused.out.starts_with(
      R"({"authorized":false,"error":{"code":"ERR_TLS_CERT_ALTNAME_INVALID",)"))
      << refused.out;
}

TEST_F(Verify, RefusesWhatIsNoQuestion) {
  refuses("securepair verify", 2, "FILE is missing");
  refuses("securepair verify --purpose mail a-cert.pem", 2, "--purpose must be server or client");
  refuses("securepair verify --name-kind mail a-cert.pem", 2, "--name-kind must be any, dns or ip");
  refuses("securepair verify --ca ca-cert.pem --name-kind dns a-cert.pem", 2,
          "--name-kind is given without --name");
  refuses("securepair verify --purpose client --name x a-cert.pem", 2, "--name");
  for (const char* time :
       {"soon", "2026-02-30", "2026-01-31x", "1.5", "9999-01-01", "10000000000"}) {
    refuses(std::string("securepair verify a-cert.pem --time ") + time, 2, "--time must be a time");
  }
  refuses("securepair verify --max-depth -1 a-cert.pem", 2, "--max-depth");
  refuses("securepair verify --security-level 6 a-cert.pem", 2, "--security-level");
  refuses("securepair verify --ca ca-cert.pem --ca-append ca-cert.pem a-cert.pem", 2,
          "--ca and --ca-append are mutually exclusive");
  refuses("securepair verify --ca nowhere a-cert.pem", 7, "nowhere");
  refuses("securepair verify --ca a-key.pem a-cert.pem", 7, "no certificate");
  refuses("securepair verify --ca ca-cert.pem nowhere", 7, "nowhere");
  refuses("securepair verify --ca ca-cert.pem a-key.pem", 7, "PRIVATE KEY");
  refuses("echo > none; securepair verify --ca ca-cert.pem none", 7, "no certificate");
  refuses("securepair verify --batch a-cert.pem", 2, "--batch excludes");
  refuses("securepair verify --batch --ca ca-cert.pem", 2, "--batch excludes");
}

}  // namespace
}  // namespace securepair::test
