// Shows a certificate, and speaks to no server but the one that it trusts.
// mutual_authentication_client [PORT [NAME]]: reads NAME-key.pem and NAME-cert.pem, "client" if no
// name is given, and server-cert.pem.
#include <securepair/securepair.h>

#include <iostream>
#include <string>
using namespace securepair;

int main(int argc, char** argv) {
  const std::string name = argc > 2 ? argv[2] : "client";
  const auto stream = tls::connect(argc > 1 ? std::stoi(argv[1]) : 8000,
                                   {
                                       .key = fs::readFileSync(name + "-key.pem"),
                                       .cert = fs::readFileSync(name + "-cert.pem"),
                                       .ca = {fs::readFileSync("server-cert.pem")},
                                       // Else secureConnect would come for any server.
                                       .rejectUnauthorized = true,
                                   });
  stream->setEncoding("utf8");
  stream->onData([](std::string_view text) { std::cout << text << std::flush; });
  // A server that refuses a certificate of TLS 1.3 says so after secureConnect.
  stream->onError(
      [](const Error& error) { std::cout << "refused: " << error.code() << std::endl; });
  return run();
}
