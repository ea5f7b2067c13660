#include <securepair/securepair.h>

#include <iostream>
using namespace securepair;

int main() {
  auto cleartextStream = tls::connect(8000,
                                      {
                                          .pfx = fs::readFileSync("client.pfx"),
                                      },
                                      [](tls::CleartextStream& stream) {
                                        std::cout
                                            << "client connected "
                                            << (stream.authorized() ? "authorized" : "unauthorized")
                                            << std::endl;
                                        process::stdinStream().pipe(stream);
                                        process::stdinStream().resume();
                                      });
  cleartextStream->setEncoding("utf8");
  cleartextStream->onData([](std::string_view data) { std::cout << data << std::flush; });
  cleartextStream->onEnd([] { std::cout << "ended" << std::endl; });
  return run();
}
