#pragma once

/// Of a thread, found without a look-up also where the library is a shared one. For a few words
/// without a constructor: they have to fit into what the C library keeps for libraries that are
/// loaded late.
#define SECUREPAIR_THREAD_LOCAL [[gnu::tls_model("initial-exec")]] constinit thread_local
