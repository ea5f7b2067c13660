include(CMakePackageConfigHelpers)

if(PROJECT_VERSION_MAJOR EQUAL 0)
  set(compatibility SameMinorVersion)
else()
  set(compatibility SameMajorVersion)
endif()
write_basic_package_version_file(${PROJECT_BINARY_DIR}/package/securepair-config-version.cmake
  COMPATIBILITY ${compatibility})

# securepair_install_libraries(WAY LIBDIR [EXCLUDE_FROM_ALL]): the libraries and what programs are built with, below LIBDIR, in the
# components <WAY>runtime, <WAY>aead and <WAY>dev. A way of its own makes the Debian packages.
function(securepair_install_libraries way libdir)
  set(package_dir ${libdir}/cmake/securepair)
  set(package ${PROJECT_BINARY_DIR}/package/${way}files)
  set(dev COMPONENT ${way}dev ${ARGN})

  foreach(kind IN ITEMS shared static)
    install(TARGETS securepair_${kind} securepair_engine_${kind}
      EXPORT securepair-${way}${kind}
      LIBRARY DESTINATION ${libdir} COMPONENT ${way}runtime ${ARGN} NAMELINK_COMPONENT ${way}dev
      ARCHIVE DESTINATION ${libdir} ${dev})
    if(SECUREPAIR_FAST_AEAD)
      install(TARGETS securepair_aead_${kind}
        EXPORT securepair-${way}${kind}
        LIBRARY DESTINATION ${libdir} COMPONENT ${way}aead ${ARGN} NAMELINK_COMPONENT ${way}dev
        ARCHIVE DESTINATION ${libdir} ${dev})
    endif()
    install(EXPORT securepair-${way}${kind}
      NAMESPACE securepair::
      FILE securepair-${kind}-targets.cmake
      DESTINATION ${package_dir} ${dev})
  endforeach()

  set(optional_headers "")
  if(NOT SECUREPAIR_FAST_AEAD)
    set(optional_headers PATTERN aead.h EXCLUDE)
  endif()
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/securepair
    DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} ${dev}
    FILES_MATCHING PATTERN "*.h" ${optional_headers})

  configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/securepair-config.cmake.in ${package}/securepair-config.cmake
    INSTALL_DESTINATION ${package_dir}
    NO_SET_AND_CHECK_MACRO)
  install(FILES
    ${package}/securepair-config.cmake
    ${PROJECT_BINARY_DIR}/package/securepair-config-version.cmake
    ${PROJECT_SOURCE_DIR}/cmake/securepair-libuv.cmake
    DESTINATION ${package_dir} ${dev})
  if(SECUREPAIR_FAST_AEAD)
    install(FILES ${PROJECT_SOURCE_DIR}/cmake/securepair-ipsec-mb.cmake DESTINATION ${package_dir} ${dev})
  endif()

  # The way from <libdir>/pkgconfig up to the prefix differs between lib/ and lib/<triplet>/.
  set(pc_libdir ${libdir})
  file(RELATIVE_PATH pc_prefix /p/${libdir}/pkgconfig /p)
  string(REGEX REPLACE "/$" "" pc_prefix "${pc_prefix}")
  macro(install_pc name description requires libs_private)
    set(name ${name})
    set(description "${description}")
    set(requires "${requires}")
    set(libs_private "${libs_private}")
    configure_file(${PROJECT_SOURCE_DIR}/cmake/securepair.pc.in ${package}/${name}.pc @ONLY)
    install(FILES ${package}/${name}.pc DESTINATION ${libdir}/pkgconfig ${dev})
  endmacro()
  install_pc(securepair "${PROJECT_DESCRIPTION}" "openssl >= 3.0, libuv >= 1.44" "")
  install_pc(securepair-engine "TLS between two byte arrays, without a loop, on OpenSSL 3" "openssl >= 3.0" "")
  if(SECUREPAIR_FAST_AEAD)
    install_pc(securepair-aead "AES-GCM by libipsec-mb for the TLS of securepair" "openssl >= 3.0" "-lIPSec_MB")
  endif()
endfunction()

securepair_install_libraries("" ${CMAKE_INSTALL_LIBDIR})
