// The proxy as a service: how it is started, drained and reloaded, and what it refuses to be.
#include <algorithm>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <unistd.h>

#include "cli/proxied.h"
#include "support/child.h"

namespace securepair::test {

using namespace std::chrono_literals;

class ProxyService : public UserWithProxy {
 protected:
  /// The CN of the certificate that the proxy shows.
  std::string shownBy(const Served& proxy, const std::string& ca = "ca.pem") {
    std::string commonName;
    const auto stream = tls::connect(
        std::stoi(proxy.port()), "127.0.0.1",
        {.ca = file(ca), .rejectUnauthorized = true, .checkServerIdentity = [&](auto, auto& shown) {
           commonName = shown.subject["CN"];
           return std::nullopt;
         }});
    bool closed = false;
    stream->onError([](const Error&) {});
    stream->onSecureConnect([&] { stream->destroy(); });
    stream->onClose([&] { closed = true; });
    runUntil([&] { return closed; });
    return commonName;
  }

  void replace(const std::string& what, const std::string& by) {
    std::filesystem::rename(path(by + "-key.pem"), path(what + "-key.pem"));
    std::filesystem::rename(path(by + ".pem"), path(what + ".pem"));
  }
  void reload(Served& proxy, const std::string& told) {
    kill(proxy.pid(), SIGHUP);
    EXPECT_TRUE(proxy.waitFor(told)) << proxy.said();
  }
};

TEST_F(ProxyService, DrainsItsConnections) {
  Served served = proxy("--to 127.0.0.1:" + plainTarget());
  const auto client = throughTls(served);
  kill(served.pid(), SIGTERM);
  runFor(100ms);
  const auto late = plainClient(served);
  runUntil([&] { return late->closed; });
  EXPECT_EQ(late->events, "ECONNREFUSED ");
  target().stream->write("still here");
  runUntil([&] { return client->received == "still here"; });
  client->stream->end();
  runUntil([&] { return target().events == "end "; });
  target().stream->end();
  runUntil([&] { return client->closed; });
  EXPECT_EQ(served.endBy(0), 0);
}

TEST_F(ProxyService, CutsWhatDoesNotEnd) {
  const std::string to = "--to 127.0.0.1:" + plainTarget();
  Served served = proxy("--workers 2 --drain 100ms " + to);
  const auto client = throughTls(served);
  EXPECT_EQ(served.endBy(SIGINT), 1);
  runUntil([&] { return client->closed && target().closed; });
  EXPECT_EQ(client->events, "ECONNRESET ");
  EXPECT_EQ(target().events, "ECONNRESET ");
  EXPECT_TRUE(served.waitFor("cut by the end of --drain"));
  EXPECT_TRUE(served.waitFor("connections that were still open have been cut: 1"));

  Served twice = proxy(to);
  const auto other = throughTls(twice);
  kill(twice.pid(), SIGTERM);
  runFor(50ms);
  EXPECT_EQ(twice.endBy(SIGTERM), 1);
  EXPECT_TRUE(twice.waitFor("cut by a second signal")) << twice.said();
}

TEST_F(ProxyService, ReadsCertificatesAnewOrStaysAsItIs) {
  Served served = proxy("--sni other=wild.pem,wild-key.pem --to 127.0.0.1:" + plainTarget());
  EXPECT_EQ(shownBy(served), "localhost");
  const auto client = throughTls(served);
  // One that is not in order is enough: nothing is replaced.
  must("cp wild.pem new.pem; cp wild-key.pem new-key.pem; mv wild.pem kept.pem");
  replace("server", "new");
  reload(served, "the certificates in use stay: ");
  EXPECT_TRUE(served.waitFor("'wild.pem'")) << served.said();
  EXPECT_EQ(shownBy(served), "localhost");
  must("mv kept.pem wild.pem");
  reload(served, "certificates were read anew");
  EXPECT_EQ(shownBy(served), "wild");
  client->stream->write(" again");
  runUntil([&] { return target().received == "hello again"; });
}

TEST_F(ProxyService, ReadsAuthoritiesAnew) {
  Served served = proxy("--ca ca.pem --allow-any --to 127.0.0.1:" + plainTarget());
  const auto isLetThrough = [&] {
    const auto client =
        tlsClient(served, {.key = file("client-key.pem"), .cert = file("client.pem")});
    const std::size_t before = targets().size();
    client->stream->write("hello");
    runUntil([&] { return client->closed || targets().size() > before; });
    return !client->closed;
  };
  EXPECT_TRUE(isLetThrough());
  must("mv ca.pem first-ca.pem; cp other-ca.pem ca.pem");
  reload(served, "certificates were read anew");
  must("cp first-ca.pem ca.pem");  // for the client, who trusts what the server shows
  EXPECT_FALSE(isLetThrough());
  reload(served, "certificates were read anew");
  // A pipe to which nobody writes would be waited for.
  must("rm ca.pem; mkfifo ca.pem");
  reload(served, "'ca.pem' is a device, a pipe or a socket");
  EXPECT_EQ(served.endBy(SIGTERM), 0);
}

// Each request is a line that the target echoes; no connection may notice the reloads.
TEST_F(ProxyService, NobodyNoticesReloads) {
  const std::string port = plainTarget();
  constexpr int connections = 20;
  constexpr int requests = 50;
  constexpr int reloads = 8;
  Served served = proxy("--workers 2 --to 127.0.0.1:" + port);
  struct Asking {
    std::unique_ptr<ProxiedEnd> client;
    int asked = 0;
  };
  std::vector<Asking> all(connections);
  int done = 0;
  int failed = 0;
  int reloaded = 0;
  runUntil([&] {
    for (ProxiedEnd& end : targets()) {
      if (end.received.empty()) continue;
      end.stream->write(end.received);
      end.received.clear();
    }
    for (Asking& asking : all) {
      const bool isAnswered = asking.client && asking.client->received.ends_with('\n');
      if (asking.client && !isAnswered) {
        if (asking.client->closed) ++failed;
        continue;
      }
      if (isAnswered) ++done;
      if (asking.asked == requests) continue;
      // A new connection for every tenth, so that there are some during each reload.
      if (asking.asked % 10 == 0) {
        if (asking.client) asking.client->stream->end();
        asking.client = tlsClient(served);
      }
      asking.client->received.clear();
      asking.client->stream->write("request " + std::to_string(asking.asked++) + "\n");
    }
    if (done > reloaded * requests * connections / (reloads + 1)) {
      ++reloaded;
      kill(served.pid(), SIGHUP);
    }
    return failed > 0 || done >= connections * requests;
  });
  EXPECT_EQ(failed, 0) << served.said();
  EXPECT_GE(reloaded, reloads);
  EXPECT_TRUE(served.waitFor("certificates were read anew"));
  EXPECT_EQ(served.said().find("failed"), std::string::npos) << served.said();
}

TEST_F(ProxyService, TellsScripts) {
  Served served = proxy("--json --to 127.0.0.1:" + plainTarget());
  const auto client = throughTls(served);
  client->stream->end();
  target().stream->end("bye");
  runUntil([&] { return client->closed; });
  client->socket = net::connect(std::stoi(served.port()), "127.0.0.1");
  client->socket->onError([](const Error&) {});
  client->socket->write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  runUntil([&] { return client->socket->destroyed(); });
  for (const char* part :
       {R"({"event":"listening","address":"127.0.0.1","port":)",
        R"({"event":"connection","peer":"127.0.0.1:)", R"("servername":"localhost")",
        R"("received":5,"sent":3,"seconds":0.)", R"("closed":"the client ended"})",
        R"("closed":"handshake failed","error":{"code":"ERR_SSL_HTTP_REQUEST")"}) {
    EXPECT_TRUE(served.waitFor(part)) << part << " is not in\n" << served.said();
  }
  reload(served, R"({"event":"reloaded"})");
  must("echo rubbish > server.pem");
  reload(served, R"({"event":"reloadFailed","error":{"code":)");
  must("python3 -c 'import json; [json.loads(line) for line in open(\"served.txt\")]'");
}

TEST_F(ProxyService, GoesOnWhereNobodyReadsWhatItTells) {
  const std::string command =
      "securepair proxy --listen 0 --key server-key.pem --cert server.pem "
      "--to 127.0.0.1:" +
      plainTarget();
  const auto through = [this](const Served& served, int times) {
    for (int i = 0; i < times; ++i) {
      const auto client = throughTls(served);
      client->stream->end();
      target().stream->end("bye");
      runUntil([&] { return client->closed; });
      EXPECT_EQ(client->received, "bye");
    }
  };
  Served script(folder(), "bash -c 'exec " + command + " --json > >(head -n 1)'", "script");
  through(script, 2);
  EXPECT_TRUE(script.waitFor(R"({"event":"warning","message":"nobody reads standard output any)"))
      << script.said();
  EXPECT_EQ(script.endBy(SIGTERM), 0);

  must("mkfifo stalled");
  const int reader = open(path("stalled").c_str(), O_RDWR | O_CLOEXEC);
  ASSERT_GT(fcntl(reader, F_SETPIPE_SZ, 4096), 0);  // full after some lines
  Served silent(folder(), command + " 2>stalled", "silent");
  through(silent, 60);
  std::string told;
  for (int i = 0; i < 5; ++i) {
    char part[4096] = {};
    const ssize_t count = read(reader, part, sizeof(part));
    told.append(part, static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    through(silent, 1);
  }
  EXPECT_NE(told.find(" lines are missing here, which nobody took"), std::string::npos) << told;
  EXPECT_EQ(silent.endBy(SIGTERM), 0);
  close(reader);
}

TEST_F(ProxyService, StandsBetweenUnixSockets) {
  Child back("cd '" + folder() +
                 "' && exec " SECUREPAIR_BIN_DIR
                 "/securepair serve --mode echo --listen ./back --key server-key.pem --cert "
                 "server.pem",
             path("back.txt"));
  ASSERT_TRUE(back.waitFor("listening on ./back")) << back.output();
  Child front("cd '" + folder() +
                  "' && exec " SECUREPAIR_BIN_DIR
                  "/securepair proxy --listen ./front --to ./middle --quiet --proxy-protocol v2",
              path("front.txt"));
  Child middle("cd '" + folder() +
                   "' && exec " SECUREPAIR_BIN_DIR
                   "/securepair proxy --client --ca ca.pem --servername localhost "
                   "--listen ./middle --to ./back --trusted-proxies unix",
               path("middle.txt"));
  ASSERT_TRUE(front.waitFor("listening on ./front")) << front.output();
  ASSERT_TRUE(middle.waitFor("listening on ./middle")) << middle.output();
  EXPECT_EQ(must("(printf hi; sleep 0.2) | timeout 5 securepair connect --insecure ./front "
                 "2>/dev/null"),
            "hi");
  EXPECT_TRUE(middle.waitFor("a client to ./back, for localhost, TLSv1.3 ")) << middle.output();
}

TEST_F(ProxyService, MakesAThrowAwayPairAndSaysSo) {
  Served served(folder(),
                "securepair proxy --listen 0 --max-connections 1 --to 127.0.0.1:" + plainTarget());
  EXPECT_TRUE(served.waitFor("a throw-away pair for localhost was made")) << served.said();
  const auto first = plainClient(served);
  const auto second = plainClient(served);
  runUntil([&] { return second->closed || !second->events.empty(); });
  EXPECT_EQ(first->events, "");
}

TEST_F(ProxyService, RefusesWhatMakesNoSense) {
  const auto no = [this](const std::string& flags, const std::string& text, int exit = 2) {
    refuses("securepair proxy " + flags, exit, text);
  };
  const std::string ways = "--listen 0 --to 127.0.0.1:1 ";
  const std::string pair = "--key server-key.pem --cert server.pem ";
  no("--to ./socket", "--listen is missing");
  no("--listen 0", "--to is missing");
  no("--listen 0 --client --route a=./socket", "--to is missing");
  no("--listen 0 --to host", "--to must be HOST:PORT");
  for (const char* target :
       {"example.org:80", "192.0.2.1:80", "0.0.0.0:80", "[::]:80", "[fe80::1]:1"}) {
    no("--listen 0 --to " + std::string(target), "sends plain text to another machine");
  }
  no("--listen 0 --route a=192.0.2.1:80", "--route sends plain text to another machine");
  no(ways + "--route a", "--route must be NAME=TARGET");
  no(ways + "--route a.b=./x --route A.B=./y", "--route is given twice for 'a.b'");
  no("--listen 8000 --to 127.0.0.1:8000", "--to is where --listen is");
  no("--listen ./x --to ./y --route a=./x", "--route is where --listen is");
  no(ways + "--route '*=./socket'", "--route must be NAME=TARGET");
  no(ways + "--route 'a.*.b=./socket'", "--route must be NAME=TARGET");
  no(ways + pair + "--ca ca.pem", "--allow-cn NAME, --allow-san NAME, or --allow-any");
  no(ways + "--allow-cn a", "--ca has signed, and it is missing");
  no(ways + "--ca ca.pem --allow-cn a --allow-any", "--allow-any leaves nothing");
  no(ways + "--pfx p.pfx --allow-cn a", "give --key and --cert in place of --pfx");
  no(ways + "--allow-san 'a, b'", "--allow-san must be one name");
  no(ways + "--allow-san IP:host", "--allow-san must have a name after its kind");
  no(ways + "--allow-san other:x", "--allow-san must be of the kind DNS:");
  no(ways + "--servername a", "--servername is of connections to a TLS server");
  no(ways + "--insecure", "--insecure is of connections to a TLS server");
  no(ways + "--client --sni a=b,c", "plain clients ask for no name");
  no(ways + "--client --allow-cn a", "plain clients have no certificate");
  no(ways + "--client --ca ca.pem --insecure", "exclude each other");
  no("--client --listen 0 --to ./socket", "say --servername NAME");
  no(ways + "--proxy-protocol v3", "--proxy-protocol must be v1 or v2");
  no(ways + "--trusted-proxies localhost", "--trusted-proxies must be an IP address");
  no(ways + "--trusted-proxies 10.0.0.0/33", "by a prefix from 1 to 32 bits");
  no(ways + "--trusted-proxies ::/0", "by a prefix from 1 to 128 bits");
  no(ways + "--connect-timeout soon", "--connect-timeout must be a time");
  no("--to ./other --workers 2 --listen ./socket", "cannot share a Unix socket");
  no(ways + "--key server-key.pem", "--key needs its --cert");
  no(ways + "--key client-key.pem --cert server.pem", "key", 7);
  no(ways + "--sni a=nothing,nothing", "'nothing'", 7);
  no("--to ./socket --workers 2 --listen 192.0.2.1:0", "EADDRNOTAVAIL", 3);
}

TEST_F(ProxyService, ChecksWithoutListening) {
  const Outcome fine =
      run("securepair proxy --check-config --listen 192.0.2.1:1 --to ./nobody "
          "--key server-key.pem --cert server.pem --ca ca.pem --allow-any "
          "--sni '*.example.org=wild.pem,wild-key.pem'");
  EXPECT_EQ(fine.exit, 0) << fine.err;
  EXPECT_EQ(fine.err, "securepair: everything is in order\n");
  refuses(
      "securepair proxy --check-config --listen 0 --to ./nobody --sni a.b.c=ca.pem,wild-key.pem", 7,
      "key");
  refuses("securepair proxy --check-config --client --listen 0 --to example.org:443 --ca nothing",
          7, "'nothing'");
  must(
      "securepair proxy --check-config --client --listen 0 --to example.org:443 --ca ca.pem "
      "--passphrase-fd 3 --pfx p.pfx 3<<<secret 2>&1 | grep -q p.pfx; "
      "openssl pkcs12 -export -inkey client-key.pem -in client.pem -passout pass:secret "
      "-out p.pfx && chmod 600 p.pfx && "
      "securepair proxy --check-config --client --listen 0 --to example.org:443 "
      "--passphrase-fd 3 --pfx p.pfx 3<<<secret");
}

}  // namespace securepair::test
