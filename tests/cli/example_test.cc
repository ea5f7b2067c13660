// The page's example, written and run for somebody who has nothing but the program and the library.
#include "cli/user.h"
#include "support/child.h"

namespace securepair::test {

using Example = User;

TEST_F(Example, IsWrittenWithFreshCertificates) {
  must("securepair example echo --write-only");
  EXPECT_EQ(must("cat securepair-echo/echo_server.cc securepair-echo/echo_client.cc"),
            must("cd '" SECUREPAIR_SOURCE_DIR "/examples' && cat echo_server.cc echo_client.cc"));
  must("cd securepair-echo && test 600,700 = $(stat -c %a server-key.pem),$(stat -c %a .)");
  must(
      "cd securepair-echo && securepair verify --ca server-cert.pem --name localhost "
      "server-cert.pem && securepair verify --ca client-cert.pem --purpose client client-cert.pem");
  refuses("securepair example echo", 1, "name another one with --folder");
  must(
      "securepair example echo-pfx --write-only --folder other && test -e other/server.pfx && "
      "sh -n other/run.sh && grep -q server.pfx other/echo_server_pfx.cc");
  refuses("securepair example nothing", 2, "NAME must be echo or echo-pfx");
}

TEST_F(Example, SaysWhatItNeedsWhereThatIsMissing) {
  refuses("CXX=false securepair example echo", 1, "a C++ compiler, pkg-config");
}

// The sanitizers' libraries are not for other people's programs.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST_F(Example, Runs) {
  writeFile(path("pkg-config"), "#!/bin/sh\necho '-O0 -I" SECUREPAIR_SOURCE_DIR
                                "/include -L" SECUREPAIR_LIB_DIR " -lsecurepair'\n");
  must("chmod +x pkg-config");
  // A compiler takes its time.
  shell(folder(), "PATH=$PWD:'" SECUREPAIR_BIN_DIR "':$PATH LD_LIBRARY_PATH='" SECUREPAIR_LIB_DIR
                  "' '" SECUREPAIR_SOURCE_DIR
                  "/tools/own_network.sh' securepair example echo >out 2>err; echo $? >exit");
  const std::string exit = readFile(path("exit"));
  if (exit == "77\n") GTEST_SKIP() << readFile(path("err"));
  EXPECT_EQ(exit, "0\n") << readFile(path("err"));
  EXPECT_EQ(readFile(path("out")),
            "client connected authorized\nwelcome!\nhello\nended\nserver bound\n"
            "server connected authorized\n");
}
#endif

}  // namespace securepair::test
