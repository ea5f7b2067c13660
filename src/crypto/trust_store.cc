#include "crypto/trust_store.h"

#include <atomic>
#include <cstdlib>
#include <new>
#include <string>

#include <openssl/err.h>
#include <openssl/pem.h>

#include "crypto/openssl_error.h"

namespace securepair::crypto {
namespace {

std::atomic<std::size_t> parsed = 0;

std::string rootsFile() {
  const char* const named = secure_getenv(X509_get_default_cert_file_env());
  if (named != nullptr && *named != '\0') return named;
  const char* const debian = "/etc/ssl/certs/ca-certificates.crt";
  return BioPtr(BIO_new_file(debian, "r")) != nullptr ? debian : X509_get_default_cert_file();
}

bool atEnd() {
  const unsigned long error = ERR_peek_last_error();
  return ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
}

std::vector<X509Ptr> parseRoots() {
  const CleanErrors clean;
  ++parsed;
  std::vector<X509Ptr> roots;
  const BioPtr file(BIO_new_file(rootsFile().c_str(), "r"));
  while (file != nullptr) {
    // Nothing prompts on a terminal, were one encrypted.
    const auto noPassphrase = [](char*, int, int, void*) { return -1; };
    X509Ptr root(PEM_read_bio_X509_AUX(file.get(), nullptr, noPassphrase, nullptr));
    if (root != nullptr) {
      roots.push_back(std::move(root));
    } else if (atEnd()) {
      break;
    } else {
      ERR_clear_error();  // a root that this OpenSSL cannot read
    }
  }
  return roots;
}

const std::vector<X509Ptr>& roots() {
  static const std::vector<X509Ptr> all = parseRoots();
  return all;
}

// A store asks this for what it does not hold. As OpenSSL's manual has it: what is found is added
// to the store, which then owns the reference that `result` carries.
int findRoot(X509_LOOKUP* lookup, X509_LOOKUP_TYPE type, const X509_NAME* name,
             X509_OBJECT* result) noexcept {
  if (type != X509_LU_X509) return 0;
  try {
    X509* found = nullptr;
    for (const X509Ptr& root : roots()) {
      if (X509_NAME_cmp(X509_get_subject_name(root.get()), name) != 0) continue;
      if (X509_STORE_add_cert(X509_LOOKUP_get_store(lookup), root.get()) != 1) return 0;
      if (found == nullptr) found = root.get();
    }
    if (found == nullptr || X509_OBJECT_set1_X509(result, found) != 1) return 0;
    X509_free(found);
    return 1;
  } catch (...) {
    return 0;  // no memory: the root is not found
  }
}

X509_LOOKUP_METHOD* newRootsMethod() {
  X509_LOOKUP_METHOD* const method = X509_LOOKUP_meth_new("system roots");
  if (method == nullptr || X509_LOOKUP_meth_set_get_by_subject(method, findRoot) != 1) {
    throw std::bad_alloc();
  }
  return method;
}

void trustRoots(X509_STORE* store) {
  // Lives as long as any store: to the end of the process.
  static X509_LOOKUP_METHOD* const method = newRootsMethod();
  if (X509_STORE_add_lookup(store, method) == nullptr) throw std::bad_alloc();
}

X509StorePtr newStore() {
  X509StorePtr store(X509_STORE_new());
  if (store == nullptr) throw std::bad_alloc();
  return store;
}

X509StorePtr newRootsStore() {
  X509StorePtr store = newStore();
  trustRoots(store.get());
  return store;
}

}  // namespace

X509StorePtr systemRoots() {
  static const X509StorePtr store = newRootsStore();
  return share(store.get());
}

std::size_t timesParsed() noexcept { return parsed; }

X509StorePtr makeStore(const std::vector<X509Ptr>& cas, const std::vector<X509CrlPtr>& crls) {
  if (cas.empty() && crls.empty()) return systemRoots();
  const CleanErrors clean;
  X509StorePtr store = cas.empty() ? newRootsStore() : newStore();
  for (const auto& ca : cas) {
    if (X509_STORE_add_cert(store.get(), ca.get()) != 1) throw std::bad_alloc();
  }
  for (const auto& crl : crls) {
    if (X509_STORE_add_crl(store.get(), crl.get()) != 1) throw std::bad_alloc();
  }
  if (!crls.empty()) {
    X509_STORE_set_flags(store.get(), X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
  }
  return store;
}

}  // namespace securepair::crypto
