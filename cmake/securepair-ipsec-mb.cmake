# Makes securepair::ipsec_mb. Used by the build, and by the installed package for consumers of the static library.
# libipsec-mb has neither CMake files nor pkg-config's.

if(NOT TARGET securepair::ipsec_mb)
  find_path(SECUREPAIR_IPSEC_MB_INCLUDE intel-ipsec-mb.h)
  find_library(SECUREPAIR_IPSEC_MB_LIBRARY IPSec_MB)
  mark_as_advanced(SECUREPAIR_IPSEC_MB_INCLUDE SECUREPAIR_IPSEC_MB_LIBRARY)
  if(NOT SECUREPAIR_IPSEC_MB_INCLUDE OR NOT SECUREPAIR_IPSEC_MB_LIBRARY)
    message(FATAL_ERROR "securepair::aead needs libipsec-mb, which Debian and Ubuntu have for x86-64 as libipsec-mb-dev.")
  endif()
  file(STRINGS ${SECUREPAIR_IPSEC_MB_INCLUDE}/intel-ipsec-mb.h securepair_ipsec_mb_version REGEX "define IMB_VERSION_STR ")
  string(REGEX REPLACE ".*\"([0-9.]+).*" "\\1" securepair_ipsec_mb_version "${securepair_ipsec_mb_version}")
  if(securepair_ipsec_mb_version VERSION_LESS 1.3)
    message(FATAL_ERROR "securepair::aead needs libipsec-mb 1.3 or later; this is ${securepair_ipsec_mb_version}.")
  endif()
  unset(securepair_ipsec_mb_version)
  add_library(securepair::ipsec_mb UNKNOWN IMPORTED)
  set_target_properties(securepair::ipsec_mb PROPERTIES
    IMPORTED_LOCATION ${SECUREPAIR_IPSEC_MB_LIBRARY}
    INTERFACE_INCLUDE_DIRECTORIES ${SECUREPAIR_IPSEC_MB_INCLUDE}
    # Without its old names, of which SHA1 is one of OpenSSL's functions.
    INTERFACE_COMPILE_DEFINITIONS NO_COMPAT_IMB_API_053)
endif()
