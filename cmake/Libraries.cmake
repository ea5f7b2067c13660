# A room is a folder of src/. Each is compiled once; the libraries, shared and static, are made of the same objects.

if((CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 12)
   OR (CMAKE_CXX_COMPILER_ID STREQUAL "Clang" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 14))
  message(FATAL_ERROR "securepair needs g++ 12 or clang 14, or a later one; this is "
    "${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}.")
endif()

find_package(OpenSSL 3.0 REQUIRED)
find_package(Threads REQUIRED)
include(${CMAKE_CURRENT_LIST_DIR}/securepair-libuv.cmake)

# What every translation unit of the project is compiled with; never exported.
add_library(securepair_build INTERFACE)
target_compile_features(securepair_build INTERFACE cxx_std_20)
if(PROJECT_IS_TOP_LEVEL)
  target_compile_options(securepair_build INTERFACE -Wall -Wextra -Wpedantic -Wconversion
    # Where several files are compiled together, one's local names shadow what another's anonymous namespace has: not of interest.
    $<IF:$<BOOL:$<TARGET_PROPERTY:UNITY_BUILD>>,$<$<CXX_COMPILER_ID:GNU>:-Wshadow=local>,-Wshadow>)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # g++ 12 sees overlaps in std::string's operator+ that cannot be (its bug 105651).
  target_compile_options(securepair_build INTERFACE -Wno-restrict)
  if(SECUREPAIR_SANITIZE)
    # Under AddressSanitizer it takes std::regex's insides for uninitialized (its bug 105562).
    target_compile_options(securepair_build INTERFACE -Wno-maybe-uninitialized)
  endif()
endif()
# A compiler that nobody here has tried may have new warnings: they must not keep anyone from building.
if(SECUREPAIR_WERROR AND PROJECT_IS_TOP_LEVEL
   AND ((CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
        OR (CMAKE_CXX_COMPILER_ID STREQUAL "Clang" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 15)))
  target_compile_options(securepair_build INTERFACE -Werror)
endif()

# securepair_compile_together(TARGET FILES): so many files at once, by which what they all include is compiled once. g++ takes what is
# included for a header, in which an anonymous namespace would be a mistake.
function(securepair_compile_together target files)
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE ${files})
  target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    # g++ 12 inlines more then, and takes empty std::optionals for uninitialized (its bug 80635).
    target_compile_options(${target} PRIVATE -Wno-maybe-uninitialized)
  endif()
endfunction()

function(securepair_room room)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "LINK")
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${room}/*.cc)
  if(NOT sources)
    return()
  endif()
  add_library(securepair_${room} OBJECT ${sources})
  target_include_directories(securepair_${room} PRIVATE ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR}/include)
  target_link_libraries(securepair_${room} PRIVATE securepair_build ${arg_LINK})
  set_target_properties(securepair_${room} PROPERTIES
    CXX_EXTENSIONS OFF
    CXX_VISIBILITY_PRESET hidden
    POSITION_INDEPENDENT_CODE ON
    VISIBILITY_INLINES_HIDDEN ON)
  if(SECUREPAIR_SANITIZE)
    # These slow the compiler down. What is released is compiled file by file.
    securepair_compile_together(securepair_${room} 12)
  endif()
  # No symbol of ours is there to be replaced by a program's.
  target_compile_options(securepair_${room} PRIVATE -fno-semantic-interposition)
endfunction()

securepair_room(base)
securepair_room(kdf LINK OpenSSL::Crypto)
securepair_room(crypto LINK OpenSSL::SSL)
securepair_room(engine LINK OpenSSL::SSL)
securepair_room(stream)
securepair_room(pair)
securepair_room(net LINK securepair::libuv)
securepair_room(tls)

# Until 1.0 a minor version may break; from then on only a major one may.
if(PROJECT_VERSION_MAJOR EQUAL 0)
  set(abi_version 0.${PROJECT_VERSION_MINOR})
else()
  set(abi_version ${PROJECT_VERSION_MAJOR})
endif()

# securepair_library(NAME EXPORTED rooms LINK libraries): lib<NAME>.so and lib<NAME>.a
function(securepair_library name exported)
  cmake_parse_arguments(PARSE_ARGV 2 arg "" "" "ROOMS;LINK")
  set(objects "")
  foreach(room IN LISTS arg_ROOMS)
    if(TARGET securepair_${room})
      list(APPEND objects $<TARGET_OBJECTS:securepair_${room}>)
    endif()
  endforeach()
  string(REPLACE "-" "_" target ${name})
  foreach(kind IN ITEMS shared static)
    string(TOUPPER ${kind} KIND)
    add_library(${target}_${kind} ${KIND} ${objects})
    target_compile_features(${target}_${kind} PUBLIC cxx_std_20)
    target_include_directories(${target}_${kind} PUBLIC
      $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
      $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
    target_link_libraries(${target}_${kind} PRIVATE ${arg_LINK})
    set_target_properties(${target}_${kind} PROPERTIES
      OUTPUT_NAME ${name}
      EXPORT_NAME ${exported}
      LINKER_LANGUAGE CXX)
    if(NOT SECUREPAIR_INSTALL AND NOT PROJECT_IS_TOP_LEVEL)
      set_target_properties(${target}_${kind} PROPERTIES EXCLUDE_FROM_ALL ON)
    endif()
  endforeach()
  set_target_properties(${target}_shared PROPERTIES
    VERSION ${PROJECT_VERSION}
    SOVERSION ${abi_version})
  target_link_options(${target}_shared PRIVATE LINKER:--as-needed LINKER:-Bsymbolic-functions)
  if(NOT SECUREPAIR_SANITIZE)
    # Sanitizers leave symbols for the program to bring.
    target_link_options(${target}_shared PRIVATE LINKER:-z,defs)
  endif()
  if(SECUREPAIR_STATIC)
    add_library(securepair::${exported} ALIAS ${target}_static)
  else()
    add_library(securepair::${exported} ALIAS ${target}_shared)
  endif()
endfunction()

set(engine_rooms base kdf crypto engine stream pair)
securepair_library(securepair-engine engine
  ROOMS ${engine_rooms}
  LINK OpenSSL::SSL OpenSSL::Crypto Threads::Threads ${CMAKE_DL_LIBS})
# Contains the lower rooms instead of linking their library: a program links one of the two.
securepair_library(securepair securepair
  ROOMS ${engine_rooms} net tls
  LINK securepair::libuv OpenSSL::SSL OpenSSL::Crypto Threads::Threads ${CMAKE_DL_LIBS})
