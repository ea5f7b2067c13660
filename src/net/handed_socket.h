#pragma once
#include <securepair/error.h>

#include <optional>

namespace securepair::net {

/// Why nobody can listen on this descriptor, and what it is instead; empty where it is a stream
/// socket of TCP or Unix that listens or may begin to.
std::optional<Error> whyUnfitToListen(int fd);

bool isListening(int fd) noexcept;

}  // namespace securepair::net
