#include "commands.h"

#include <lmw/store/export.h>

namespace lmw::cli {

int execute(const ExportArguments&, Session& session) {
  const std::string sha256 = store::export_canonical(session.existing_lab(), session.out());
  session.note("sha256 " + sha256);
  return done;
}

}  // namespace lmw::cli
