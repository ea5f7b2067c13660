#include "crypto/trust_store.h"

#include <securepair/crypto/system_roots.h>
#include <securepair/error.h>

#include <atomic>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <new>
#include <string>
#include <utility>

#include <openssl/err.h>
#include <openssl/pem.h>

#include "crypto/openssl_error.h"
#include "crypto/sha256.h"

namespace securepair::crypto {
namespace {

std::atomic<std::size_t> parsed = 0;

bool atEnd() {
  const unsigned long error = ERR_peek_last_error();
  return ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
}

// What is to be read in place of the system's file, while nothing has been read.
struct GivenRoots {
  std::mutex mutex;
  std::string pem;
  bool tooLate = false;
};

GivenRoots& givenRoots() {
  static GivenRoots given;
  return given;
}

std::string takeGivenRoots() {
  GivenRoots& given = givenRoots();
  const std::lock_guard lock(given.mutex);
  given.tooLate = true;
  return std::exchange(given.pem, {});
}

std::vector<X509Ptr> parseRoots() {
  const CleanErrors clean;
  ++parsed;
  std::vector<X509Ptr> roots;
  const std::string given = takeGivenRoots();
  const BioPtr source(given.empty()
                          ? BIO_new_file(rootsFile().c_str(), "r")
                          : BIO_new_mem_buf(given.data(), static_cast<int>(given.size())));
  while (source != nullptr) {
    // Nothing prompts on a terminal, were one encrypted.
    const auto noPassphrase = [](char*, int, int, void*) { return -1; };
    X509Ptr root(PEM_read_bio_X509_AUX(source.get(), nullptr, noPassphrase, nullptr));
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

// What a store trusts beside the system's roots.
using Appended = std::vector<X509Ptr>;

const Appended& appendedTo(X509_LOOKUP* lookup) {
  return *static_cast<const Appended*>(X509_LOOKUP_get_method_data(lookup));
}

void freeAppended(X509_LOOKUP* lookup) {
  delete static_cast<Appended*>(X509_LOOKUP_get_method_data(lookup));
}

// OpenSSL reads a certificate's extensions when it first needs them. Read here, they are there
// before threads share the store.
void add(X509_STORE* store, X509* certificate) {
  X509_check_purpose(certificate, -1, 0);
  if (X509_STORE_add_cert(store, certificate) != 1) throw std::bad_alloc();
}

// Adds those of this name to the store; null where there are none.
X509* addNamed(const std::vector<X509Ptr>& certificates, const X509_NAME* name, X509_STORE* store) {
  X509* first = nullptr;
  for (const X509Ptr& certificate : certificates) {
    if (X509_NAME_cmp(X509_get_subject_name(certificate.get()), name) != 0) continue;
    add(store, certificate.get());
    if (first == nullptr) first = certificate.get();
  }
  return first;
}

// A store asks this for what it does not hold. As OpenSSL's manual has it: what is found is added
// to the store, which then owns the reference that `result` carries. It does not ask again for a
// name of which it holds one, and so gets all of them at once.
int findRoot(X509_LOOKUP* lookup, X509_LOOKUP_TYPE type, const X509_NAME* name,
             X509_OBJECT* result) noexcept {
  if (type != X509_LU_X509) return 0;
  try {
    X509_STORE* const store = X509_LOOKUP_get_store(lookup);
    X509* const appended = addNamed(appendedTo(lookup), name, store);
    X509* const root = addNamed(roots(), name, store);
    X509* const found = appended != nullptr ? appended : root;
    if (found == nullptr || X509_OBJECT_set1_X509(result, found) != 1) return 0;
    X509_free(found);
    return 1;
  } catch (...) {
    return 0;  // no memory: the root is not found
  }
}

X509_LOOKUP_METHOD* newRootsMethod() {
  X509_LOOKUP_METHOD* const method = X509_LOOKUP_meth_new("system roots");
  if (method == nullptr || X509_LOOKUP_meth_set_get_by_subject(method, findRoot) != 1 ||
      X509_LOOKUP_meth_set_free(method, freeAppended) != 1) {
    throw std::bad_alloc();
  }
  return method;
}

X509StorePtr newStore() {
  X509StorePtr store(X509_STORE_new());
  if (store == nullptr) throw std::bad_alloc();
  return store;
}

X509StorePtr newRootsStore(const std::vector<X509Ptr>& appended) {
  // Lives as long as any store: to the end of the process.
  static X509_LOOKUP_METHOD* const method = newRootsMethod();
  auto owned = std::make_unique<Appended>(share(appended));
  X509StorePtr store = newStore();
  X509_LOOKUP* const lookup = X509_STORE_add_lookup(store.get(), method);
  if (lookup == nullptr) throw std::bad_alloc();
  X509_LOOKUP_set_method_data(lookup, owned.release());
  return store;
}

}  // namespace

std::string rootsFile() {
  const char* const named = secure_getenv(X509_get_default_cert_file_env());
  if (named != nullptr && *named != '\0') return named;
  const char* const debian = "/etc/ssl/certs/ca-certificates.crt";
  return BioPtr(BIO_new_file(debian, "r")) != nullptr ? debian : X509_get_default_cert_file();
}

X509StorePtr systemRoots() {
  static const X509StorePtr store = newRootsStore({});
  return share(store.get());
}

const std::string& systemRootsDigest() {
  static const std::string digest = [] {
    Sha256 hash;
    for (const X509Ptr& root : roots()) hash.add(root.get());
    return hash.digest();
  }();
  return digest;
}

std::size_t timesParsed() noexcept { return parsed; }

bool setSystemRoots(const CaList& roots) {
  std::string pem;
  for (const Buffer& root : roots.list()) pem.append(root.text()).append("\n");
  if (pem.empty()) {
    throw Error({.code = "ERR_EMPTY_LIST",
                 .message = "setSystemRoots() was given no certificate",
                 .fix = "leave the call out, and the system's roots are trusted"});
  }
  GivenRoots& given = givenRoots();
  const std::lock_guard lock(given.mutex);
  if (given.tooLate) return false;
  given.pem = std::move(pem);
  return true;
}

X509StorePtr makeStore(const Trust& trust, const std::vector<X509CrlPtr>& crls) {
  if (trust.given.empty() && trust.appended.empty() && crls.empty()) return systemRoots();
  const CleanErrors clean;
  X509StorePtr store = trust.given.empty() ? newRootsStore(trust.appended) : newStore();
  for (const auto& ca : trust.given) add(store.get(), ca.get());
  for (const auto& crl : crls) {
    if (X509_STORE_add_crl(store.get(), crl.get()) != 1) throw std::bad_alloc();
  }
  if (!crls.empty()) {
    X509_STORE_set_flags(store.get(), X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
  }
  return store;
}

}  // namespace securepair::crypto
