#include "cli/tree.h"

#include "cli/verbs.h"

namespace securepair::cli {
namespace {

constexpr const char* description =
    "Exit codes: 0 all went well; 1 another failure; 2 the command line; 3 cannot resolve, connect "
    "or listen; 4 the handshake failed; 5 the peer is not authorized; 6 time-out; 7 a key or "
    "certificate, or its file; 8 a check that was asked for failed.\n\n"
    "Standard output is data, standard error is what is said about it. NO_COLOR=1 in the "
    "environment does without colours.\n\n"
    "A TIME is 500ms, 30s, 10m, 2h or 30d; a number alone is seconds, and of --expires-in none.";

// What all have in common comes last.
void addCommonFlags(Verb& verb, Settings& settings) {
  if (!verb.isGroup()) {
    if (verb.isConfigurable()) {
      verb.flag("config", "FILE", "reads flags from a file; see below", settings.config)
          .hint(Hint::file)
          .commandLineOnly();
      verb.toggle("print-config", "prints each flag's value and where it comes from, and ends",
                  settings.printConfig)
          .commandLineOnly();
    }
    if (verb.hasJson()) {
      verb.toggle("json", "writes JSON, an object a line; of failures too", settings.json);
    }
    verb.flag("color", "WHEN", "colours the text", settings.color)
        .choices({"auto", "always", "never"})
        .preset("auto");
    verb.toggle("quiet", "says nothing but warnings and failures", settings.quiet);
  }
  verb.toggle("help,h", "prints this help", settings.help).commandLineOnly();
  for (Verb& child : verb.verbs()) addCommonFlags(child, settings);
}

}  // namespace

Verb makeTree(Settings& settings) {
  Verb root("securepair", "what people do with TLS, one line each");
  root.describe(description);
  root.add(serveVerb());
  root.add(connectVerb());
  root.add(proxyVerb());
  root.add(renegVerb());
  root.add(benchVerb());
  root.add(inspectVerb());
  root.add(verifyVerb());
  root.add(certVerb());
  root.add(exampleVerb());
  root.add(doctorVerb());
  root.add(completionsVerb());
  root.add(helpVerb());
  root.add(versionVerb());
  root.example("securepair serve", "the page's echo server, with a throw-away certificate");
  root.example("securepair connect example.org:443", "talks to a server that must be authorized");
  root.example("securepair cert new server", "a key and a certificate, for localhost");
  addCommonFlags(root, settings);
  return root;
}

}  // namespace securepair::cli
