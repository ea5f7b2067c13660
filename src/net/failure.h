#pragma once
#include <securepair/error.h>

#include <string>
#include <string_view>

namespace securepair::net {

// Every status is libuv's: a negated errno or a UV_EAI_ code.

/// The stable code of an Error: "ECONNRESET"; "ENOTFOUND" for a name that does not exist.
std::string codeOf(int status);
/// What that means, in words.
std::string meaningOf(int status);

/// "making a loop: EMFILE: too many open files"
Error systemError(int status, std::string_view doing);
/// A connection has failed while `verb` ("read", "write") was done; `peer` may be empty.
Error connectionError(int status, std::string_view verb, std::string_view peer);
/// `where` could not be listened on.
Error listenError(int status, std::string_view where);

}  // namespace securepair::net
