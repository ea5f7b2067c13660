# The fast AEAD is a library beside the others, so that those need nothing but OpenSSL and libuv.

include(${CMAKE_CURRENT_LIST_DIR}/securepair-ipsec-mb.cmake)

securepair_room(aead LINK OpenSSL::Crypto securepair::ipsec_mb)
securepair_library(securepair-aead aead
  ROOMS aead
  LINK securepair::ipsec_mb OpenSSL::Crypto ${CMAKE_DL_LIBS})
