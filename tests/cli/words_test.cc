// What is wrong is told in the words of a command line, and with the file that it is in.
#include "cli/served.h"

namespace securepair::test {
namespace {

class ToolWords : public UserWithKeys {
 protected:
  // All of the parts, and nothing that stands in a program's source alone.
  void tells(const std::string& line, std::initializer_list<const char*> parts) const {
    const std::string said = run(line).err;
    for (const char* part : parts) {
      EXPECT_NE(said.find(part), std::string::npos) << line << "\n"
                                                    << part << " is not in " << said;
    }
    for (const char* part : {"`", "crypto::", "connect()", "net::", "{\""}) {
      EXPECT_EQ(said.find(part), std::string::npos) << line << "\n" << part << " is in " << said;
    }
  }
};

TEST_F(ToolWords, OfAuthorities) {
  must("securepair cert ca --quiet own && securepair cert new --quiet leaf");
  tells("securepair cert new --ca leaf n",
        {"--ca may not sign certificates", "make an authority with securepair cert ca"});
  tells("securepair cert new --ca-cert leaf-cert.pem --ca-key leaf-key.pem n",
        {"--ca-cert 'leaf-cert.pem' may not sign"});
  tells("securepair cert revoke --ca own server.pem",
        {"'server.pem' has a certificate that --ca did not issue"});
}

TEST_F(ToolWords, NameTheFile) {
  tells("securepair connect --ca ca.pem --ca server-key.pem localhost:1",
        {"--ca 'server-key.pem' holds no certificate"});
  tells("securepair connect --key server.pem --cert server.pem localhost:1",
        {"--key 'server.pem' holds no private key"});
  tells("securepair verify --ca ca.pem server-key.pem", {"'server-key.pem' holds no certificate"});
  tells("securepair verify --ca ca.pem server.pem server-key.pem",
        {": 'server-key.pem' holds no certificate"});
  tells("securepair cert bundle ca.pem server.pem",
        {"'ca.pem', 'server.pem' has a certificate that can vouch for nobody"});
  tells(
      "securepair serve --key server-key.pem --cert server.pem --sni a.test=ca.pem,client-key.pem "
      "--listen 0",
      {"--sni a.test: 'client-key.pem' does not belong to 'ca.pem'"});
  tells("securepair cert self-sign --csr ca.pem --key ca-key.pem x",
        {"--csr 'ca.pem' holds no certificate signing request"});
}

TEST_F(ToolWords, OfSubjects) {
  const std::string line = "securepair cert csr --key server-key.pem ";
  const std::string longest(64, 'a');
  must(line + "--cn " + longest + " --quiet csr.pem");
  tells(line + "--cn " + longest + "a csr2.pem", {"--cn has 65 characters", "as --san"});
  tells(line + "--subject /CN=" + longest + "a csr2.pem",
        {"--subject cannot have this field", "/O=Example/CN=localhost"});
}

TEST_F(ToolWords, OfWhoIsNotAuthorized) {
  tells("securepair verify --ca other-ca.pem --name localhost server.pem",
        {"got: it is not in --ca, and", "put that into FILE", "add its certificate to --ca"});
  tells("securepair verify --ca ca.pem --name example.org server.pem",
        {"give that name as --name",
         "(securepair cert new --ca CA --san NAME; or, for a request, "
         "securepair cert sign --ca CA --san NAME)"});
}

TEST_F(ToolWords, OfOtherProtocols) {
  Served plain(
      folder(),
      "python3 -uc 'import socket\n"
      "s = socket.create_server((\"127.0.0.1\", 0)); print(s.getsockname()[1])\n"
      "for answer in (b\"220 a ESMTP\\r\\n\", b\"* OK hello\\r\\n\", b\"HTTP/1.1 400 Bad\\r\\n\","
      " b\"+OK hello\\r\\n\"):\n"
      "  c = s.accept()[0]; c.sendall(answer); c.recv(1000)'");
  const std::string port = " localhost:" + plain.port();
  tells("securepair connect" + port, {"begin with --starttls smtp; or use the port"});
  tells("securepair inspect" + port, {"begin with --starttls imap; or use the port"});
  tells("securepair connect" + port, {"connect to the port that serves HTTPS, often 443\n"});
  tells("securepair bench" + port,
        {"use a verb that has --starttls, such as connect --starttls pop3"});
}

}  // namespace
}  // namespace securepair::test
