// What is told of a server, and of a file of certificates.
#include "cli/served.h"

namespace securepair::test {

class Inspect : public UserWithKeys {
 protected:
  static constexpr const char* server =
      "securepair serve --listen 0 --key server-key.pem --cert server.pem ";

  static void says(const std::string& text, std::initializer_list<const char*> parts) {
    for (const char* part : parts) {
      EXPECT_NE(text.find(part), std::string::npos) << part << " is not in\n" << text;
    }
  }
};

TEST_F(Inspect, TellsWhatAServerIs) {
  Served served(folder(), std::string(server) + "--alpn http/1.1");
  says(must("securepair inspect --ca ca.pem localhost:" + served.port()),
       {"versions: TLSv1.2, TLSv1.3\n", "cipher: TLS_AES_256_GCM_SHA384 (TLSv1.3)\n",
        "group: X25519\n", "ALPN: http/1.1\n", "NPN: none\n", "resumption: yes\n",
        "\n  CN=localhost\n", "names: DNS:localhost, IP Address:127.0.0.1\n",
        "\n    └ CN=Test CA\n", "29 days left\n", "authorized: yes\n"});
}

TEST_F(Inspect, TellsWhatAServerDoesNotDo) {
  Served served(folder(), std::string(server) +
                              "--max-version TLSv1.2 --ciphers ECDHE-ECDSA-AES128-GCM-SHA256");
  says(must("securepair inspect --ca ca.pem localhost:" + served.port()),
       {"versions: TLSv1.2\n", "cipher: ECDHE-ECDSA-AES128-GCM-SHA256 (TLSv1.2)\n", "ALPN: none\n",
        "resumption: yes\n"});
  Served without(folder(), opensslServer("-num_tickets 0 -no_ticket -no_cache"), "without");
  const std::string line = "securepair inspect --ca ca.pem 127.0.0.1:" + without.port();
  says(must(line + " --max-version TLSv1.2"), {"resumption: no\n"});
  says(must(line), {"resumption: not with TLSv1.2; of TLSv1.3 no session came before any data\n"});
}

// A session of TLS 1.3 may come with the first data, and nothing is said to a server that is looked
// at.
TEST_F(Inspect, TellsOfSessionsWithoutADatum) {
  Served silent(folder(), std::string(server) + "--mode echo");
  const std::string line = "securepair inspect --ca ca.pem localhost:" + silent.port();
  says(must(line), {"resumption: yes, with TLSv1.2; of TLSv1.3 no session came before any data\n"});
  says(must(line + " --json"), {"\"resumption\":true"});
  says(must(line + " --min-version TLSv1.3"),
       {"resumption: not found out; of TLSv1.3 no session came before any data\n"});
}

TEST_F(Inspect, TriesNoVersionThatIsNotAskedFor) {
  Served served(folder(), server);
  const std::string line = "securepair inspect --ca ca.pem localhost:" + served.port();
  says(must(line + " --min-version TLSv1.3"), {"versions: TLSv1.3\n"});
  says(must(line + " --max-version TLSv1.2"), {"versions: TLSv1.2\n"});
}

TEST_F(Inspect, TellsOfNpn) {
  Served served(folder(), opensslServer("-tls1_2 -nextprotoneg http/1.1"));
  says(must("securepair inspect --ca ca.pem localhost:" + served.port()),
       {"ALPN: none\n", "NPN: http/1.1\n"});
}

TEST_F(Inspect, SaysWhyAServerIsNotAuthorized) {
  Served served(folder(), server);
  const Outcome outcome = run("securepair inspect --ca other-ca.pem localhost:" + served.port());
  EXPECT_EQ(outcome.exit, 5);
  says(outcome.out, {"authorized: no\n", "resumption: not tried", "versions: TLSv1.2, TLSv1.3\n"});
  says(outcome.err, {"unable to verify the first certificate", "fix: "});
}

TEST_F(Inspect, TellsOfAServerThatAsksForACertificate) {
  Served served(folder(), std::string(server) + "--ca ca.pem --request-cert --reject-unauthorized");
  const std::string line = "securepair inspect --ca ca.pem localhost:" + served.port();
  says(must(line), {"versions: TLSv1.3, TLSv1.2 not found out\n", "(TLSv1.3)\n", "group: X25519\n",
                    "resumption: not found out\n", "renegotiation: not found out\n",
                    "client certificate: asks for one", "└ CN=Test CA\n", "authorized: yes\n"});
  says(must(line + " --json"), {R"("asksForCertificate":true)", R"("versions":["TLSv1.3"])",
                                R"("versionsNotFoundOut":["TLSv1.2"])", R"("refusal":{"code":)"});
  refuses(line + " --expires-in 40d", 8, "--expires-in");
  says(must(line + " --cert client.pem --key client-key.pem"),
       {"versions: TLSv1.2, TLSv1.3\n", "resumption: yes\n"});
}

TEST_F(Inspect, TellsWhatItHasSeenOfAServerThatIsGone) {
  Served served(
      folder(),
      "python3 -uc 'import socket, ssl\n"
      "context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)\n"
      "context.load_cert_chain(\"server.pem\", \"server-key.pem\")\n"
      "listener = socket.create_server((\"127.0.0.1\", 0)); print(listener.getsockname()[1])\n"
      "c = listener.accept()[0]; listener.close(); c = context.wrap_socket(c, server_side=True)\n"
      "c.recv(100)'");
  says(must("securepair inspect --ca ca.pem 127.0.0.1:" + served.port()),
       {"versions: TLSv1.3, TLSv1.2 not found out\n", "resumption: not found out\n",
        "authorized: yes\n"});
}

TEST_F(Inspect, ChecksWhenCertificatesExpire) {
  Served served(folder(), server);
  const std::string line = "securepair inspect --ca ca.pem localhost:" + served.port();
  must(line + " --expires-in 20d");
  refuses(line + " --expires-in 40d", 8, "is not valid for as long as --expires-in wants");
  must("securepair inspect --ca ca.pem --servername localhost --expires-in 20d server.pem");
  refuses("securepair inspect --ca ca.pem --servername localhost --expires-in 40d server.pem", 8,
          "valid to ");
}

TEST_F(Inspect, CalculatesToTheSecondAndBeyondTheYear2262) {
  must(
      "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2900000 "
      "-subj /CN=x -addext subjectAltName=DNS:x -keyout key.pem -out long.pem && "
      "openssl x509 -in long.pem -signkey key.pem -days 0 -out just.pem");
  const std::string line = "securepair inspect --ca long.pem --servername x long.pem";
  says(must(line + " --expires-in 36525d"), {" 9966 GMT", ", 2899999 days left\n"});
  refuses(line + " --expires-in 150000d", 2, "--expires-in must be at most 36525d");
  refuses(line + " --expires-in 99999999999999999999d", 2, "--expires-in must be a time");
  must("sleep 1");
  says(run("securepair inspect --ca just.pem just.pem").out, {": expired\n"});
}

TEST_F(Inspect, ReadsAFile) {
  says(must("securepair inspect --ca ca.pem --servername localhost server.pem"),
       {"file: server.pem\n", "CN=localhost\n", "└ CN=Test CA\n", "authorized: yes\n"});
  refuses("securepair inspect --ca ca.pem --servername example.org server.pem", 5, "example.org");
  refuses("securepair inspect --ca ca.pem --servername localhost server-key.pem", 7, "key");
}

TEST_F(Inspect, TellsOfAllThatIsInAFile) {
  must("cat server.pem client.pem ca.pem > all.pem && cat ca.pem other-ca.pem > bundle.pem");
  const std::string line = "securepair inspect --ca ca.pem --servername localhost all.pem";
  says(must(line),
       {"chain:\n  CN=localhost\n", "beside the chain:\n  CN=somebody\n", "authorized: yes\n"});
  says(must("securepair inspect bundle.pem"),
       {"authorities:\n  CN=Test CA\n", "\n  CN=Other CA\n", " days left\n"});
  EXPECT_EQ(must("securepair inspect --json bundle.pem | python3 -c 'import json, sys\n"
                 "o = json.loads(sys.stdin.read()); print(o[\"authorized\"], "
                 "[c[\"subject\"] for c in o[\"certificates\"]])'"),
            "None ['CN=Test CA', 'CN=Other CA']\n");
}

TEST_F(Inspect, ChecksWhenAllThatIsInAFileExpires) {
  must(
      "openssl x509 -in ca.pem -signkey ca-key.pem -days 300 -out long-ca.pem && "
      "securepair cert new --ca-cert ca.pem --ca-key ca-key.pem --cn short --days 1 --quiet short "
      "&& "
      "cat server.pem short-cert.pem > two.pem && cat long-ca.pem ca.pem > bundle.pem");
  const std::string line = "securepair inspect --ca ca.pem --servername localhost --expires-in ";
  must(line + "20d server.pem");
  refuses(line + "20d two.pem", 8, "the certificate of CN=short is not valid for as long");
  must("securepair inspect --expires-in 20d bundle.pem");
  refuses("securepair inspect --expires-in 40d bundle.pem", 8, "CN=Test CA");
}

TEST_F(Inspect, SaysWhatAFileIsInstead) {
  refuses("securepair inspect nothing.pem", 7, "'nothing.pem'");
  refuses("securepair inspect ./nothing", 7, "'./nothing'");
  refuses("securepair inspect nothing", 2, "a file of certificates, not 'nothing'");
  refuses("securepair inspect https://localhost", 2, "fix: say localhost:443\n");
  must(
      "openssl x509 -in server.pem -outform DER -out d.der && "
      "securepair cert pfx --quiet --cert server.pem --key server-key.pem server.pfx");
  says(must("securepair inspect --ca ca.pem --servername localhost d.der"), {"authorized: yes\n"});
  const Outcome pfx = run("securepair inspect server.pfx");
  EXPECT_EQ(pfx.exit, 7);
  says(pfx.err, {"'server.pfx' holds no certificate", "got: a PFX (PKCS#12)\n",
                 "fix: take its certificates out: openssl pkcs12 -nokeys -in server.pfx"});
}

TEST_F(Inspect, TellsScripts) {
  Served served(folder(), server);
  EXPECT_EQ(must("securepair inspect --json --ca ca.pem localhost:" + served.port() +
                 " | python3 -c 'import json, sys; o = json.loads(sys.stdin.read())\n"
                 "print(o[\"authorized\"], o[\"versions\"], o[\"resumption\"], len(o[\"chain\"]), "
                 "o[\"chain\"][0][\"daysLeft\"])'"),
            "True ['TLSv1.2', 'TLSv1.3'] True 2 29\n");
  const Outcome refused = run("securepair inspect --json localhost:" + served.port());
  EXPECT_EQ(refused.exit, 5);
  says(refused.out, {R"("authorized":false)", R"("code":"UNABLE_TO_)", R"("fix":)"});
  says(run("securepair inspect --json --ca ca.pem --servername x localhost:" + served.port()).out,
       {"give that name as --servername,"});
}

TEST_F(Inspect, RecognisesAPlainPort) {
  Served mail(folder(),
              "python3 -uc 'import socket\n"
              "s = socket.create_server((\"127.0.0.1\", 0)); print(s.getsockname()[1])\n"
              "c = s.accept()[0]; c.sendall(b\"220 mail ESMTP\\r\\n\"); c.recv(1000)'");
  refuses("securepair inspect localhost:" + mail.port(), 4, "begin with --starttls smtp;");
}

TEST_F(Inspect, RefusesWhatMakesNoSense) {
  refuses("securepair inspect", 2, "SUBJECT is missing");
  refuses("securepair inspect --expires-in soon server.pem", 2, "--expires-in must be a time");
  refuses("securepair inspect --expires-in 30 server.pem", 2, "fix: --expires-in 30d");
  refuses("securepair inspect 127.0.0.1:1", 3, "ECONNREFUSED");
}

}  // namespace securepair::test
