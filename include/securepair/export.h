#pragma once

/// What the shared library shows; everything else in it is hidden. Whoever compiles the sources
/// into a library of their own may define it to nothing.
#ifndef SECUREPAIR_API
#define SECUREPAIR_API __attribute__((visibility("default")))
#endif
