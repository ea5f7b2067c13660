#pragma once
#include <securepair/tls/protocols.h>

#include <optional>
#include <string>
#include <string_view>

namespace securepair::crypto {

/// The list in wire format: each name after a byte that holds its length; empty where none is
/// given. Throws Error, which names the option, where it is empty, or a name is empty or over 255
/// bytes.
std::string wireOf(const tls::ProtocolList& list, const std::string& option);

/// Takes the next name off a list in wire format. Nothing at the end, and where the rest is
/// malformed.
std::optional<std::string_view> nextProtocol(std::string_view& wire) noexcept;

/// The first name of a list in wire format; empty if there is none.
std::string_view firstProtocol(std::string_view wire) noexcept;

bool hasProtocol(std::string_view wire, std::string_view name) noexcept;

/// The first of `preferred` that `other` has too; empty if there is none.
std::string_view sharedProtocol(std::string_view preferred, std::string_view other) noexcept;

}  // namespace securepair::crypto
