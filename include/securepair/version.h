#pragma once

// The one place of the version: CMake, the package files and the shared library's name follow it.
#define SECUREPAIR_VERSION_MAJOR 0
#define SECUREPAIR_VERSION_MINOR 1
#define SECUREPAIR_VERSION_PATCH 0

#define SECUREPAIR_TEXT_OF_(x) #x
#define SECUREPAIR_TEXT_(x) SECUREPAIR_TEXT_OF_(x)

/// "MAJOR.MINOR.PATCH" of the headers.
#define SECUREPAIR_VERSION                   \
  SECUREPAIR_TEXT_(SECUREPAIR_VERSION_MAJOR) \
  "." SECUREPAIR_TEXT_(SECUREPAIR_VERSION_MINOR) "." SECUREPAIR_TEXT_(SECUREPAIR_VERSION_PATCH)
