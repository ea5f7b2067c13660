#include <securepair/crypto/chores.h>
#include <securepair/error.h>

#include "crypto/issue.h"
#include "crypto/key_kind.h"
#include "crypto/openssl_error.h"
#include "crypto/pem_writer.h"
#include "crypto/private_key.h"
#include "crypto/subject.h"

namespace securepair::crypto {
namespace {

Error nameless() {
  return Error({.code = "ERR_MISSING_OPTION",
                .message = "an authority has a name, and `subject` is not given",
                .expected = "a text, such as .subject = \"Example CA\", or fields",
                .fix = "give `subject`"});
}

}  // namespace

CertificateAuthority createCa(CaOptions options) {
  const CleanErrors clean;
  if (!options.subject.given()) throw nameless();
  requireDays(options.days);
  const X509NamePtr subject = encode(options.subject);
  const Buffer pem = options.key.given() ? options.key : generateKey();
  const EvpPkeyPtr key = readKey(pem, options.passphrase);
  requireStrength(key.get(), "key", "");
  const X509Ptr cert =
      issue({.subject = subject.get(), .key = key.get(), .days = options.days, .isCa = true},
            {.key = key.get()});
  return {.key = pemOf(key.get(), options.passphrase),
          .passphrase = options.passphrase,
          .cert = pemOf(cert.get())};
}

}  // namespace securepair::crypto
