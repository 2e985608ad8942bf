# Run by CPack before it packs: what only a Debian package has. Manual pages and changelogs are
# compressed, the copyright file holds the licences of what is linked in, and the bill of materials
# knows the files as they are after stripping.

if(NOT CPACK_GENERATOR STREQUAL "DEB")
  return()
endif()

function(run)
  execute_process(COMMAND ${ARGN} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

# Without name and time, so that the same text gives the same bytes.
function(compress)
  foreach(file IN LISTS ARGN)
    run(gzip -9 -n -f ${file})
  endforeach()
endfunction()

set(licences ${CPACK_PREFECT_CONFIG_SOURCE}/tools/dev/licences)
execute_process(
  COMMAND ${CMAKE_COMMAND} -E env LC_ALL=C date -u -R -d "${CPACK_PREFECT_CONFIG_DATE}T12:00:00Z"
  OUTPUT_VARIABLE date
  OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)

function(add_documents component package)
  set(usr ${CPACK_TEMPORARY_DIRECTORY}/${component}/usr)
  set(doc ${usr}/share/doc/${package})
  file(MAKE_DIRECTORY ${doc})
  run(${licences} --copyright ${doc}/copyright)
  file(
    WRITE ${doc}/changelog.Debian
    "${package} (${CPACK_PACKAGE_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE}) unstable; urgency=medium\n\n"
    "  * What changed is in /usr/share/doc/prefect-config/changelog.gz.\n\n"
    " -- ${CPACK_PACKAGE_CONTACT}  ${date}\n")
  # The project's own, under the name that Debian has for it.
  if(EXISTS ${doc}/CHANGELOG.md)
    file(RENAME ${doc}/CHANGELOG.md ${doc}/changelog)
  endif()
  file(GLOB texts ${doc}/changelog.Debian ${doc}/changelog ${usr}/share/man/man1/*.1)
  compress(${texts})
  # Why lintian is wrong here stands in each file.
  set(overrides ${usr}/share/lintian/overrides/${package})
  configure_file(${CPACK_PREFECT_CONFIG_SOURCE}/cmake/lintian/${package} ${overrides} COPYONLY)
  file(GLOB files ${overrides} ${doc}/copyright ${doc}/*.gz ${usr}/share/man/man1/*.gz)
  run(chmod 644 ${files})
endfunction()

add_documents(program prefect-config)
add_documents(dev libprefect-config-dev)

set(program ${CPACK_TEMPORARY_DIRECTORY}/program)
file(
  GLOB files
  RELATIVE ${program}
  ${program}/usr/bin/* ${program}/usr/libexec/prefect-config/*)
set(bill ${program}/usr/share/doc/prefect-config/sbom.cdx.json)
run(${licences} --sbom ${bill} --version ${CPACK_PACKAGE_VERSION} --root ${program} ${files})
run(chmod 644 ${bill})
