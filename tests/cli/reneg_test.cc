// The page's test of a server: R is tapped until the connection is cut.
#include "cli/served.h"

namespace securepair::test {

class Reneg : public UserWithKeys {
 protected:
  static constexpr const char* server =
      "securepair serve --listen 0 --key server-key.pem --cert server.pem ";

  static std::string reneg(const Served& served, const std::string& flags = "") {
    return "securepair reneg --ca ca.pem " + flags + " localhost:" + served.port();
  }
};

TEST_F(Reneg, TellsHowManyThePagesServerHasServed) {
  Served served(folder(), server);
  EXPECT_EQ(must(reneg(served)),
            "the server has served 3 renegotiations, and then cut the "
            "connection\n");
  refuses(reneg(served, "--count 2"), 8, "has served 2 renegotiations, and never cut");
  const std::string json = must(reneg(served, "--json"));
  EXPECT_TRUE(json.starts_with(R"({"server":"localhost:)")) << json;
  EXPECT_NE(json.find(R"("version":"TLSv1.2","served":3,"outcome":"cut","error":{)"),
            std::string::npos)
      << json;
  EXPECT_NE(must("securepair inspect --ca ca.pem localhost:" + served.port())
                .find("\nrenegotiation: served when a client asks\n"),
            std::string::npos);
}

TEST_F(Reneg, KnowsTheServersOwnLimit) {
  Served one(folder(), std::string(server) + "--reneg-limit 1");
  EXPECT_EQ(must(reneg(one)),
            "the server has served 1 renegotiation, and then cut the connection\n");
  Served none(folder(), std::string(server) + "--reneg-limit 0", "none");
  EXPECT_EQ(must(reneg(none)), "the server refuses to renegotiate\n");
  EXPECT_NE(must(reneg(none, "--json")).find(R"("served":0,"outcome":"refused")"),
            std::string::npos);
}

TEST_F(Reneg, KnowsOpensslsServer) {
  Served refusing(folder(), opensslServer("-no_renegotiation"));
  EXPECT_EQ(must(reneg(refusing)), "the server refuses to renegotiate\n");
  Served serving(folder(), opensslServer("-client_renegotiation"), "serving");
  // It sleeps for a second when there is nothing to read.
  refuses(reneg(serving, "--count 1"), 8, "has served 1 renegotiation, and never cut");
}

TEST_F(Reneg, SaysThatTls13HasNone) {
  Served served(folder(), opensslServer("-tls1_3"));
  EXPECT_EQ(must(reneg(served)), "the server speaks TLS 1.3 alone, which has no renegotiation\n");
  EXPECT_NE(
      must(reneg(served, "--json")).find(R"("version":"TLSv1.3","served":0,"outcome":"none")"),
      std::string::npos);
  // Who says so has to be the one that was meant.
  refuses("securepair reneg --ca other-ca.pem localhost:" + served.port(), 5, "certificate");
  EXPECT_NE(must("securepair inspect --ca ca.pem localhost:" + served.port())
                .find("\nrenegotiation: none\n"),
            std::string::npos);
}

// A server that reads nothing more once the handshake is done.
TEST_F(Reneg, WaitsNoLongerThanToldTo) {
  Served silent(
      folder(),
      "python3 -uc 'import socket, ssl, time\n"
      "context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)\n"
      "context.load_cert_chain(\"server.pem\", \"server-key.pem\")\n"
      "listener = socket.create_server((\"127.0.0.1\", 0)); print(listener.getsockname()[1])\n"
      "c = context.wrap_socket(listener.accept()[0], server_side=True)\n"
      "time.sleep(20)'");
  refuses(reneg(silent, "--timeout 300ms"), 6, "does not answer any more within --timeout");
}

TEST_F(Reneg, LooksAtTheServerFirst) {
  Served served(folder(), server);
  refuses("securepair reneg localhost:" + served.port(), 5, "fix: ");
  const Outcome outcome = run("securepair reneg --insecure localhost:" + served.port());
  EXPECT_EQ(outcome.exit, 0);
  EXPECT_NE(outcome.out.find("served 3"), std::string::npos) << outcome.out;
  EXPECT_NE(outcome.err.find("not authorized: "), std::string::npos) << outcome.err;
  refuses("securepair reneg --pin " + std::string(64, '0') + " localhost:" + served.port(), 5,
          "another certificate than that of --pin");
}

TEST_F(Reneg, RefusesWhatMakesNoSense) {
  refuses("securepair reneg", 2, "HOST:PORT is missing");
  for (const char* flag : {"--min-version", "--max-version"}) {
    refuses(std::string("securepair reneg ") + flag + " TLSv1.3 localhost:1", 2,
            std::string("leave ") + flag + " out");
  }
  refuses("securepair reneg --count 0 localhost:1", 2, "--count must be");
  refuses("securepair reneg --timeout x localhost:1", 2, "--timeout must be");
  refuses("securepair reneg --insecure --pin " + std::string(64, 'a') + " localhost:1", 2,
          "--insecure and --pin exclude each other");
  refuses("securepair reneg 127.0.0.1:1", 3, "ECONNREFUSED");
}

}  // namespace securepair::test
