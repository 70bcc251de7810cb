#include "plugin_advice.h"

namespace lmw::cli {

std::string next_step(const host::RefusedPlugin& refused) {
  const std::string& code = refused.code;
  const std::string library = refused.library.string();
  if (code == "PLUGIN_ABI_MAJOR" || code == "PLUGIN_SHORT_TABLE" || code == "PLUGIN_NO_ENTRY")
    return "build it again with this lmw's SDK: find_package(lmw), lmw_add_plugin(...)";
  if (code == "PLUGIN_BAD_ID") return "ids are [a-z][a-z0-9-]*: change the one in LMW_PLUGIN(...)";
  if (code == "PLUGIN_DUPLICATE") return "take one of the two off the plugin path";
  if (code == "PLUGIN_CPU" || code == "PLUGIN_MACHINE") return "build it again for this machine";
  if (code == "PLUGIN_NOT_ELF" || code == "PLUGIN_TRUNCATED") return "copy or build the file again";
  if (code == "PLUGIN_UNREADABLE") return "ls -l " + library;
  if (code == "PLUGIN_SIDECAR") {
    std::filesystem::path sidecar = refused.library;
    sidecar.replace_extension(".plugin.json");
    return "lmw-describe " + library + " -o " + sidecar.string();
  }
  return "see what it says by itself: lmw-describe " + library;
}

}  // namespace lmw::cli
