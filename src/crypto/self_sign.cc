#include <securepair/crypto/chores.h>
#include <securepair/error.h>

#include <string>

#include "crypto/alt_name_list.h"
#include "crypto/csr.h"
#include "crypto/issue.h"
#include "crypto/openssl_error.h"
#include "crypto/pem_writer.h"
#include "crypto/private_key.h"
#include "crypto/subject.h"

namespace securepair::crypto {
namespace {

Error otherKey() {
  return Error({.code = "ERR_KEY_MISMATCH",
                .message = "`csr` was not made with `key`",
                .expected = "the key with which the request was made: nobody else can sign it for "
                            "himself",
                .got = "another key",
                .fix = "compare what these print: openssl pkey -in key.pem -pubout; openssl req "
                       "-in csr.pem -noout -pubkey"});
}

}  // namespace

Buffer selfSign(SelfSignOptions options) {
  const CleanErrors clean;
  requireDays(options.days);
  const EvpPkeyPtr key = readKey(options.key, options.passphrase);
  const X509ReqPtr request = parseCsr(options.csr);
  requireOwnSignature(request.get());
  if (X509_REQ_check_private_key(request.get(), key.get()) != 1) throw otherKey();

  const X509_NAME* const subject = X509_REQ_get_subject_name(request.get());
  AltNameList altNames;
  altNames.addRequested(requestedNames(request.get()).get());
  altNames.add(options.altNames);
  for (const std::string& name : commonNamesOf(subject)) altNames.addIfName(name);
  const X509Ptr cert = issue({.subject = subject,
                              .key = key.get(),
                              .days = options.days,
                              .purpose = options.purpose,
                              .altNames = &altNames},
                             {.key = key.get()});
  return pemOf(cert.get());
}

}  // namespace securepair::crypto
