include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/securepair)

set(optional_headers "")
if(NOT SECUREPAIR_FAST_AEAD)
  set(optional_headers PATTERN aead.h EXCLUDE)
endif()

foreach(kind IN ITEMS shared static)
  set(aead "")
  if(SECUREPAIR_FAST_AEAD)
    set(aead securepair_aead_${kind})
  endif()
  install(TARGETS securepair_${kind} securepair_engine_${kind} ${aead}
    EXPORT securepair-${kind}
    RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR}
    LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT runtime NAMELINK_COMPONENT dev
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT dev)
  install(EXPORT securepair-${kind}
    NAMESPACE securepair::
    FILE securepair-${kind}-targets.cmake
    DESTINATION ${package_dir} COMPONENT dev)
endforeach()

install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/securepair
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT dev
  FILES_MATCHING PATTERN "*.h" ${optional_headers})

configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/securepair-config.cmake.in
  ${PROJECT_BINARY_DIR}/package/securepair-config.cmake
  INSTALL_DESTINATION ${package_dir}
  NO_SET_AND_CHECK_MACRO)
if(PROJECT_VERSION_MAJOR EQUAL 0)
  set(compatibility SameMinorVersion)
else()
  set(compatibility SameMajorVersion)
endif()
write_basic_package_version_file(${PROJECT_BINARY_DIR}/package/securepair-config-version.cmake
  COMPATIBILITY ${compatibility})
install(FILES
  ${PROJECT_BINARY_DIR}/package/securepair-config.cmake
  ${PROJECT_BINARY_DIR}/package/securepair-config-version.cmake
  ${PROJECT_SOURCE_DIR}/cmake/securepair-libuv.cmake
  DESTINATION ${package_dir} COMPONENT dev)

# The way from <libdir>/pkgconfig up to the prefix differs between lib/ and lib/<triplet>/.
file(RELATIVE_PATH pc_prefix /p/${CMAKE_INSTALL_LIBDIR}/pkgconfig /p)
string(REGEX REPLACE "/$" "" pc_prefix "${pc_prefix}")
function(securepair_pc name description requires)
  configure_file(${PROJECT_SOURCE_DIR}/cmake/securepair.pc.in ${PROJECT_BINARY_DIR}/package/${name}.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/package/${name}.pc
    DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT dev)
endfunction()
securepair_pc(securepair "${PROJECT_DESCRIPTION}" "openssl >= 3.0, libuv >= 1.44")
securepair_pc(securepair-engine "TLS between two byte arrays, without a loop, on OpenSSL 3" "openssl >= 3.0")
if(SECUREPAIR_FAST_AEAD)
  install(FILES ${PROJECT_SOURCE_DIR}/cmake/securepair-ipsec-mb.cmake
    DESTINATION ${package_dir} COMPONENT dev)
  set(pc_libs_private "-lIPSec_MB")
  securepair_pc(securepair-aead "AES-GCM by libipsec-mb for the TLS of securepair" "openssl >= 3.0")
endif()
