#include <securepair/crypto/revocation.h>
#include <securepair/error.h>

#include <string>
#include <vector>

#include "crypto/authority.h"
#include "crypto/certificate.h"
#include "crypto/issue.h"
#include "crypto/key_kind.h"
#include "crypto/making.h"
#include "crypto/pem.h"
#include "crypto/pem_writer.h"

namespace securepair::crypto {
namespace {

using IntegerPtr = OpensslPtr<ASN1_INTEGER, ASN1_INTEGER_free>;
using KeyIdPtr = OpensslPtr<AUTHORITY_KEYID, AUTHORITY_KEYID_free>;
using RevokedPtr = OpensslPtr<X509_REVOKED, X509_REVOKED_free>;
using TimePtr = OpensslPtr<ASN1_TIME, ASN1_TIME_free>;

constexpr const char* aList = "a revocation list";
// For clocks that are a little slow, as with certificates.
constexpr long slowClock = 3600;

TimePtr timeIn(int days, long seconds) {
  TimePtr time(X509_time_adj_ex(nullptr, days, seconds, nullptr));
  require(time != nullptr, aList);
  return time;
}

void requireListSigner(const Authority& authority) {
  if ((X509_get_key_usage(authority.cert.get()) & KU_CRL_SIGN) != 0) return;
  throw Error(
      {.code = "ERR_NOT_AN_AUTHORITY",
       .message =
           "`authority.cert` may not sign revocation lists: who verifies with one, refuses it",
       .certificate = summary(authority.cert.get()),
       .expected = "key usage cRLSign, or no word about the key's usage",
       .fix = "make a new one with the same key and subject: crypto::createCa()"});
}

X509CrlPtr readBefore(const Buffer& crl, const Authority& authority) {
  std::vector<X509CrlPtr> lists = readCrls(crl);
  X509_CRL* const first = lists.front().get();
  const bool isOwn =
      lists.size() == 1 &&
      X509_NAME_cmp(X509_CRL_get_issuer(first), X509_get_subject_name(authority.cert.get())) == 0 &&
      X509_CRL_verify(first, authority.key.get()) == 1;
  if (isOwn) return std::move(lists.front());
  throw Error({.code = "ERR_INVALID_CRL",
               .message = "`crl` is not the list of `authority`",
               .expected = "one list, signed by " + subjectOf(authority.cert.get()),
               .got = lists.size() == 1 ? "another authority's" : std::to_string(lists.size()),
               .fix = "give the list that this authority has made before, or none"});
}

void keepRevoked(X509_CRL* list, X509_CRL* before) {
  STACK_OF(X509_REVOKED)* const all = X509_CRL_get_REVOKED(before);
  for (int i = 0; i < sk_X509_REVOKED_num(all); ++i) {
    RevokedPtr entry(X509_REVOKED_dup(sk_X509_REVOKED_value(all, i)));
    require(entry != nullptr && X509_CRL_add0_revoked(list, entry.get()) == 1, aList);
    static_cast<void>(entry.release());
  }
}

void requireIssuedBy(const Authority& authority, X509* cert) {
  if (X509_NAME_cmp(X509_get_issuer_name(cert), X509_get_subject_name(authority.cert.get())) == 0 &&
      X509_verify(cert, authority.key.get()) == 1) {
    return;
  }
  throw Error({.code = "ERR_OTHER_ISSUER",
               .message = "`revoked` has a certificate that `authority` did not issue",
               .certificate = summary(cert),
               .expected = "one that is signed by " + subjectOf(authority.cert.get()),
               .fix = "have it revoked by its own issuer: " + issuerOf(cert)});
}

void revoke(X509_CRL* list, X509* cert) {
  X509_REVOKED* known = nullptr;
  if (X509_CRL_get0_by_cert(list, &known, cert) != 0) return;
  const TimePtr now = timeIn(0, 0);
  RevokedPtr entry(X509_REVOKED_new());
  require(entry != nullptr &&
              X509_REVOKED_set_serialNumber(entry.get(), X509_get_serialNumber(cert)) == 1 &&
              X509_REVOKED_set_revocationDate(entry.get(), now.get()) == 1 &&
              X509_CRL_add0_revoked(list, entry.get()) == 1,
          aList);
  static_cast<void>(entry.release());
}

// Each list of an authority's has a higher one than the list before.
IntegerPtr numberAfter(const X509_CRL* before) {
  BignumPtr number(BN_new());
  if (before != nullptr) {
    const IntegerPtr last(
        static_cast<ASN1_INTEGER*>(X509_CRL_get_ext_d2i(before, NID_crl_number, nullptr, nullptr)));
    if (last != nullptr) number.reset(ASN1_INTEGER_to_BN(last.get(), nullptr));
  }
  require(number != nullptr && BN_add_word(number.get(), 1) == 1, aList);
  IntegerPtr result(BN_to_ASN1_INTEGER(number.get(), nullptr));
  require(result != nullptr, aList);
  return result;
}

void addExtensions(X509_CRL* list, const X509_CRL* before, X509* authority) {
  const IntegerPtr number = numberAfter(before);
  require(X509_CRL_add1_ext_i2d(list, NID_crl_number, number.get(), 0, X509V3_ADD_DEFAULT) == 1,
          aList);
  const ASN1_OCTET_STRING* const id = X509_get0_subject_key_id(authority);
  if (id == nullptr) return;
  const KeyIdPtr keyId(AUTHORITY_KEYID_new());
  require(keyId != nullptr, aList);
  keyId->keyid = ASN1_OCTET_STRING_dup(id);
  require(keyId->keyid != nullptr && X509_CRL_add1_ext_i2d(list, NID_authority_key_identifier,
                                                           keyId.get(), 0, X509V3_ADD_DEFAULT) == 1,
          aList);
}

X509CrlPtr newList(const Authority& authority, int days) {
  const TimePtr from = timeIn(0, -slowClock);
  const TimePtr to = timeIn(days, 0);
  X509CrlPtr list(X509_CRL_new());
  require(
      list != nullptr && X509_CRL_set_version(list.get(), X509_CRL_VERSION_2) == 1 &&
          X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(authority.cert.get())) == 1 &&
          X509_CRL_set1_lastUpdate(list.get(), from.get()) == 1 &&
          X509_CRL_set1_nextUpdate(list.get(), to.get()) == 1,
      aList);
  return list;
}

}  // namespace

Buffer createCrl(CrlOptions options) {
  const CleanErrors clean;
  requireDays(options.days);
  const Authority authority = readAuthority(options.authority);
  requireListSigner(authority);
  const X509CrlPtr before = options.crl.given() ? readBefore(options.crl, authority) : X509CrlPtr();
  const X509CrlPtr list = newList(authority, options.days);
  if (before != nullptr) keepRevoked(list.get(), before.get());
  if (options.revoked.given()) {
    for (const X509Ptr& cert : readCas(options.revoked, "revoked")) {
      requireIssuedBy(authority, cert.get());
      revoke(list.get(), cert.get());
    }
  }
  addExtensions(list.get(), before.get(), authority.cert.get());
  require(X509_CRL_sort(list.get()) == 1 &&
              X509_CRL_sign(list.get(), authority.key.get(), digestFor(authority.key.get())) > 0,
          aList);
  return pemOf(list.get());
}

}  // namespace securepair::crypto
