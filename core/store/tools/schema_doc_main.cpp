// lmw_schema_doc TEMPLATE OUTPUT: writes docs/schema.md from the schema that is built into the library.

#include <exception>
#include <fstream>
#include <iostream>
#include <sstream>

#include "schema_doc.h"

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: lmw_schema_doc schemas/schema.md.in docs/schema.md\n";
    return 2;
  }
  try {
    std::ostringstream page_template;
    page_template << std::ifstream(argv[1]).rdbuf();
    std::ofstream out(argv[2]);
    out << lmw::store::schema_page(page_template.str());
    return out.flush() ? 0 : 1;
  } catch (const std::exception& error) {
    std::cerr << "lmw_schema_doc: " << error.what() << '\n';
    return 1;
  }
}
