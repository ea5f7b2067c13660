#include "cli/verbs/cert.h"

#include "cli/verbs.h"

namespace securepair::cli {

Verb certVerb() {
  Verb group("cert", "makes keys, requests, certificates and authorities");
  group.describe(
      "Nothing that is there is overwritten unless --force says so, and keys can be read by their "
      "owner alone. Passphrases come from files and descriptors, never from the command line. "
      "--show-openssl prints what openssl would be told in place of each.");
  group.add(certKeyVerb());
  group.add(certCsrVerb());
  group.add(certSelfSignVerb());
  group.add(certNewVerb());
  group.add(certCaVerb());
  group.add(certSignVerb());
  group.add(certRevokeVerb());
  group.add(certBundleVerb());
  group.add(certPfxVerb());
  group.add(certShowVerb());
  group.example("securepair cert new server", "a key and a certificate for it, at once");
  group.example("securepair cert ca --cn 'Dev CA' ca", "an authority: ca-key.pem and ca-cert.pem");
  group.example("securepair cert new --ca ca --san www.example.org www",
                "a key, and a certificate that the authority has signed");
  return group;
}

}  // namespace securepair::cli
