// The page's echo server and its relatives, asked by openssl.
#include <csignal>

#include "cli/served.h"

namespace securepair::test {

class Serve : public UserWithKeys {
 protected:
  static constexpr const char* withPair =
      "securepair serve --listen 0 --key server-key.pem --cert server.pem ";

  // What openssl's client has got that says `text` and half a second later that it is done.
  std::string ask(const Served& served, const std::string& text,
                  const std::string& flags = "") const {
    return run("(printf '" + text +
               "'; sleep 0.3) | timeout 5 openssl s_client -quiet -no_ign_eof " + flags +
               " -connect 127.0.0.1:" + served.port())
        .out;
  }
};

TEST_F(Serve, GreetsAndSendsBackWhatComes) {
  Served served(folder(), withPair);
  EXPECT_EQ(ask(served, "hello\\n"), "welcome!\nhello\n");
  EXPECT_EQ(served.endBy(SIGTERM), 0);
}

TEST_F(Serve, ListensWhereItIsTold) {
  const auto listens = [this](const std::string& address, const std::string& told) {
    Served served(folder(), "securepair serve --listen " + address);
    EXPECT_TRUE(served.waitFor("listening on " + told)) << served.said();
    EXPECT_EQ(served.endBy(SIGINT), 0);
  };
  listens("0", "127.0.0.1:");
  listens(":0", "127.0.0.1:");
  listens("0.0.0.0:0", "0.0.0.0:");
  listens("localhost:0", "127.0.0.1:");
}

TEST_F(Serve, ListensOnAUnixSocket) {
  Child served("cd '" + folder() +
                   "' && exec " SECUREPAIR_BIN_DIR
                   "/securepair serve --listen ./socket --key server-key.pem --cert server.pem",
               path("served.txt"));
  ASSERT_TRUE(served.waitFor("listening on ./socket\n")) << served.output();
  EXPECT_EQ(
      run("(printf hi; sleep 0.3) | timeout 5 openssl s_client -quiet -no_ign_eof -unix socket")
          .out,
      "welcome!\nhi");
}

TEST_F(Serve, SaysWhereItCannotListen) {
  Served served(folder(), withPair);
  refuses("securepair serve --listen " + served.port(), 3, "EADDRINUSE");
  refuses("securepair serve --workers 2 --listen 192.0.2.1:0", 3, "EADDRNOTAVAIL");
  must("echo mine > file; mkdir folder");
  refuses("securepair serve --listen ./file", 3, "'./file', which is a file, and no socket");
  refuses("securepair serve --listen ./folder", 3, "which is a folder, and no socket");
  EXPECT_EQ(must("cat file"), "mine\n");
}

TEST_F(Serve, EndsWithItsTerminalUnlessNohupHasStartedIt) {
  EXPECT_EQ(Served(folder(), withPair).endBy(SIGHUP), 0);
  Served served(folder(), "nohup " + std::string(withPair));
  kill(served.pid(), SIGHUP);
  EXPECT_EQ(ask(served, "hi"), "welcome!\nhi");
  EXPECT_EQ(served.endBy(SIGTERM), 0);
}

TEST_F(Serve, HasOtherModes) {
  EXPECT_EQ(ask(Served(folder(), std::string(withPair) + "--mode echo"), "hi"), "hi");
  EXPECT_EQ(ask(Served(folder(), std::string(withPair) + "--mode discard"), "hi"), "");
  Served source(folder(), std::string(withPair) + "--mode source");
  EXPECT_EQ(must("timeout 5 openssl s_client -quiet -connect 127.0.0.1:" + source.port() +
                 " </dev/zero 2>/dev/null | head -c 3000000 | wc -c"),
            "3000000\n");
}

TEST_F(Serve, SendsAFileWhole) {
  must("head -c 3000000 /dev/urandom > file");
  Served served(folder(), std::string(withPair) + "--mode cat file");
  must("securepair connect --ca ca.pem localhost:" + served.port() + " </dev/null | cmp - file");
}

TEST_F(Serve, MakesAThrowAwayPairAndSaysSo) {
  Served served(folder(), "securepair serve --listen 0");
  EXPECT_TRUE(served.waitFor("a throw-away pair for localhost was made")) << served.said();
  EXPECT_TRUE(served.waitFor("securepair connect --pin ")) << served.said();
  EXPECT_EQ(ask(served, "hi"), "welcome!\nhi");
}

TEST_F(Serve, ShowsTheCertificateOfTheName) {
  Served served(folder(), std::string(withPair) + "--sni '*.example.org=wild.pem,wild-key.pem'");
  const auto subject = [&](const std::string& name) {
    return run("openssl s_client -servername " + name + " -connect 127.0.0.1:" + served.port() +
               " </dev/null 2>/dev/null | grep ^subject")
        .out;
  };
  EXPECT_EQ(subject("www.example.org"), "subject=CN = wild\n");
  EXPECT_EQ(subject("localhost"), "subject=CN = localhost\n");
}

// A client has chosen the name, and a server its certificate.
TEST_F(Serve, NeitherSideWritesLinesIntoTheOthersLog) {
  must(
      "openssl req -x509 -newkey ec -pkeyopt "
      "ec_paramgen_curve:P-256 -nodes -days 2 -subj $'/CN=x\\nsecurepair: y' -keyout k -out c "
      "-addext subjectAltName=DNS:localhost && chmod 600 k");
  Served served(folder(), "securepair serve --listen 0 --key k --cert c -v");
  const Outcome told =
      run("securepair connect -v --ca c localhost:" + served.port() + " </dev/null");
  EXPECT_NE(told.err.find(R"(certificate: x\0Asecurepair: y)"), std::string::npos) << told.err;
  run("timeout 5 openssl s_client -servername $'x\\nsecurepair: y' -connect 127.0.0.1:" +
      served.port() + " </dev/null");
  EXPECT_TRUE(served.waitFor(R"(for x\x0Asecurepair: y)")) << served.said();
}

TEST_F(Serve, AsksForClientCertificates) {
  Served served(folder(),
                std::string(withPair) + "--ca ca.pem --request-cert --reject-unauthorized -v");
  EXPECT_EQ(ask(served, "hi", "-cert client.pem -key client-key.pem"), "welcome!\nhi");
  EXPECT_TRUE(served.waitFor(", authorized\n")) << served.said();
  EXPECT_EQ(ask(served, "hi"), "");
}

TEST_F(Serve, CutsOffWhoRenegotiatesTooOften) {
  Served served(folder(), std::string(withPair) + "--reneg-limit 2 --reneg-window 1h");
  run("(for i in 1 2 3; do sleep 0.2; echo R; done; sleep 0.3) | timeout 5 openssl s_client "
      "-tls1_2 -connect 127.0.0.1:" +
      served.port());
  EXPECT_TRUE(served.waitFor("too many renegotiations")) << served.said();
  EXPECT_TRUE(served.waitFor("at most 2 in 3600 seconds")) << served.said();
}

TEST_F(Serve, WaitsForHandshakesNoLongerThanToldTo) {
  Served served(folder(), std::string(withPair) + "--handshake-timeout 100ms");
  must("timeout 5 bash -c 'exec 3<>/dev/tcp/127.0.0.1/" + served.port() + "; cat <&3'");
  EXPECT_TRUE(served.waitFor("the TLS handshake was not done in time")) << served.said();
}

TEST_F(Serve, TakesNoMoreConnectionsThanToldTo) {
  Served served(folder(), std::string(withPair) + "--max-connections 1 -v");
  Child first("(sleep 20) | openssl s_client -quiet -connect 127.0.0.1:" + served.port(),
              path("first.txt"));
  ASSERT_TRUE(first.waitFor("welcome!"));
  EXPECT_EQ(ask(served, "hi"), "");
  EXPECT_EQ(served.endBy(SIGTERM), 0);
}

TEST_F(Serve, WorkersShareThePortAndTheTickets) {
  Served served(folder(), std::string(withPair) + "--workers 4 -v");
  run("echo | openssl s_client -tls1_2 -sess_out session -connect 127.0.0.1:" + served.port());
  for (int i = 0; i < 8; ++i) {
    EXPECT_NE(
        run("echo | openssl s_client -tls1_2 -sess_in session -connect 127.0.0.1:" + served.port())
            .out.find("\nReused, "),
        std::string::npos);
  }
  EXPECT_EQ(served.endBy(SIGTERM), 0);
}

TEST_F(Serve, EndsInSpiteOfClientsThatDoNot) {
  Served served(folder(), std::string(withPair) + "--mode source");
  // It reads nothing.
  Child client("sleep 20 | (openssl s_client -quiet -connect 127.0.0.1:" + served.port() +
                   " & exec sleep 20) | sleep 20",
               path("client.txt"));
  usleep(300'000);
  EXPECT_EQ(served.endBy(SIGTERM), 1);
  EXPECT_TRUE(served.waitFor("have been cut: 1")) << served.said();
}

TEST_F(Serve, TellsScripts) {
  Served served(folder(), std::string(withPair) + "--json -v");
  EXPECT_EQ(ask(served, "hi"), "welcome!\nhi");
  run("exec 3<>/dev/tcp/127.0.0.1/" + served.port() + "; echo hello >&3; cat <&3");
  for (const char* part :
       {R"({"event":"connected","peer":"127.0.0.1:)", R"("version":"TLSv1.3")",
        R"({"event":"disconnected","peer":"127.0.0.1:)", R"({"event":"clientError","peer":)"}) {
    EXPECT_TRUE(served.waitFor(part)) << part << " is not in\n" << served.said();
  }
  must("python3 -c 'import json; [json.loads(line) for line in open(\"served.txt\")]'");
}

TEST_F(Serve, SaysWhatASecurityLevelNeeds) {
  must("securepair cert new --type rsa --bits 2048 rsa");
  const std::string with = "securepair serve --listen 0 --key rsa-key.pem --cert rsa-cert.pem ";
  refuses(with + "--security-level 3", 7, "RSA of 3072 bits or more, or P-256");
  refuses(with + "--security-level 4", 7, "ec_paramgen_curve:P-384 -sha384");
  for (const char* level : {"3", "4", "5"}) {
    const Served served(folder(),
                        std::string("securepair serve --listen 0 --security-level ") + level);
    must("printf hi | securepair connect --insecure localhost:" + served.port());
    must(std::string(
             "securepair proxy --listen 0 --to 127.0.0.1:1 --check-config --security-level ") +
         level);
  }
}

TEST_F(Serve, SaysThatNobodyIsAsked) {
  Served served(folder(), std::string(withPair) + "--ca server.pem");
  EXPECT_TRUE(served.waitFor("clients are not asked for a certificate")) << served.said();
}

TEST_F(Serve, RefusesWhatMakesNoSense) {
  refuses("securepair serve --mode cat", 2, "--mode cat needs a FILE");
  must("mkfifo pipe");
  refuses("securepair serve --mode cat nothing", 7, "cannot read 'nothing': No such file");
  refuses("securepair serve --mode cat .", 7, "cannot read '.': Is a directory");
  refuses("timeout 5 securepair serve --mode cat pipe", 7, "'pipe' is a device, a pipe");
  refuses("securepair serve file", 2, "--mode page sends no file");
  refuses("securepair serve --mode exec", 2, "--mode must be page, echo, discard, source or cat");
  refuses("securepair serve --listen 70000", 2, "--listen has a port that is above 65535");
  refuses("securepair serve --listen host", 2, "--listen must be HOST:PORT");
  refuses("securepair serve --sni a=b", 2, "--sni must be NAME=CERT,KEY, not 'a=b'");
  refuses("securepair serve --sni a=nothing,nothing", 7, "'nothing'");
  refuses("securepair serve --key server-key.pem", 2, "--key needs its --cert");
  refuses("securepair serve --key client-key.pem --cert server.pem", 7, "key");
  refuses("securepair serve --reject-unauthorized", 2, "no effect without --request-cert");
  refuses("securepair serve --reneg-limit -1", 2, "--reneg-limit must be");
  refuses("securepair serve --reneg-window 1500ms", 2, "--reneg-window must be whole seconds");
  refuses("securepair serve --handshake-timeout soon", 2, "--handshake-timeout must be a time");
  refuses("securepair serve --max-connections many", 2, "--max-connections must be");
  refuses("securepair serve --workers 0", 2, "--workers must be from 1 to 1024, not 0");
  refuses("securepair serve --workers 2 --listen ./socket", 2, "cannot share a Unix socket");
  refuses("securepair serve --ciphers none", 2, "ciphers");
  refuses("securepair serve --min-version SSLv3", 2, "--min-version must be");
}

}  // namespace securepair::test
