# What only a build of this project itself wants: places for the programs, ccache, sanitizers, coverage.

set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/lib)
set(CMAKE_ARCHIVE_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/lib)
set(CMAKE_BUILD_RPATH_USE_ORIGIN ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Kind of build" FORCE)
endif()

if(NOT DEFINED CMAKE_CXX_COMPILER_LAUNCHER)
  find_program(SECUREPAIR_CCACHE ccache)
  if(SECUREPAIR_CCACHE)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${SECUREPAIR_CCACHE})
  endif()
endif()

if(SECUREPAIR_SANITIZE)
  add_compile_options(-fsanitize=${SECUREPAIR_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${SECUREPAIR_SANITIZE})
endif()
if(SECUREPAIR_BUILD_FUZZERS)
  # fuzzer-no-link in the libraries only measures; the engine that drives is linked by each target.
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
if(SECUREPAIR_COVERAGE)
  add_compile_options(--coverage -fprofile-update=atomic)
  add_link_options(--coverage)
endif()
