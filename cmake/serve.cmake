# What `thaw serve` is made of: the page's files, built beforehand in web/dist, are embedded in the binary.
pkg_check_modules(MICROHTTPD IMPORTED_TARGET libmicrohttpd)
find_program(GZIP gzip REQUIRED)

file(GLOB_RECURSE PAGE_FILES CONFIGURE_DEPENDS web/dist/*)
set(PAGE_C ${PROJECT_BINARY_DIR}/assets_data.c)
add_custom_command(OUTPUT ${PAGE_C}
                   COMMAND ${CMAKE_COMMAND} -DFROM=${PROJECT_SOURCE_DIR}/web/dist -DTO=${PAGE_C} -DGZIP=${GZIP}
                           -P ${PROJECT_SOURCE_DIR}/cmake/embed.cmake
                   DEPENDS ${PAGE_FILES} cmake/embed.cmake VERBATIM)

file(GLOB SERVE_SOURCES CONFIGURE_DEPENDS src/serve/*.c)
add_library(thaw_serve STATIC ${SERVE_SOURCES} ${PAGE_C})
target_link_libraries(thaw_serve PUBLIC thaw_static)
if(MICROHTTPD_FOUND)
  target_link_libraries(thaw_serve PRIVATE PkgConfig::MICROHTTPD)
  target_compile_definitions(thaw_serve PRIVATE THAW_HAVE_MICROHTTPD)
else()
  message(STATUS "libmicrohttpd is not installed: thaw serve is left out")
endif()

# The page's files from its sources: `cmake --build --preset release --target web`. Needs Node; users do not.
add_custom_target(web COMMAND npm ci COMMAND npm run build WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}/web VERBATIM)
