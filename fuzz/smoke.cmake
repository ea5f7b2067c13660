# A few seconds of one fuzz target, from its seeds, in a scratch folder: new inputs must not end up in the sources.

file(REMOVE_RECURSE ${scratch})
file(MAKE_DIRECTORY ${scratch}/corpus)
if(EXISTS ${seeds})
  file(COPY ${seeds}/ DESTINATION ${scratch}/corpus)
endif()
set(words "")
if(EXISTS ${dictionary})
  set(words -dict=${dictionary})
endif()
execute_process(
  COMMAND ${program} -runs=20000 -max_total_time=15 -timeout=20 -rss_limit_mb=2048 -print_final_stats=1
    -artifact_prefix=${scratch}/ ${words} ${scratch}/corpus
  RESULT_VARIABLE result)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "${program} ended with ${result}; what it choked on lies in ${scratch}.")
endif()
