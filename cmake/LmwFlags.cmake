# One set of code-generation flags for the whole product, exported with the SDK: a library built with another
# -march would disagree with the rest on the last bits of a result, and in Eigen even on the size of an object.
add_library(lmw_flags INTERFACE)
add_library(lmw::flags ALIAS lmw_flags)
set_target_properties(lmw_flags PROPERTIES EXPORT_NAME flags)
target_compile_features(lmw_flags INTERFACE cxx_std_20)
target_compile_options(lmw_flags INTERFACE
  $<$<NOT:$<CONFIG:Debug>>:-O3> -march=x86-64-v3 -fno-math-errno -ffp-contract=off)
target_compile_definitions(lmw_flags INTERFACE EIGEN_MAX_ALIGN_BYTES=64 EIGEN_MAX_STATIC_ALIGN_BYTES=16)

# What only this project's own code is held to. Left out: a field that a designated initialiser does not name has its
# default on purpose; and g++ 12 sees overlapping copies in std::string's operator+ where there are none.
add_library(lmw_warnings INTERFACE)
target_compile_options(lmw_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wnon-virtual-dtor -Woverloaded-virtual
  -Wno-missing-field-initializers $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict> -Werror)
target_compile_options(lmw_warnings INTERFACE -ffile-prefix-map=${PROJECT_SOURCE_DIR}/=)

set(LMW_SANITIZE "" CACHE STRING "Sanitizers for every target, e.g. address,undefined or thread")
if(LMW_SANITIZE)
  # -g1 names files and lines, which is what a report needs; all of -g costs a third more time and three times the space.
  add_compile_options(-fsanitize=${LMW_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all -g1)
  add_link_options(-fsanitize=${LMW_SANITIZE})
endif()

# lmw_add_library(NAME sources...): a static library lmw::NAME of one part of core, its headers in ./include.
function(lmw_add_library name)
  add_library(lmw_${name} STATIC ${ARGN})
  add_library(lmw::${name} ALIAS lmw_${name})
  set_target_properties(lmw_${name} PROPERTIES EXPORT_NAME ${name} CXX_VISIBILITY_PRESET hidden
                                               VISIBILITY_INLINES_HIDDEN ON)
  target_include_directories(lmw_${name} PUBLIC $<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}/include>
                                                $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_link_libraries(lmw_${name} PUBLIC lmw_flags PRIVATE $<BUILD_INTERFACE:lmw_warnings>)
endfunction()
