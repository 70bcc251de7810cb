# cmake -DSCHEMAS=folder -DOUTPUT=x.cpp -P embed_schemas.cmake: the numbered migrations as text in the library.
file(GLOB files ${SCHEMAS}/[0-9][0-9][0-9][0-9]_*.sql)
list(SORT files)
set(entries "")
foreach(file IN LISTS files)
  get_filename_component(name ${file} NAME_WE)
  file(READ ${file} sql)
  string(APPEND entries "    {\"${name}\", R\"sql(${sql})sql\"},\n")
endforeach()
set(text "// Generated from schemas/.
#include \"schema.h\"

namespace lmw::store {
const std::vector<Migration>& migrations() {
  static const std::vector<Migration> all = {
${entries}  };
  return all;
}
}  // namespace lmw::store
")
file(WRITE ${OUTPUT} "${text}")
