# cmake -Dprogram=... -Dfolder=... -P texts.cmake: has the program write its manual pages and completions into the folder.

file(REMOVE_RECURSE ${folder})
file(MAKE_DIRECTORY ${folder}/man)
execute_process(COMMAND ${program} help --manual ${folder}/man COMMAND_ERROR_IS_FATAL ANY)
foreach(shell IN ITEMS bash zsh fish)
  execute_process(COMMAND ${program} completions ${shell} OUTPUT_FILE ${folder}/${shell} COMMAND_ERROR_IS_FATAL ANY)
endforeach()
