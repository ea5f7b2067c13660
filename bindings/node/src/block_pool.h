#pragma once
#include <securepair/bytes.h>

#include <cstddef>
#include <memory>
#include <node_api.h>
#include <vector>

namespace securepair::node {

/// Memory for the large Buffers that JavaScript is given, each of which owns its block until it is
/// collected: then the block is used again. From the system it would come page by page, to be
/// cleared and given back for every Buffer.
class BlockPool : public std::enable_shared_from_this<BlockPool> {
 public:
  BlockPool();
  BlockPool(const BlockPool&) = delete;
  BlockPool& operator=(const BlockPool&) = delete;
  ~BlockPool();

  /// A Buffer with a copy of these bytes.
  napi_value buffer(napi_env env, BytesView bytes);

 private:
  using Keep = std::shared_ptr<BlockPool>;  ///< with each Buffer that is lent

  std::byte* take();
  void giveBack(std::byte* block) noexcept;

  std::vector<std::byte*> free_;
};

}  // namespace securepair::node
