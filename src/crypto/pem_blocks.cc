#include "crypto/pem_blocks.h"

#include <algorithm>
#include <limits>
#include <new>
#include <string_view>
#include <utility>

#include <openssl/err.h>
#include <openssl/pem.h>

#include "crypto/openssl_error.h"
#include "crypto/openssl_ptr.h"

namespace securepair::crypto {
namespace {

BioPtr readerOf(std::string_view text) {
  constexpr std::string_view byteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(byteOrderMark)) text.remove_prefix(byteOrderMark.size());
  // A length that BIO_new_mem_buf() cannot be told is read as far as it can: no PEM is that long.
  const auto size = std::min(text.size(), std::size_t{std::numeric_limits<int>::max()});
  BioPtr reader(BIO_new_mem_buf(text.data(), static_cast<int>(size)));
  if (reader == nullptr) throw std::bad_alloc();
  return reader;
}

bool readBlock(BIO* reader, std::vector<PemBlock>& blocks) {
  char* label = nullptr;
  char* header = nullptr;
  unsigned char* der = nullptr;
  long size = 0;
  if (PEM_read_bio(reader, &label, &header, &der, &size) != 1) return false;
  const OpensslMemory<char> ownedLabel(label);
  const OpensslMemory<char> ownedHeader(header);
  PemBlock block(der, static_cast<std::size_t>(size));
  block.label = label;
  block.header = header;
  blocks.push_back(std::move(block));
  return true;
}

}  // namespace

PemText readPem(const Buffer& text) {
  const CleanErrors clean;
  PemText pem;
  if (text.empty()) return pem;
  const BioPtr reader = readerOf(text.text());
  while (readBlock(reader.get(), pem.blocks)) {
  }
  const unsigned long error = ERR_peek_last_error();
  const bool atEnd =
      ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
  if (!atEnd) pem.damage = takeFailure().reason;
  return pem;
}

}  // namespace securepair::crypto
