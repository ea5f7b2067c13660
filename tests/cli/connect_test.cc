// Standard input and output over TLS, and what is said where that cannot be.
#include <csignal>

#include "cli/served.h"

namespace securepair::test {

class Connect : public UserWithKeys {
 protected:
  static constexpr const char* server =
      "securepair serve --listen 0 --key server-key.pem --cert server.pem ";

  static std::string withPort(std::string line, const Served& served) {
    for (std::size_t at = 0; (at = line.find("PORT", at)) != std::string::npos;) {
      line.replace(at, 4, served.port());
    }
    return line;
  }
};

TEST_F(Connect, TalksToThePagesServer) {
  Served served(folder(), server);
  EXPECT_EQ(
      must(withPort("printf 'hello\\n' | securepair connect --ca ca.pem localhost:PORT", served)),
      "welcome!\nhello\n");
}

TEST_F(Connect, RefusesTheWrongAuthority) {
  Served served(folder(), server);
  refuses(withPort("securepair connect --ca other-ca.pem localhost:PORT", served), 5,
          "unable to verify the first certificate");
  refuses(withPort("securepair connect localhost:PORT", served), 5, "fix: ");
}

TEST_F(Connect, RefusesTheWrongName) {
  Served served(folder(), server);
  refuses(
      withPort("securepair connect --ca ca.pem --servername example.org localhost:PORT", served), 5,
      "expected: ");
  refuses(withPort("securepair connect --ca ca.pem --resolve 127.0.0.1 example.org:PORT", served),
          5, "example.org");
  must(
      withPort("securepair connect --ca ca.pem --resolve 127.0.0.1 --servername localhost "
               "example.org:PORT </dev/null",
               served));
  must(withPort("securepair connect --ca ca.pem 127.0.0.1:PORT </dev/null", served));
}

TEST_F(Connect, RecognisesAPlainHttpPort) {
  Served http(
      folder(),
      "python3 -uc 'import http.server\n"
      "s = http.server.HTTPServer((\"127.0.0.1\", 0), http.server.SimpleHTTPRequestHandler)\n"
      "print(s.server_port); s.serve_forever()'");
  refuses(withPort("securepair connect localhost:PORT", http), 4, "HTTP");
}

TEST_F(Connect, SaysWhyItGoesOnAllTheSame) {
  Served served(folder(), server);
  const Outcome outcome =
      run(withPort("printf hi | securepair connect --insecure --quiet localhost:PORT", served));
  EXPECT_EQ(outcome.exit, 0);
  EXPECT_EQ(outcome.out, "welcome!\nhi");
  EXPECT_NE(outcome.err.find("not authorized: "), std::string::npos) << outcome.err;
  std::string sha = must(
      "openssl x509 -in server.pem -noout -fingerprint -sha256 | cut -d= -f2 | "
      "tr -d : | tr A-F a-f");
  EXPECT_NE(outcome.err.find(sha.substr(0, 64)), std::string::npos) << outcome.err;
  const Outcome needless =
      run(withPort("securepair connect --insecure --ca ca.pem localhost:PORT </dev/null", served));
  EXPECT_NE(needless.err.find("--insecure is not needed"), std::string::npos) << needless.err;
}

TEST_F(Connect, TakesACertificateByItsFingerprint) {
  Served served(folder(), server);
  must("openssl x509 -in server.pem -noout -fingerprint -sha256 | cut -d= -f2 > sha");
  EXPECT_EQ(
      must(withPort("printf hi | securepair connect --pin $(cat sha) 127.0.0.1:PORT", served)),
      "welcome!\nhi");
  must(withPort("securepair connect --ca ca.pem --pin sha256:$(cat sha) localhost:PORT </dev/null",
                served));
  const std::string zeros(64, '0');
  refuses(withPort("securepair connect --pin " + zeros + " localhost:PORT", served), 5,
          "another certificate than that of --pin");
  refuses(withPort("securepair connect --ca ca.pem --pin " + zeros + " localhost:PORT", served), 5,
          "another certificate than that of --pin");
  refuses(withPort("securepair connect --ca other-ca.pem --pin $(cat sha) localhost:PORT", served),
          5, "unable to verify the first certificate");
}

TEST_F(Connect, WaitsForTheAnswersEnd) {
  must("head -c 2000000 /dev/urandom > file");
  Served served(folder(), std::string(server) + "--mode echo");
  must(withPort("securepair connect --ca ca.pem localhost:PORT < file | cmp - file", served));
}

TEST_F(Connect, EndsWhereTheServerDoes) {
  must("printf done > file");
  Served served(folder(), std::string(server) + "--mode cat file");
  EXPECT_EQ(must(withPort("mkfifo never; exec 3<>never; timeout 5 securepair connect --ca ca.pem "
                          "localhost:PORT <&3",
                          served)),
            "done");
}

TEST_F(Connect, KeepsItsSideOpenWhereItIsToldTo) {
  Served served(folder(), server);
  refuses(withPort("printf hi | securepair connect --no-shutdown --timeout 500ms --ca ca.pem "
                   "localhost:PORT",
                   served),
          6, "within --timeout");
}

TEST_F(Connect, NoticesATruncatedAnswer) {
  Served served(
      folder(),
      "python3 -uc 'import socket, ssl\n"
      "context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)\n"
      "context.load_cert_chain(\"server.pem\", \"server-key.pem\")\n"
      "listener = socket.create_server((\"127.0.0.1\", 0)); print(listener.getsockname()[1])\n"
      "c = context.wrap_socket(listener.accept()[0], server_side=True)\n"
      "c.recv(100); c.recv(100); c.send(b\"half\")'");
  const Outcome outcome =
      run(withPort("printf hi | securepair connect --ca ca.pem localhost:PORT", served));
  EXPECT_EQ(outcome.exit, 1) << outcome.err;
  EXPECT_EQ(outcome.out, "half");
}

TEST_F(Connect, ShowsItsCertificate) {
  Served served(folder(), std::string(server) + "--ca ca.pem --request-cert --reject-unauthorized");
  EXPECT_EQ(must(withPort("printf hi | securepair connect --ca ca.pem --cert client.pem --key "
                          "client-key.pem localhost:PORT",
                          served)),
            "welcome!\nhi");
  for (const char* version : {"TLSv1.2", "TLSv1.3"}) {
    refuses(withPort("printf hi | securepair connect --ca ca.pem --max-version " +
                         std::string(version) + " localhost:PORT",
                     served),
            4, "certificate");
  }
}

TEST_F(Connect, ResumesTheSessionInAFile) {
  Served served(folder(), std::string(server) + "-v");
  const std::string line =
      withPort("printf hi | securepair connect -v --session s --ca ca.pem localhost:PORT", served);
  EXPECT_EQ(run(line).err.find("session: resumed"), std::string::npos);
  EXPECT_EQ(must("stat -c %a s"), "600\n");
  EXPECT_NE(run(line).err.find("session: resumed"), std::string::npos);
  must("printf 'securepair session 1\\nnonsense' > s");
  EXPECT_EQ(must(line), "welcome!\nhi");
  must("test 2 -lt $(wc -l < s); : > s");
  EXPECT_EQ(must(line), "welcome!\nhi");
}

// The server gives it in the handshake, and never again.
TEST_F(Connect, ResumesASessionOfTls12) {
  Served served(folder(), std::string(server) + "--max-version TLSv1.2");
  const std::string line =
      withPort("printf hi | securepair connect -v --session s --ca ca.pem localhost:PORT", served);
  EXPECT_EQ(run(line).err.find("session: resumed"), std::string::npos);
  EXPECT_EQ(must("stat -c %a s"), "600\n");
  EXPECT_NE(run(line).err.find("session: resumed"), std::string::npos);
  EXPECT_NE(run(line).err.find("session: resumed"), std::string::npos) << "again";
}

// Nobody listens there: it has to be known before somebody is dialled.
TEST_F(Connect, ReplacesNothingButASession) {
  const auto refusesFile = [this](const std::string& file, const std::string& why) {
    refuses("timeout 5 securepair connect --ca ca.pem --session " + file + " 127.0.0.1:1", 7, why);
  };
  must("cp client-key.pem key; mkfifo pipe; ln -s key link; ln -s nowhere loose; mkdir folder");
  refusesFile("key", "is no file of --session");
  refusesFile("pipe", "a device or a pipe");
  refusesFile("link", "is a symbolic link");
  refusesFile("loose", "is a symbolic link");
  refusesFile("folder", "is a folder");
  refusesFile("nowhere/s", "cannot write 'nowhere/s': No such file");
  must("cmp key client-key.pem && test -p pipe -a -L link -a ! -e nowhere");
}

TEST_F(Connect, LogsTheKeys) {
  Served served(folder(), server);
  must(withPort("securepair connect --keylog keys --ca ca.pem localhost:PORT </dev/null", served));
  must("grep -q ^CLIENT_TRAFFIC_SECRET_0 keys");
  refuses(withPort("securepair connect --keylog /nowhere/k --ca ca.pem localhost:PORT", served), 7,
          "/nowhere/k");
}

TEST_F(Connect, EndsLinesWithCrLf) {
  Served served(folder(), std::string(server) + "--mode echo");
  EXPECT_EQ(must(withPort("printf 'a\\nb\\r\\n\\n' | securepair connect --crlf --ca ca.pem "
                          "localhost:PORT",
                          served)),
            "a\r\nb\r\n\r\n");
}

TEST_F(Connect, SaysWhereNobodyIs) {
  refuses("securepair connect 127.0.0.1:1", 3, "ECONNREFUSED");
  refuses("securepair connect -4 '[::1]:1'", 3, "no IPv4 address");
  refuses("securepair connect ./nobody", 3, "ENOENT");
}

TEST_F(Connect, WaitsNoLongerThanToldTo) {
  Served silent(folder(),
                "python3 -uc 'import socket, time\n"
                "s = socket.create_server((\"127.0.0.1\", 0)); print(s.getsockname()[1])\n"
                "time.sleep(20)'");
  for (const auto& [flag, step] : std::vector<std::pair<std::string, std::string>>{
           {"", "part of the TLS handshake"}, {"--starttls smtp ", "--starttls"}}) {
    const Outcome outcome = run(
        withPort("securepair connect --connect-timeout 200ms " + flag + "localhost:PORT", silent));
    EXPECT_EQ(outcome.exit, 6);
    for (const std::string& part : {withPort("to localhost:PORT within", silent), step}) {
      EXPECT_NE(outcome.err.find(part), std::string::npos) << part << " not in " << outcome.err;
    }
  }
}

// The sanitizers want to be loaded before all else.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST_F(Connect, WaitsForTheResolverNoLongerThanToldTo) {
  writeFile(path("slow.c"),
            "#include <unistd.h>\n"
            "int getaddrinfo(void) { sleep(20); return -1; }\n");
  must("cc -shared -fPIC -w -o slow.so slow.c");
  refuses(
      "LD_PRELOAD=$PWD/slow.so timeout 5 securepair connect -4 --connect-timeout 200ms "
      "localhost:1",
      6, "the resolver has not answered");
}
#endif

TEST_F(Connect, TellsScriptsBesideTheData) {
  Served served(folder(), server);
  const Outcome outcome =
      run(withPort("printf hi | securepair connect --json --ca ca.pem localhost:PORT", served));
  EXPECT_EQ(outcome.out, "welcome!\nhi");
  EXPECT_TRUE(outcome.err.starts_with(R"({"event":"connected","version":"TLSv1.3")"))
      << outcome.err;
  const Outcome refused = run(withPort("securepair connect --json localhost:PORT", served));
  EXPECT_EQ(refused.exit, 5);
  EXPECT_TRUE(refused.err.starts_with(R"({"event":"error","exit":5,)")) << refused.err;
}

TEST_F(Connect, TalksToOpenssl) {
  Served served(folder(), opensslServer());
  EXPECT_EQ(must(withPort("(echo hello; sleep 0.3) | securepair connect --ca ca.pem -4 "
                          "localhost:PORT",
                          served)),
            "olleh\n");
}

TEST_F(Connect, WorksOnATerminal) {
  Served served(folder(), server);
  const std::string seen =
      must(withPort("(sleep 0.4; echo hello; sleep 0.4; printf '\\004') | script -qec "
                    "'securepair connect --ca ca.pem localhost:PORT' /dev/null",
                    served));
  EXPECT_NE(seen.find("welcome!"), std::string::npos) << seen;
  EXPECT_NE(seen.find("hello\r\nhello"), std::string::npos) << seen;
}

TEST_F(Connect, FailsWhereItsOutputCannotBeWritten) {
  Served served(folder(), server);
  const std::string line = withPort("securepair connect --ca ca.pem localhost:PORT ", served);
  refuses("printf hi | " + line + "> /dev/full", 1, "cannot write to standard output");
  // A connection must not become the descriptor that is closed.
  refuses("printf hi | " + line + ">&-", 1, "cannot write to standard output");
  EXPECT_EQ(must(line + "<&-"), "welcome!\n");
}

TEST_F(Connect, SpeaksOfItsFlags) {
  Served served(folder(), std::string(server) + "--max-version TLSv1.2");
  refuses(withPort("securepair connect --ca ca.pem --min-version TLSv1.3 localhost:PORT", served),
          4, "lower --min-version ");
  const Outcome outcome =
      run(withPort("securepair connect --json --min-version TLSv1.3 localhost:PORT", served));
  EXPECT_NE(outcome.err.find("lower --min-version "), std::string::npos) << outcome.err;
  EXPECT_TRUE(served.waitFor("--max-version")) << served.said();
  must("openssl pkey -aes256 -passout pass:secret -in client-key.pem -out k; chmod 600 k");
  refuses("securepair connect --key k --cert client.pem localhost:1", 7,
          "give --passphrase-file, or decrypt the key");
}

TEST_F(Connect, RefusesWhatMakesNoSense) {
  refuses("securepair connect", 2, "HOST:PORT is missing");
  refuses("securepair connect localhost", 2, "must be HOST:PORT");
  refuses("securepair connect http://localhost:1/", 2, "is a URL\n  fix: say localhost:1\n");
  refuses("securepair connect https://me@localhost/a:b", 2, "fix: say localhost:443\n");
  refuses("securepair connect 'http://[::1]'", 2, "fix: say [::1]:PORT\n");
  refuses("securepair connect -4 -6 localhost:1", 2, "exclude each other");
  refuses("securepair connect -4 ./socket", 2, "is a Unix socket");
  refuses("securepair connect --resolve ::1 ./socket", 2, "is a Unix socket");
  refuses("securepair connect --pin abc localhost:1", 2, "--pin must be the SHA-256");
  refuses("securepair connect --insecure --pin " + std::string(64, 'a') + " localhost:1", 2,
          "--insecure and --pin exclude each other");
  refuses("securepair connect --insecure --session s localhost:1", 2, "--session is for");
  refuses("securepair connect --starttls telnet localhost:1", 2, "--starttls must be smtp");
  refuses("securepair connect --connect-timeout x localhost:1", 2, "--connect-timeout must be");
  refuses("securepair connect --timeout x localhost:1", 2, "--timeout must be");
  refuses("securepair connect --ca nothing localhost:1", 7, "'nothing'");
  refuses("securepair connect --ca server-key.pem localhost:1", 7, "certificate");
}

}  // namespace securepair::test
