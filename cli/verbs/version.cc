#include <securepair/process.h>

#include "cli/io.h"
#include "cli/verbs.h"

namespace securepair::cli {

Verb versionVerb() {
  Verb verb("version", "prints the versions of the libraries that are at work");
  verb.reportsJson();
  verb.example("securepair version", "the same as securepair --version");
  verb.example("securepair version --json", "for a script");
  verb.run([](Io& io) {
    const process::Versions versions = process::versions();
    if (io.json()) {
      Json object;
      object.set("securepair", versions.securepair).set("openssl", versions.openssl);
      io.record(object.set("libuv", versions.uv));
    } else {
      io.line("securepair " + versions.securepair);
      io.line("OpenSSL " + versions.openssl);
      io.line("libuv " + versions.uv);
    }
    return Exit::ok;
  });
  return verb;
}

}  // namespace securepair::cli
