# Debian packages by CPack, of what has been built anyway: the files go into components of their own, below lib/<triplet>, where Debian has
# its libraries. `./run package` makes them.

set(SECUREPAIR_MAINTAINER "The securepair authors <authors@securepair.invalid>" CACHE STRING "Whom the Debian packages name")

set(runtime_package libsecurepair${abi_version})
set(aead_package libsecurepair-aead${abi_version})
set(CPACK_COMPONENTS_ALL deb_runtime deb_dev)

securepair_install_libraries(deb_ lib/${CMAKE_LIBRARY_ARCHITECTURE} EXCLUDE_FROM_ALL)

# securepair_debian_package(COMPONENT NAME SECTION SUMMARY TEXT SCRIPTS): the component deb_<COMPONENT> as the package NAME. SCRIPTS is a
# folder of packaging/debian, or empty.
function(securepair_debian_package component name section summary text scripts)
  string(TOUPPER ${component} upper)
  set(variable CPACK_DEBIAN_DEB_${upper})
  set(${variable}_PACKAGE_NAME ${name} PARENT_SCOPE)
  set(${variable}_PACKAGE_SECTION ${section} PARENT_SCOPE)
  set(${variable}_PACKAGE_SHLIBDEPS ON PARENT_SCOPE)
  set(${variable}_DESCRIPTION "${summary}\n${text}" PARENT_SCOPE)
  if(scripts)
    file(GLOB files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/packaging/debian/${scripts}/*)
    set(${variable}_PACKAGE_CONTROL_EXTRA ${files} PARENT_SCOPE)
  endif()
  install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION share/doc/${name} RENAME copyright
    COMPONENT deb_${component} EXCLUDE_FROM_ALL)
  install(FILES ${PROJECT_SOURCE_DIR}/CHANGELOG.md DESTINATION share/doc/${name} RENAME changelog
    COMPONENT deb_${component} EXCLUDE_FROM_ALL)
  install(FILES ${PROJECT_BINARY_DIR}/package/changelog.Debian DESTINATION share/doc/${name}
    COMPONENT deb_${component} EXCLUDE_FROM_ALL)
  install(SCRIPT ${PROJECT_SOURCE_DIR}/cmake/finish_package.cmake
    COMPONENT deb_${component} EXCLUDE_FROM_ALL)
endfunction()

string(TIMESTAMP today "%a, %d %b %Y 00:00:00 +0000" UTC)
file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/package/changelog.Debian CONTENT
"securepair (@PROJECT_VERSION@-1) unstable; urgency=medium

  * See changelog.gz.

 -- @SECUREPAIR_MAINTAINER@  @today@
" @ONLY)

set(about "securepair is the tls module of Node.js, as the manual of v0.6.18
describes it, for C++20.")
securepair_debian_package(runtime ${runtime_package} libs
  "TLS for C++ as the tls module of Node.js had it"
  "${about}
These are the shared libraries."
  library)
# The roots that clients trust unless they are told others.
set(CPACK_DEBIAN_DEB_RUNTIME_PACKAGE_RECOMMENDS ca-certificates)
securepair_debian_package(dev libsecurepair-dev libdevel
  "TLS for C++ as the tls module of Node.js had it (development files)"
  "${about}
These are the headers, the static libraries, and what CMake and pkg-config
read."
  "")
set(CPACK_COMPONENT_DEB_DEV_DEPENDS deb_runtime)
# What pkg-config's files require, and a static library is linked with.
set(CPACK_DEBIAN_DEB_DEV_PACKAGE_DEPENDS "libssl-dev (>= 3.0), libuv1-dev (>= 1.44)")
if(SECUREPAIR_FAST_AEAD)
  list(APPEND CPACK_COMPONENTS_ALL deb_aead)
  securepair_debian_package(aead ${aead_package} libs
    "AES-GCM by libipsec-mb for the TLS of securepair"
    "${about}
This library has AES-GCM done by vector AES, where the processor has it."
    library)
  list(APPEND CPACK_COMPONENT_DEB_DEV_DEPENDS deb_aead)
  string(APPEND CPACK_DEBIAN_DEB_DEV_PACKAGE_DEPENDS ", libipsec-mb-dev (>= 1.3)")
endif()
if(TARGET securepair_tool)
  list(APPEND CPACK_COMPONENTS_ALL deb_tool)
  securepair_install_tool(deb_tool EXCLUDE_FROM_ALL)
  # Where the units look for what they serve; empty at first.
  install(DIRECTORY DESTINATION /etc/securepair COMPONENT deb_tool EXCLUDE_FROM_ALL)
  securepair_debian_package(tool securepair net
    "what people do with TLS, one line each"
    "${about}
This program serves, connects, inspects and judges, and makes keys and
certificates."
    tool)
  set(CPACK_COMPONENT_DEB_TOOL_DEPENDS deb_runtime)
endif()

set(CPACK_GENERATOR DEB)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_ENABLE_COMPONENT_DEPENDS ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_MAINTAINER "${SECUREPAIR_MAINTAINER}")
set(CPACK_DEBIAN_PACKAGE_SOURCE securepair)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS ${CMAKE_LIBRARY_OUTPUT_DIRECTORY})
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS_POLICY ">=")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "")
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGE_DIRECTORY ${PROJECT_BINARY_DIR}/packages)
include(CPack)

# CPack's own target would build all that there is, the tests too.
add_custom_target(packages
  COMMAND ${CMAKE_CPACK_COMMAND} --config ${PROJECT_BINARY_DIR}/CPackConfig.cmake
  USES_TERMINAL VERBATIM)
foreach(target IN ITEMS securepair securepair_engine securepair_aead)
  if(TARGET ${target}_shared)
    add_dependencies(packages ${target}_shared ${target}_static)
  endif()
endforeach()
if(TARGET securepair_tool)
  add_dependencies(packages securepair_tool)
endif()
