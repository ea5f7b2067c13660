// Who is let through, and to which target. Nobody else makes the proxy connect to anything.
#include <securepair/crypto/chores.h>

#include "cli/proxied.h"

namespace securepair::test {

using namespace std::chrono_literals;

class ProxyClients : public UserWithProxy {
 protected:
  // A client's certificate by ca.pem.
  tls::ConnectOptions client(const std::string& commonName, const crypto::NameList& names = {}) {
    const Buffer key = crypto::generateKey();
    const Buffer csr = crypto::createCsr({.key = key, .subject = commonName, .altNames = names});
    const Buffer cert =
        crypto::signCsr({.csr = csr,
                         .authority = {.key = file("ca-key.pem"), .cert = file("ca.pem")},
                         .copyAltNames = true,
                         .purpose = crypto::Purpose::client});
    return {.key = key, .cert = cert};
  }

  bool isLetThrough(const Served& proxy, tls::ConnectOptions options) {
    const std::size_t before = targets().size();
    const auto client = tlsClient(proxy, std::move(options));
    client->stream->write("hello");
    runUntil([&] { return client->closed || targets().size() > before; });
    if (client->closed) runFor(20ms);
    return targets().size() > before;
  }
};

TEST_F(ProxyClients, ARuleNamesThem) {
  Served served = proxy(
      "--ca ca.pem --allow-cn worker --allow-cn 'second, worker' "
      "--allow-san Worker.example.org --allow-san 192.0.2.7 --to 127.0.0.1:" +
      plainTarget());
  EXPECT_TRUE(isLetThrough(served, client("worker")));
  EXPECT_TRUE(isLetThrough(served, client("second, worker")));
  EXPECT_TRUE(isLetThrough(served, client("x", {"other.example.org", "worker.example.org"})));
  EXPECT_TRUE(isLetThrough(served, client("x", "192.0.2.7")));
  const std::size_t before = targets().size();
  for (const char* name : {"Worker", "worker2", "*"}) {
    EXPECT_FALSE(isLetThrough(served, client(name, "a.example.org"))) << name;
  }
  must(
      "openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout odd-key.pem "
      "-subj \"/CN=$(printf '\\033[31mred\\nsecurepair: all is well')\" -out odd.csr && "
      "openssl x509 -req -in odd.csr -CA ca.pem -CAkey ca-key.pem -CAcreateserial -out odd.pem");
  EXPECT_FALSE(isLetThrough(served, {.key = file("odd-key.pem"), .cert = file("odd.pem")}));
  EXPECT_FALSE(isLetThrough(served, client("x", "*.example.org")));
  EXPECT_FALSE(isLetThrough(served, client("x", "a.worker.example.org")));
  EXPECT_FALSE(isLetThrough(served, client("x", "192.0.2.70")));
  EXPECT_FALSE(isLetThrough(served, {}));
  EXPECT_EQ(targets().size(), before);
  EXPECT_TRUE(
      served.waitFor("client not allowed: neither --allow-cn nor --allow-san has a name "
                     "of its certificate, CN worker2, DNS:a.example.org"))
      << served.said();
  EXPECT_TRUE(served.waitFor("CN \\1B[31mred\\0Asecurepair: all is well\n")) << served.said();
  EXPECT_TRUE(served.waitFor("handshake failed: ")) << served.said();
}

TEST_F(ProxyClients, AnyOfAnAuthorityAndNobodyElse) {
  Served served = proxy("--ca ca.pem --allow-any --to 127.0.0.1:" + plainTarget());
  EXPECT_TRUE(isLetThrough(served, {.key = file("client-key.pem"), .cert = file("client.pem")}));
  must(
      "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=worker "
      "-keyout own-key.pem -out own.pem");
  EXPECT_FALSE(isLetThrough(served, {.key = file("own-key.pem"), .cert = file("own.pem")}));
  EXPECT_FALSE(isLetThrough(served, {}));
  EXPECT_EQ(targets().size(), 1U);
}

TEST_F(ProxyClients, TheNameTheyAskForSaysWhereTo) {
  const std::string first = plainTarget();
  const std::string second = plainTarget();
  Served served =
      proxy("--sni '*.example.org=wild.pem,wild-key.pem' --route LocalHost=127.0.0.1:" + first +
            " --route '*.example.org=localhost:" + second + "'");
  const auto portOf = [&](const std::string& name) {
    const auto to = throughTls(served, {.servername = name});
    return std::to_string(target().socket->address()->port);
  };
  EXPECT_EQ(portOf("localhost"), first);
  EXPECT_EQ(portOf("www.example.org"), second);
  EXPECT_EQ(portOf("WWW.Example.org"), second);
  EXPECT_FALSE(isLetThrough(served, {.servername = "127.0.0.1"}));  // by an address, no name
  EXPECT_TRUE(served.waitFor("bytes in, 0 out, 0.0")) << served.said();
  EXPECT_TRUE(served.waitFor("no --route for the name")) << served.said();
  Served others = proxy("--route localhost=127.0.0.1:1 --to 127.0.0.1:" + first);
  EXPECT_FALSE(isLetThrough(others, {}));
  EXPECT_TRUE(isLetThrough(others, {.servername = "127.0.0.1"}));
}

TEST_F(ProxyClients, ATargetIsWhoItHasToBe) {
  const std::string port = tlsTarget();
  const auto isReached = [&](const std::string& flags) {
    Served served = proxy("--client " + flags);
    const auto client = plainClient(served);
    client->stream->write("hello");
    runUntil(
        [&] { return client->closed || (!targets().empty() && target().received == "hello"); });
    const bool reached = !client->closed;
    if (!reached) served.waitFor(" s: ");
    if (!targets().empty()) {
      EXPECT_EQ(target().received, reached ? "hello" : "");
      target().received.clear();
    }
    return reached ? "" : served.said();
  };
  const std::string to = " --to 127.0.0.1:" + port;
  EXPECT_EQ(isReached("--ca ca.pem" + to), "");
  EXPECT_EQ(isReached("--ca ca.pem --servername localhost" + to), "");
  EXPECT_NE(isReached("--ca other-ca.pem" + to).find("the target failed: "), std::string::npos);
  EXPECT_NE(isReached("--ca ca.pem --servername example.org" + to)
                .find("the server's certificate is not for example.org"),
            std::string::npos);
  EXPECT_NE(isReached(to).find("the target failed: "), std::string::npos);
  EXPECT_EQ(isReached("--insecure" + to), "");
}

TEST_F(ProxyClients, AnUnverifiedTargetIsTold) {
  Served served = proxy("--client --insecure --to 127.0.0.1:" + tlsTarget());
  EXPECT_TRUE(served.waitFor("warning: --insecure: whoever answers at 127.0.0.1:"));
  throughPlain(served)->socket->resetAndDestroy();
  runUntil([&] { return target().closed; });
  EXPECT_TRUE(served.waitFor(", not authorized: ")) << served.said();
  EXPECT_TRUE(served.waitFor(", SHA-256 ")) << served.said();
}

}  // namespace securepair::test
