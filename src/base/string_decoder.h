#pragma once
#include <securepair/bytes.h>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace securepair::detail {

/// Makes text of bytes that come in pieces; no character is ever split. All text is UTF-8, except
/// that `latin1` and `binary` pass every byte through as one char, so that nothing is lost when it
/// is sent back.
class StringDecoder {
 public:
  /// "utf8", "ascii", "latin1", "binary", "hex", "base64", "utf16le", "ucs2", in any case. Throws
  /// Error ERR_UNKNOWN_ENCODING.
  explicit StringDecoder(std::string_view encoding);

  /// The text that is complete. It lies in `scratch`, or is `bytes` themselves.
  std::string_view write(BytesView bytes, std::string& scratch);
  /// What was still incomplete; afterwards the decoder is as new.
  std::string end();

 private:
  enum class Encoding : unsigned char { utf8, ascii, latin1, hex, base64, utf16 };

  static Encoding find(std::string_view name);
  void keep(BytesView bytes);

  void writeInPieces(BytesView bytes, std::string& out);
  std::size_t decode(BytesView bytes, std::string& out) const;
  static std::size_t decodeUtf8(BytesView bytes, std::string& out);
  static std::size_t decodeUtf16(BytesView bytes, std::string& out);
  static std::size_t decodeBase64(BytesView bytes, std::string& out);

  Encoding encoding_;
  std::array<std::byte, 4> pending_{};
  std::size_t pendingSize_ = 0;
};

}  // namespace securepair::detail
