# Installs a build into a folder inside it, then configures, builds and runs the consumer against
# that folder alone.
# usage: cmake -D BUILD_DIR=… -D CXX=… -D FLAGS=… -D VERSION=… -P use_installed.cmake

set(scratch ${BUILD_DIR}/package_test)
file(REMOVE_RECURSE ${scratch}) # a file left from an earlier install would hide a missing one

function(run)
  execute_process(COMMAND ${ARGN} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

run(${CMAKE_COMMAND} --install ${BUILD_DIR} --prefix ${scratch}/installed)
run(${CMAKE_COMMAND} -S ${CMAKE_CURRENT_LIST_DIR} -B ${scratch}/build -G Ninja
    -D CMAKE_PREFIX_PATH=${scratch}/installed -D CMAKE_CXX_COMPILER=${CXX}
    -D CMAKE_CXX_FLAGS=${FLAGS} -D WANTED_VERSION=${VERSION})
run(${CMAKE_COMMAND} --build ${scratch}/build)
run(${scratch}/build/consumer)
run(${scratch}/build/prober)
run(${scratch}/installed/bin/prefect-config --version)
