# What `cmake --install` puts where.
include(CMakePackageConfigHelpers)

set(THAW_DATA_DIR ${CMAKE_INSTALL_DATADIR}/thaw)
install(TARGETS thaw RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS thaw_shared EXPORT thaw LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(TARGETS thaw_static ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY include/thaw DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY data/ DESTINATION ${THAW_DATA_DIR}/worlds FILES_MATCHING PATTERN "*.nc")
install(FILES data/SOURCES.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY scenarios DESTINATION ${THAW_DATA_DIR} FILES_MATCHING PATTERN "*.yaml")
install(FILES man/thaw.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 OPTIONAL)
install(FILES completion/thaw.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME thaw OPTIONAL)

set(CMAKE_PACKAGE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/thaw)
install(EXPORT thaw NAMESPACE thaw:: FILE thawConfig.cmake DESTINATION ${CMAKE_PACKAGE_DIR})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/thawConfigVersion.cmake COMPATIBILITY SameMajorVersion)
install(FILES ${PROJECT_BINARY_DIR}/thawConfigVersion.cmake DESTINATION ${CMAKE_PACKAGE_DIR})

configure_file(cmake/thaw.pc.in thaw.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/thaw.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
