#include "crypto/peer_chain.h"

#include <securepair/error.h>

#include <string>
#include <utility>

#include "crypto/openssl_error.h"
#include "crypto/pem_blocks.h"
#include "crypto/unreadable.h"

namespace securepair::crypto {
namespace {

// One item of the chain: a certificate in DER, or the blocks of a text.
struct Item {
  const Buffer& content;
  std::string name;
  PemText pem = {};
  std::vector<BytesView> certificates = {};
};

bool isDer(const Buffer& content) {
  constexpr auto sequence = std::byte{0x30};
  return !content.empty() && *content.begin() == sequence;
}

bool isAnyCertificate(const PemBlock& block) { return block.label.ends_with("CERTIFICATE"); }

BytesView bytesOf(const PemBlock& block) {
  return {reinterpret_cast<const std::byte*>(block.der.get()),
          static_cast<std::size_t>(block.size())};
}

Item itemOf(const Buffer& content, std::string name) {
  Item item{.content = content, .name = std::move(name)};
  if (isDer(content)) {
    item.certificates.emplace_back(content.data(), content.size());
    return item;
  }
  item.pem = readPem(content);
  for (const PemBlock& block : item.pem.blocks) {
    if (isAnyCertificate(block)) item.certificates.push_back(bytesOf(block));
  }
  if (item.certificates.empty() || !item.pem.damage.empty()) {
    throw unreadable(item.name, Wanted::certificate, content, item.pem);
  }
  return item;
}

std::vector<Item> itemsOf(const CaList& chain) {
  const auto& list = chain.list();
  std::vector<Item> items;
  items.reserve(list.size());
  for (std::size_t i = 0; i < list.size(); ++i) {
    items.push_back(
        itemOf(list[i], list.size() == 1 ? "chain" : "chain[" + std::to_string(i) + "]"));
  }
  return items;
}

// As a message of TLS 1.2 carries them.
void refuseMoreThan(std::size_t most, const std::vector<Item>& items) {
  constexpr std::size_t lengthField = 3;
  std::size_t size = lengthField;
  for (const Item& item : items) {
    for (const BytesView certificate : item.certificates) size += lengthField + certificate.size();
  }
  if (size <= most) return;
  throw Error({.code = "ERR_SSL_EXCESSIVE_MESSAGE_SIZE",
               .message = "the chain is larger than a handshake takes",
               .expected = "at most " + std::to_string(most) + " bytes",
               .got = std::to_string(size) + " bytes",
               .fix = "leave out what does not lead from the peer's certificate to its root"});
}

X509Ptr parse(const Item& item, BytesView bytes) {
  const auto* const begin = reinterpret_cast<const unsigned char*>(bytes.data());
  const auto* at = begin;
  X509Ptr certificate(d2i_X509(nullptr, &at, static_cast<long>(bytes.size())));
  if (certificate == nullptr) {
    throw unreadable(item.name, Wanted::certificate, item.content, item.pem, takeFailure().reason);
  }
  // A block of a trusted one goes on with what it is trusted for.
  if (isDer(item.content) && at != begin + bytes.size()) {
    throw unreadable(item.name, Wanted::certificate, item.content, item.pem,
                     "something follows the certificate");
  }
  return certificate;
}

}  // namespace

std::vector<X509Ptr> readPeerChain(const CaList& chain, long most) {
  const CleanErrors clean;
  const std::vector<Item> items = itemsOf(chain);
  refuseMoreThan(static_cast<std::size_t>(most), items);
  std::vector<X509Ptr> certificates;
  for (const Item& item : items) {
    for (const BytesView bytes : item.certificates) certificates.push_back(parse(item, bytes));
  }
  return certificates;
}

}  // namespace securepair::crypto
