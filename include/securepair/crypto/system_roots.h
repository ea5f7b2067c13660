#pragma once
#include <securepair/crypto.h>
#include <securepair/export.h>

namespace securepair::crypto {

/// What is trusted in place of the system's well-known roots wherever those would be: for a program
/// that brings roots of its own, as a runtime does. PEM; those that this OpenSSL cannot read are
/// left out. It holds for the whole process, and has to come before the roots are first needed:
/// they are read once and never change. False where that has happened already. May be called from
/// any thread. Throws Error where the list is empty.
SECUREPAIR_API bool setSystemRoots(const CaList& roots);

}  // namespace securepair::crypto
