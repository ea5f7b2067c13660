// Load on a server, and what is told of it.
#include <csignal>
#include <regex>

#include "cli/served.h"

namespace securepair::test {

class Bench : public UserWithKeys {
 protected:
  static constexpr const char* server =
      "securepair serve --listen 0 --key server-key.pem --cert server.pem ";

  static std::string bench(const Served& served, const std::string& flags) {
    return "securepair bench --ca ca.pem " + flags + " localhost:" + served.port();
  }

  // The value of a key in a line of JSON.
  static double number(const std::string& json, const std::string& key) {
    const std::size_t at = json.find('"' + key + "\":");
    if (at == std::string::npos) {
      ADD_FAILURE() << key << " is not in " << json;
      return -1;
    }
    return std::stod(json.substr(at + key.size() + 3));
  }
};

TEST_F(Bench, DoesAsMuchAsItIsToldTo) {
  // The greeting is no echo.
  Served served(folder(), server);
  for (const std::string mode : {"handshake", "resume", "echo"}) {
    const std::string json = must(bench(served, "--json -c 4 -n 30 --mode " + mode));
    EXPECT_EQ(number(json, "units"), 30) << json;
    EXPECT_EQ(number(json, "failures"), 0) << json;
    EXPECT_GT(number(json, "p50"), 0) << json;
    EXPECT_GE(number(json, "p90"), number(json, "p50")) << json;
    EXPECT_GE(number(json, "max"), number(json, "p99")) << json;
    EXPECT_GT(number(json, "perSecond"), 0) << json;
    EXPECT_EQ(number(json, "resumed"), mode == "resume" ? 30 : 0) << "the first look's too";
  }
  const std::string old =
      must(bench(served, "--json -c 2 -n 20 --max-version TLSv1.2 --mode resume"));
  EXPECT_EQ(number(old, "resumed"), 20) << old;
  Served silent(folder(), std::string(server) + " --mode echo", "silent");
  const std::string late = must(bench(silent, "--json -c 2 -n 20 --mode resume"));
  EXPECT_EQ(number(late, "resumed"), 20) << "a session that comes with the first data";
  const std::string two = must(bench(served, "--json --workers 2 -c 3 -n 31 --size 100000"));
  EXPECT_EQ(number(two, "units"), 31) << two;
  EXPECT_EQ(number(two, "size"), 100'000) << two;
}

TEST_F(Bench, MeasuresBytes) {
  Served source(folder(), std::string(server) + "--mode source");
  const std::string down = must(bench(source, "--json -c 2 -z 300ms --mode download"));
  EXPECT_GT(number(down, "units"), 1'000'000) << down;
  EXPECT_NEAR(number(down, "seconds"), 0.3, 0.25) << down;
  EXPECT_EQ(down.find("microseconds"), std::string::npos) << down;
  Served sink(folder(), std::string(server) + "--mode discard", "sink");
  EXPECT_NE(must(bench(sink, "-c 2 -z 300ms --mode upload")).find(" MB/s: "), std::string::npos);
}

TEST_F(Bench, TellsWhatItHasMeasured) {
  Served served(folder(), server);
  const Outcome outcome = run(bench(served, "-c 2 -z 1200ms"));
  EXPECT_EQ(outcome.exit, 0) << outcome.err;
  const std::regex report(
      "echo on localhost:\\d+, 2 connections, 64 bytes\n"
      "  TLSv1.3, TLS_AES_256_GCM_SHA384, X25519\n"
      "  [\\d,]+ echoes/s: [\\d,]+ echoes in 1\\.\\d s, 0 failures\n"
      "  p50 [\\d.]+ [um]s, p90 [\\d.]+ [um]s, p99 [\\d.]+ [um]s, max [\\d.]+ [um]s\n"
      "( +<= [\\d.]+ [um]s \\|[# ]*\\| +[\\d.]+ %\n)+");
  EXPECT_TRUE(std::regex_match(outcome.out, report)) << outcome.out;
  // Where standard error is no terminal: a line a second.
  EXPECT_TRUE(
      std::regex_search(outcome.err, std::regex("^securepair: 0\\.\\d+ s: [\\d,]+ echoes/s, ")))
      << outcome.err;
  EXPECT_EQ(outcome.err.find('\x1b'), std::string::npos) << outcome.err;
  EXPECT_EQ(run(bench(served, "--quiet -c 2 -z 1200ms")).err, "");
}

TEST_F(Bench, DrawsOnATerminal) {
  Served served(folder(), server);
  const std::string seen = must("NO_COLOR=1 script -qec '" + bench(served, "-z 900ms") +
                                " >result' /dev/null </dev/null");
  EXPECT_NE(seen.find("\x1b[J"), std::string::npos) << seen;
  EXPECT_TRUE(std::regex_search(seen, std::regex("\\| +[\\d.]+ %\r\n"))) << seen;
  EXPECT_TRUE(seen.ends_with("A\r\x1b[J")) << "what was drawn is taken away: " << seen;
  const std::string plain = std::regex_replace(seen, std::regex("\x1b\\[\\d*[AJ]|\r"), "");
  EXPECT_EQ(plain.find('\x1b'), std::string::npos) << "neither colours nor anything else";
  for (const std::string& line : linesOf(plain)) EXPECT_LT(line.size(), 80U) << line;
  EXPECT_TRUE(readFile(path("result")).starts_with("echo on localhost:")) << seen;
}

TEST_F(Bench, IsEndedByCtrlC) {
  Served served(folder(), server);
  const std::string onceSeen =
      "for i in $(seq 300); do grep -qs echoes/s seen && break; sleep 0.1; done; ";
  must("(" + onceSeen + "printf '\\003') | script -qfec 'exec " + bench(served, "-z 1h") +
       " >result' seen");
  EXPECT_NE(readFile(path("result")).find(" echoes/s: "), std::string::npos)
      << readFile(path("seen"));
  must("rm seen; " + bench(served, "-z 1h") + " 2>seen & " + onceSeen + "kill $!; wait $!");
}

TEST_F(Bench, LooksAtTheServerFirst) {
  Served served(folder(), server);
  const std::string line = " -n 3 localhost:" + served.port();
  refuses("securepair bench" + line, 5, "fix: ");
  refuses("securepair bench --ca ca.pem --servername example.org" + line, 5, "example.org");
  const Outcome outcome = run("securepair bench --insecure" + line);
  EXPECT_EQ(outcome.exit, 0);
  EXPECT_NE(outcome.err.find("not authorized: "), std::string::npos) << outcome.err;
  EXPECT_EQ(outcome.err.find("nobody has asked"), std::string::npos) << outcome.err;
  must("openssl x509 -in server.pem -noout -fingerprint -sha256 | cut -d= -f2 > sha");
  must("securepair bench --pin $(cat sha)" + line);
  refuses("securepair bench --pin " + std::string(64, '0') + line, 5,
          "another certificate than that of --pin");
}

TEST_F(Bench, SaysWhatDoesNotWork) {
  Served sink(folder(), std::string(server) + "--mode discard");
  refuses(bench(sink, "-n 5 --timeout 500ms"), 6, "nothing came back within --timeout");
  refuses(bench(sink, "--mode download -c 2 -z 200ms"), 1,
          "nothing has come back in the whole time");
  must("printf short > file");
  Served file(folder(), std::string(server) + "--mode cat file", "file");
  refuses(bench(file, "--mode download"), 1, "the server has closed a connection");
  Served page(folder(), server, "page");
  EXPECT_EQ(run("ulimit -S -n 64; " + bench(page, "-c 80 -n 80")).exit, 0);
  refuses("ulimit -n 100; " + bench(page, "-c 80 -n 80"), 1, "more than this user may have open");
  Served none(folder(), opensslServer("-num_tickets 0 -no_cache"), "none");
  refuses(bench(none, "--mode resume"), 1, "the server gives no session");
  refuses("securepair bench 127.0.0.1:1", 3, "ECONNREFUSED");
}

// The server goes away under the load.
TEST_F(Bench, TellsOfFailures) {
  Served served(folder(), server);
  Child load("cd '" + folder() + "' && PATH='" SECUREPAIR_BIN_DIR "':\"$PATH\" exec " +
                 bench(served, "--mode handshake -c 2 -z 1m"),
             path("load.txt"));
  ASSERT_TRUE(load.waitFor("handshakes/s")) << load.output();
  served.endBy(SIGKILL);
  ASSERT_TRUE(load.waitForEnd()) << load.output();
  EXPECT_EQ(load.exitStatus(), 1);
  EXPECT_NE(load.output().find("of the connections failed, the first: "), std::string::npos)
      << load.output();
}

TEST_F(Bench, RefusesWhatMakesNoSense) {
  refuses("securepair bench", 2, "HOST:PORT is missing");
  refuses("securepair bench example.org:443", 2, "--remote, where its owner wants it");
  refuses("securepair bench 127.example.org:443", 2, "--remote, where its owner wants it");
  refuses("securepair bench --resolve 192.0.2.1 localhost:1", 2, "is not this machine");
  refuses("securepair bench --mode page localhost:1", 2, "--mode must be");
  refuses("securepair bench -c 0 localhost:1", 2, "must be");
  refuses("securepair bench -n 0 localhost:1", 2, "must be");
  refuses("securepair bench -z 0 localhost:1", 2, "-z must be more than 0");
  refuses("securepair bench --workers 0 localhost:1", 2, "--workers must be");
  refuses("securepair bench --size 0 localhost:1", 2, "--size must be");
  refuses("securepair bench --size 10 --mode handshake localhost:1", 2,
          "--size is for --mode echo");
  refuses("securepair bench -n 10 --mode download localhost:1", 2, "bound it by -z");
  refuses("securepair bench --timeout x localhost:1", 2, "--timeout must be");
}

}  // namespace securepair::test
