#include <securepair/crypto/chores.h>
#include <securepair/error.h>

#include <string>

#include "crypto/alt_name_list.h"
#include "crypto/key_kind.h"
#include "crypto/making.h"
#include "crypto/pem_writer.h"
#include "crypto/private_key.h"
#include "crypto/subject.h"

namespace securepair::crypto {
namespace {

constexpr const char* aRequest = "a certificate signing request";

Subject askedSubject(const CsrOptions& options, const AltNameList& altNames) {
  if (options.subject.given()) return options.subject;
  if (!altNames.empty()) return altNames.front();
  throw Error({.code = "ERR_MISSING_OPTION",
               .message = "neither `subject` nor `altNames` says who the certificate is for",
               .expected = "for a server its names, such as .altNames = {\"localhost\", "
                           "\"127.0.0.1\"}; for a client a `subject`",
               .fix = "give one of them, or both"});
}

void askFor(X509_REQ* request, const AltNameList& altNames) {
  using Extensions = OpensslPtr<STACK_OF(X509_EXTENSION), [](STACK_OF(X509_EXTENSION) * all) {
    sk_X509_EXTENSION_pop_free(all, X509_EXTENSION_free);
  }>;
  STACK_OF(X509_EXTENSION)* extensions = nullptr;
  const int added = X509V3_add1_i2d(&extensions, NID_subject_alt_name, altNames.encode().get(), 0,
                                    X509V3_ADD_DEFAULT);
  const Extensions owned(extensions);
  require(added == 1 && X509_REQ_add_extensions(request, extensions) == 1, aRequest);
}

}  // namespace

Buffer createCsr(CsrOptions options) {
  const CleanErrors clean;
  const EvpPkeyPtr key = readKey(options.key, options.passphrase);
  AltNameList altNames;
  altNames.add(options.altNames);
  const X509NamePtr subject = encode(askedSubject(options, altNames));
  for (const std::string& name : commonNamesOf(subject.get())) altNames.addIfName(name);

  const X509ReqPtr request(X509_REQ_new());
  require(request != nullptr && X509_REQ_set_version(request.get(), X509_REQ_VERSION_1) == 1 &&
              X509_REQ_set_subject_name(request.get(), subject.get()) == 1 &&
              X509_REQ_set_pubkey(request.get(), key.get()) == 1,
          aRequest);
  if (!altNames.empty()) askFor(request.get(), altNames);
  require(X509_REQ_sign(request.get(), key.get(), digestFor(key.get())) > 0, aRequest);
  return pemOf(request.get());
}

}  // namespace securepair::crypto
