include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/securepair)

foreach(kind IN ITEMS shared static)
  install(TARGETS securepair_${kind} securepair_engine_${kind}
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
  FILES_MATCHING PATTERN "*.h")

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
