#include "support/requests.h"

#include <memory>

#include <openssl/core_names.h>
#include <openssl/dsa.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "crypto/openssl_ptr.h"
#include "support/must.h"

namespace securepair::test {
namespace {

using namespace securepair::crypto;

EvpPkeyPtr newDsaKey() {
  using ParametersPtr = OpensslPtr<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
  const ParametersPtr making(must(EVP_PKEY_CTX_new_from_name(nullptr, "DSA", nullptr)));
  EVP_PKEY* parameters = nullptr;
  must(EVP_PKEY_paramgen_init(making.get()) > 0 &&
       EVP_PKEY_CTX_set_dsa_paramgen_bits(making.get(), 1024) > 0 &&
       EVP_PKEY_paramgen(making.get(), &parameters) > 0);
  const EvpPkeyPtr owned(parameters);
  const ParametersPtr keys(must(EVP_PKEY_CTX_new(parameters, nullptr)));
  EVP_PKEY* key = nullptr;
  must(EVP_PKEY_keygen_init(keys.get()) > 0 && EVP_PKEY_keygen(keys.get(), &key) > 0);
  return EvpPkeyPtr(key);
}

EvpPkeyPtr newKey(const std::string& kind) {
  if (kind == "DSA") return newDsaKey();
  if (kind == "RSA 1024") return EvpPkeyPtr(must(EVP_RSA_gen(1024)));
  EvpPkeyPtr key(must(EVP_EC_gen("P-256")));
  if (kind == "P-256 written out") {
    must(EVP_PKEY_set_utf8_string_param(key.get(), OSSL_PKEY_PARAM_EC_ENCODING,
                                        OSSL_PKEY_EC_ENCODING_EXPLICIT));
  }
  return key;
}

EvpPkeyPtr keyOf(const std::string& pem) {
  const BioPtr bio(must(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))));
  return EvpPkeyPtr(must(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr)));
}

void setSubject(X509_REQ* request, const std::vector<SubjectField>& fields) {
  for (const SubjectField& field : fields) {
    must(X509_NAME_add_entry_by_txt(X509_REQ_get_subject_name(request), field.field.c_str(),
                                    field.isBmp ? V_ASN1_BMPSTRING : V_ASN1_UTF8STRING,
                                    reinterpret_cast<const unsigned char*>(field.value.data()),
                                    static_cast<int>(field.value.size()), -1, 0));
  }
}

void addExtensions(X509_REQ* request,
                   const std::vector<std::pair<std::string, std::string>>& extensions) {
  const auto freeAll = [](STACK_OF(X509_EXTENSION) * stack) {
    sk_X509_EXTENSION_pop_free(stack, X509_EXTENSION_free);
  };
  const std::unique_ptr<STACK_OF(X509_EXTENSION), decltype(freeAll)> stack(
      must(sk_X509_EXTENSION_new_null()), freeAll);
  X509V3_CTX context;
  X509V3_set_ctx(&context, nullptr, nullptr, request, nullptr, 0);
  X509V3_set_ctx_nodb(&context);
  for (const auto& [name, value] : extensions) {
    must(sk_X509_EXTENSION_push(
        stack.get(), must(X509V3_EXT_conf(nullptr, &context, name.c_str(), value.c_str()))));
  }
  must(X509_REQ_add_extensions(request, stack.get()));
}

}  // namespace

std::string makeRequest(const RequestSpec& spec) {
  const EvpPkeyPtr key = spec.key.empty() ? newKey(spec.kind) : keyOf(spec.key);
  const EvpPkeyPtr other = newKey("P-256");
  const crypto::X509ReqPtr request(must(X509_REQ_new()));
  must(X509_REQ_set_pubkey(request.get(), key.get()));
  setSubject(request.get(), spec.subject);
  if (!spec.extensions.empty()) addExtensions(request.get(), spec.extensions);
  must(X509_REQ_sign(request.get(), spec.isForged ? other.get() : key.get(), EVP_sha256()));
  const BioPtr bio(must(BIO_new(BIO_s_mem())));
  must(PEM_write_bio_X509_REQ(bio.get(), request.get()));
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

}  // namespace securepair::test
