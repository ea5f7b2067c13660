// Servers that speak another protocol before TLS begins.
#include "cli/served.h"

namespace securepair::test {
namespace {

// starttls.py PROTOCOL [more]: plays a server for one connection. With `more` somebody has put
// words of the protocol behind the go-ahead; with `no` there is no TLS.
constexpr const char* player = R"py(
import socket, ssl, sys
protocol, how = sys.argv[1], sys.argv[2]
words = {
    'smtp': [(None, b'220-mail\r\n220 ready\r\n'), (b'EHLO', b'250-mail\r\n250 STARTTLS\r\n'),
             (b'STARTTLS', b'220 go\r\n')],
    'ftp': [(None, b'220 ftp\r\n'), (b'AUTH TLS', b'234 go\r\n')],
    'imap': [(None, b'* OK imap\r\n'), (b'a STARTTLS', b'* CAPABILITY\r\na OK go\r\n')],
    'pop3': [(None, b'+OK pop\r\n'), (b'STLS', b'+OK go\r\n')],
    'ldap': [(b'\x30\x1d', b'\x30\x84\x00\x00\x00\x0c\x02\x01\x01\x78\x07\x0a\x01\x00\x04\x00\x04\x00')],
    'postgres': [(b'\x00\x00\x00\x08', b'S')],
    'mysql': [(None, b'\x1d\x00\x00\x00\x0a8.0.1\x00' + b'\x01\x00\x00\x00' + b'saltsalt\x00'
                     + b'\xff\xff' + b'\x21' + b'\x00\x00' + b'\xff\xff' + b'\x15' + b'\x00'),
              (b'\x20\x00\x00\x01', b'')],
    'xmpp': [(b'<?xml', b"<stream:stream><stream:features><starttls xmlns='urn:ietf:params:xml:ns:"
                        b"xmpp-tls'/></stream:features>"),
             (b'<starttls', b"<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")],
}[protocol]
refusals = {'smtp': b'502 no\r\n', 'ftp': b'502 no\r\n', 'imap': b'a BAD no\r\n',
            'pop3': b'-ERR no\r\n', 'ldap': b'\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x02\x04\x00\x04\x00',
            'postgres': b'N', 'xmpp': b'<failure/>'}
listener = socket.create_server(('127.0.0.1', 0))
print(listener.getsockname()[1], flush=True)
connection = listener.accept()[0]
connection.settimeout(5)
for number, (expected, answer) in enumerate(words):
    if expected is not None:
        # MySQL's client does not wait after its request: the next byte is TLS's.
        got = connection.recv(36 if protocol == 'mysql' else 1000)
        assert got.startswith(expected), got
    last = number + 1 == len(words)
    if last and how == 'no' and protocol in refusals:
        answer = refusals[protocol]
    if how == 'no' and protocol == 'mysql':
        answer = answer.replace(b'\xff\xff\x21', b'\xff\xf7\x21')
    if last and how == 'more' or protocol == 'mysql' and how == 'more' and number == 0:
        answer += b'EVIL \x1b[31mwords'
    connection.sendall(answer)
if how == 'tls':
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain('server.pem', 'server-key.pem')
    connection = context.wrap_socket(connection, server_side=True)
    connection.sendall(b'under TLS: ' + connection.recv(100))
    connection.unwrap()
else:
    connection.recv(1000)
)py";

class Starttls : public UserWithKeys, public testing::WithParamInterface<const char*> {
 protected:
  Starttls() { writeFile(path("starttls.py"), player); }

  std::string serverThat(const std::string& does) const {
    return std::string("python3 starttls.py ") + GetParam() + " " + does;
  }
  std::string connect(const Served& served) const {
    return std::string("printf hi | securepair connect --ca ca.pem --starttls ") + GetParam() +
           " localhost:" + served.port();
  }
};

TEST_P(Starttls, BeginsInTheClear) {
  const Served served(folder(), serverThat("tls"));
  EXPECT_EQ(must(connect(served)), "under TLS: hi") << served.said();
}

TEST_P(Starttls, TakesNothingInTheClearForWhatTheServerSays) {
  const Served served(folder(), serverThat("more"));
  const Outcome outcome = run(connect(served));
  EXPECT_EQ(outcome.exit, 4);
  EXPECT_EQ(outcome.out, "");
  EXPECT_NE(outcome.err.find("in the clear together with its go-ahead"), std::string::npos)
      << outcome.err;
  EXPECT_NE(outcome.err.find(R"(got: EVIL \x1B[31mwords)"), std::string::npos) << outcome.err;
}

TEST_P(Starttls, SaysWhereThereIsNoTls) {
  const Served served(folder(), serverThat("no"));
  refuses(connect(served), 4, "the server does not begin TLS");
}

using StarttlsLines = UserWithKeys;

TEST_F(StarttlsLines, MayBeShorterThanWhatIsExpected) {
  Served served(folder(),
                "python3 -uc 'import socket\n"
                "s = socket.create_server((\"127.0.0.1\", 0)); print(s.getsockname()[1])\n"
                "for line in b\"\\n\", b\"2\\r\\n\", b\"220x\\n\":\n"
                "  c = s.accept()[0]; c.sendall(line); c.recv(1000)'");
  for (const char* got : {"expected: 220", "got: 2\n", "got: 220x\n"}) {
    refuses("securepair connect --starttls smtp 127.0.0.1:" + served.port(), 4, got);
  }
}

INSTANTIATE_TEST_SUITE_P(Protocols, Starttls,
                         testing::Values("smtp", "imap", "pop3", "ftp", "ldap", "postgres", "mysql",
                                         "xmpp"),
                         [](const auto& one) { return std::string(one.param); });

}  // namespace
}  // namespace securepair::test
