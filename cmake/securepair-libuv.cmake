# Makes securepair::libuv. Used by the build, and by the installed package for consumers of the static library.
# Debian 12's libuv has pkg-config only; a libuv that brings CMake files is at least 1.45 and states no version in them.

if(NOT TARGET securepair::libuv)
  add_library(securepair::libuv INTERFACE IMPORTED)
  find_package(libuv CONFIG QUIET)
  if(TARGET libuv::uv)
    set_target_properties(securepair::libuv PROPERTIES INTERFACE_LINK_LIBRARIES libuv::uv)
  elseif(TARGET libuv::uv_a)
    set_target_properties(securepair::libuv PROPERTIES INTERFACE_LINK_LIBRARIES libuv::uv_a)
  else()
    find_package(PkgConfig REQUIRED)
    pkg_check_modules(SECUREPAIR_LIBUV REQUIRED IMPORTED_TARGET libuv>=1.44)
    set_target_properties(securepair::libuv PROPERTIES INTERFACE_LINK_LIBRARIES PkgConfig::SECUREPAIR_LIBUV)
  endif()
endif()
