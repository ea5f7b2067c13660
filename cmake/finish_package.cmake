# Run where a Debian package's files have been gathered: texts are compressed, and no program looks for libraries beside itself.

set(root $ENV{DESTDIR}${CMAKE_INSTALL_PREFIX})
file(GLOB texts ${root}/share/man/man1/*.1 ${root}/share/doc/*/changelog*)
list(FILTER texts EXCLUDE REGEX "\\.gz$")
if(texts)
  execute_process(COMMAND gzip -9nf ${texts} COMMAND_ERROR_IS_FATAL ANY)
endif()
if(EXISTS ${root}/bin/securepair)
  file(RPATH_REMOVE FILE ${root}/bin/securepair)
endif()
