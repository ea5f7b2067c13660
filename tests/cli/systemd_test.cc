// What systemd hands to a service, and hears from it.
#include <csignal>

#include "cli/served.h"

namespace securepair::test {
namespace {

class Systemd : public UserWithKeys {
 protected:
  static constexpr const char* serve = "securepair serve --key server-key.pem --cert server.pem ";

  // Starts what comes after it with descriptor 3, which `socket` makes, as systemd would.
  static std::string handing(const std::string& socket, const std::string& count = "1") {
    return "python3 -c 'import os, socket, sys\n"
           "handed = " +
           socket +
           "\n"
           "os.dup2(handed.fileno(), 3)\n"
           "os.set_inheritable(3, True)\n"
           "os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS=\"" +
           count + "\")\n" + "os.execvp(sys.argv[1], sys.argv[1:])' ";
  }
  static constexpr const char* listening = "socket.create_server((\"127.0.0.1\", 0))";

  std::string greeting(const Served& served) const {
    return must("securepair connect --ca ca.pem localhost:" + served.port() + " </dev/null");
  }
};

TEST_F(Systemd, HandsOverItsSocket) {
  Served served(folder(), handing(listening) + serve);
  EXPECT_EQ(greeting(served), "welcome!\n");
  EXPECT_EQ(served.endBy(SIGTERM), 0);
}

TEST_F(Systemd, HandsOverASocketForSeveralWorkers) {
  Served served(folder(), handing(listening) + serve + "--workers 3 --verbose");
  for (int i = 0; i < 6; ++i) EXPECT_EQ(greeting(served), "welcome!\n");
  EXPECT_EQ(served.endBy(SIGTERM), 0);
}

TEST_F(Systemd, HandsOverAUnixSocketForSeveralWorkers) {
  Child served("cd '" + folder() + "' && PATH='" + SECUREPAIR_BIN_DIR + "':\"$PATH\" exec " +
                   handing("socket.create_server(\"./socket\", family=socket.AF_UNIX)") + serve +
                   "--workers 2",
               path("served.txt"));
  ASSERT_TRUE(served.waitFor("listening on ")) << served.output();
  EXPECT_EQ(must("securepair connect --ca ca.pem --servername localhost ./socket </dev/null"),
            "welcome!\n");
}

TEST_F(Systemd, HandsOverASocketForTheProxy) {
  Served target(folder(), opensslServer(), "target");
  writeFile(path("proxy.conf"),
            "key = server-key.pem\ncert = server.pem\nworkers = 2\nclient = false\n");
  Served served(
      folder(),
      handing(listening) +
          "securepair proxy --config proxy.conf --unsafe-target --to 127.0.0.1:" + target.port());
  EXPECT_TRUE(served.waitFor("listening on 127.0.0.1:" + served.port()));
  EXPECT_EQ(served.endBy(SIGTERM), 0);
}

TEST_F(Systemd, HandsOverWhatIsMeantForAnother) {
  Served served(folder(),
                "env LISTEN_PID=1 LISTEN_FDS=7 securepair serve --listen 0 --key server-key.pem "
                "--cert server.pem");
  EXPECT_EQ(greeting(served), "welcome!\n");
}

TEST_F(Systemd, IsToldWhatItCannotHandOver) {
  for (const char* socket : {"socket.socket()", "socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
                             "open(\"server.pem\")"}) {
    refuses(handing(socket) + serve, 3,
            "descriptor 3, which LISTEN_FDS hands over, is no stream socket that listens");
  }
  refuses(handing(listening, "2") + serve, 3, "LISTEN_FDS must be 1");
  refuses(handing(listening, "x") + serve, 3, "LISTEN_FDS must be 1");
  refuses("exec 3<&-; LISTEN_PID=$$ LISTEN_FDS=1 exec securepair serve", 3,
          "LISTEN_FDS hands over");
  refuses(handing(listening) + serve + "--listen 0", 2, "LISTEN_FDS hands over a socket");
}

TEST_F(Systemd, HearsWhenItServesAndWhenItEnds) {
  writeFile(path("supervise.py"), R"(
import os, signal, socket, subprocess, sys
for name in ("./notify", "\0securepair-test-%d" % os.getpid()):
    heard = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    heard.bind(name)
    heard.settimeout(20)
    environment = dict(os.environ, NOTIFY_SOCKET=name.replace("\0", "@"))
    tool = subprocess.Popen(sys.argv[1:], env=environment, stdout=subprocess.DEVNULL)
    print(heard.recv(100).decode())
    tool.send_signal(signal.SIGTERM)
    print(heard.recv(100).decode(), tool.wait())
)");
  EXPECT_EQ(must("python3 supervise.py " + std::string(serve) + "--listen 0 --workers 2"),
            "READY=1\nSTOPPING=1 0\nREADY=1\nSTOPPING=1 0\n");
  Served unheard(folder(), "env NOTIFY_SOCKET=/nowhere " + std::string(serve) + "--listen 0");
  EXPECT_EQ(unheard.endBy(SIGTERM), 0);
}

TEST_F(Systemd, KeepsConnectionsWaitingWhileItRestarts) {
  writeFile(path("supervise.py"), R"(
import os, signal, socket, subprocess, sys
handed = socket.create_server(("127.0.0.1", 0))
def started(*command):
    return subprocess.Popen(["sh", "-c", 'LISTEN_PID=$$ LISTEN_FDS=1 exec "$@"', "sh", *command], pass_fds=[3],
                            stdout=subprocess.PIPE, text=True, preexec_fn=lambda: os.dup2(handed.fileno(), 3))
for run in range(3):
    waiting = [subprocess.Popen(["securepair", "connect", "--ca", "ca.pem", "localhost:%d" % handed.getsockname()[1]],
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) for i in range(3)]
    tool = started(*sys.argv[1:])
    print(*[client.communicate()[0].strip() for client in waiting])
    tool.send_signal(signal.SIGTERM)
    assert tool.wait() == 0
)");
  const std::string all = "welcome! welcome! welcome!\n";
  EXPECT_EQ(must("python3 supervise.py " + std::string(serve) + "--workers 2"), all + all + all);
}

TEST_F(Systemd, KeepsItsCredentialsFromOthersByItself) {
  must("mkdir credentials && cp server-key.pem credentials/ && chmod 440 credentials/*");
  const std::string line =
      "securepair serve --listen 0 --cert server.pem --key $PWD/credentials/server-key.pem";
  const std::string warning = "can be read or changed by other users";
  EXPECT_NE(Served(folder(), line).said().find(warning), std::string::npos);
  EXPECT_EQ(
      Served(folder(), "env CREDENTIALS_DIRECTORY=$PWD/credentials " + line).said().find(warning),
      std::string::npos);
}

}  // namespace
}  // namespace securepair::test
