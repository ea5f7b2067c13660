#include <securepair/crypto/chores.h>
#include <securepair/error.h>

#include <string>

#include "crypto/alt_name_list.h"
#include "crypto/csr.h"
#include "crypto/distinguished_name.h"
#include "crypto/subject.h"
#include "fixture.h"

namespace {

using namespace securepair;

// As far as a request with a good signature gets, which no fuzzer makes.
void readUnsigned(const Buffer& csr) {
  const auto request = crypto::parseCsr(csr);
  const X509_NAME* const subject = X509_REQ_get_subject_name(request.get());
  crypto::fieldsOf(subject);
  crypto::isPlain(subject);
  crypto::AltNameList names;
  for (const std::string& name : crypto::commonNamesOf(subject)) names.addIfName(name);
  names.addRequested(crypto::requestedNames(request.get()).get());
  names.encode();
}

// For an input that is the DER of a request.
Buffer pemOf(const std::uint8_t* data, std::size_t size) {
  std::string base64(4 * ((size + 2) / 3) + 1, '\0');
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(base64.data()), data, static_cast<int>(size));
  base64.pop_back();
  for (std::size_t at = 64; at < base64.size(); at += 65) base64.insert(at, "\n");
  return "-----BEGIN CERTIFICATE REQUEST-----\n" + base64 + "\n-----END CERTIFICATE REQUEST-----\n";
}

}  // namespace

// A certificate signing request that somebody else has written, in PEM or as DER.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  for (const Buffer& csr : {Buffer(data, size), pemOf(data, size)}) {
    try {
      readUnsigned(csr);
      crypto::readCsr(csr);
      crypto::signCsr(
          {.csr = csr, .authority = {.key = fuzz::key, .cert = fuzz::cert}, .copyAltNames = true});
    } catch (const Error&) {
      // Refused with a reason: that is what it is for.
    }
  }
  return 0;
}
