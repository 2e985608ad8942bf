# Writes the manual pages that the program prints: its own, and one a command.
# usage: cmake -D PROGRAM=… -D DATE=2026-01-31 -D FOLDER=… -P man_pages.cmake

function(ask output)
  execute_process(
    COMMAND ${PROGRAM} ${ARGN}
    OUTPUT_VARIABLE text COMMAND_ERROR_IS_FATAL ANY)
  set(${output} "${text}" PARENT_SCOPE)
endfunction()

# A page of a command that is no more would be installed.
file(GLOB old ${FOLDER}/*.1)
if(old)
  file(REMOVE ${old})
endif()

ask(page __man --date ${DATE})
file(WRITE ${FOLDER}/prefect-config.1 "${page}")

ask(description __describe)
string(JSON last LENGTH "${description}" commands)
math(EXPR last "${last} - 1")
foreach(i RANGE ${last})
  string(JSON name GET "${description}" commands ${i} name)
  ask(page __man --of ${name} --date ${DATE})
  file(WRITE ${FOLDER}/prefect-config-${name}.1 "${page}")
endforeach()
file(TOUCH ${FOLDER}/.made)
