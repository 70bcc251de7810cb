# cmake -DFILES=a.css|b.html -DOUTPUT=assets.cpp -P embed.cmake
# Writes lmw::reports::asset(name): the bytes of each file, so that an installed lmw needs no files of its own.
string(REPLACE "|" ";" files "${FILES}")
set(arrays "")
set(cases "")
foreach(file IN LISTS files)
  get_filename_component(name ${file} NAME)
  string(MAKE_C_IDENTIFIER ${name} symbol)
  file(READ ${file} hex HEX)
  string(REGEX REPLACE "(................................)" "\\1\n" hex "${hex}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "\\\\x\\1" text "${hex}")
  string(REGEX REPLACE "([^\n]+)" "    \"\\1\"" text "${text}")
  string(APPEND arrays "constexpr char ${symbol}[] =\n${text};\n")
  string(APPEND cases "  if (name == \"${name}\") return {${symbol}, sizeof ${symbol} - 1};\n")
endforeach()
file(WRITE ${OUTPUT} "// Generated from reports/templates and reports/assets.
#include \"assets.h\"

#include <stdexcept>
#include <string>

namespace lmw::reports {
namespace {
${arrays}}  // namespace

std::string_view asset(std::string_view name) {
${cases}  throw std::logic_error(\"no asset \" + std::string(name));
}

}  // namespace lmw::reports
")
