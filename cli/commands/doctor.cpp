#include "../failure.h"
#include "../plugin_advice.h"
#include "../run_plan.h"
#include "../text.h"
#include "commands.h"

#include <lmw/host/runner.h>
#include <lmw/learn/data_error.h>
#include <lmw/learn/data_registry.h>
#include <lmw/store/views.h>

#include <link.h>
#include <unistd.h>

#include <cstdlib>
#include <set>
#include <string>
#include <thread>

namespace lmw::cli {
namespace {

namespace fs = std::filesystem;

/// Findings, one a line, and the exit code that the worst of them asks for.
class Checkup {
 public:
  explicit Checkup(Session& session) : session_(session) {}

  void good(const std::string& what, const std::string& found) { add(what, Cell("ok", Tone::good), found, ""); }
  void warning(const std::string& what, const std::string& found, const std::string& fix) {
    add(what, Cell("note", Tone::doubtful), found, fix);
  }
  void bad(const std::string& what, const std::string& found, const std::string& fix, ExitCode code) {
    add(what, Cell("bad", Tone::bad), found, fix);
    code_ = std::max<int>(code_, code);
  }
  int finish() {
    session_.write(table_);
    return code_;
  }

 private:
  void add(const std::string& what, Cell state, const std::string& found, const std::string& fix) {
    table_.add({what, std::move(state), found, fix.empty() ? Cell() : Cell(fix)});
  }

  Session& session_;
  Table table_{
      {{.name = "check"}, {.name = "state"}, {.name = "found", .fit = Fit::wrap}, {.name = "fix", .fit = Fit::wrap}}};
  int code_ = done;
};

/// The file behind a loaded library whose name starts so: libtbb.so.12.8.
std::string loaded_library(const std::string& prefix) {
  std::pair<std::string, std::string> search{prefix, ""};
  dl_iterate_phdr(
      [](dl_phdr_info* info, size_t, void* data) {
        auto& [wanted, found] = *static_cast<std::pair<std::string, std::string>*>(data);
        const fs::path file = info->dlpi_name;
        if (file.filename().string().rfind(wanted, 0) != 0) return 0;
        std::error_code failed;
        const fs::path real = fs::canonical(file, failed);
        found = (failed ? file : real).filename().string();
        return 1;
      },
      &search);
  return search.second;
}

void check_machine(Checkup& checkup) {
  const auto built = host::provenance(1);
  checkup.good("lmw", built.lmw_version + " (" + built.git_commit + "), " + built.compiler);
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    checkup.good("processor", built.cpu + ", with AVX2 and FMA");
  else
    checkup.bad("processor", built.cpu + ", without AVX2 or FMA", "build lmw on this machine with another -march",
                internal);
  const double memory = available_memory();
  const std::string cores =
      plural(std::thread::hardware_concurrency(), "core") + ", " + bytes(memory) + " of memory available";
  if (memory < 1e9)
    checkup.warning("size", cores, "lmw run --dry-run says what a run needs");
  else
    checkup.good("size", cores);
  for (const auto& [what, prefix] : {std::pair{"SQLite", "libsqlite3."}, std::pair{"oneTBB", "libtbb."}}) {
    const std::string file = loaded_library(prefix);
    if (!file.empty()) checkup.good(what, file);
  }
  const fs::path cache = cache_folder();
  std::error_code failed;
  fs::create_directories(cache, failed);
  if (!failed && access(cache.c_str(), W_OK) == 0)
    checkup.good("cache", cache.string());
  else
    checkup.bad("cache", cache.string() + " cannot be written",
                "export XDG_CACHE_HOME=" + (fs::temp_directory_path() / "cache").string(), plugin);
}

void check_plugins(Checkup& checkup, Session& session) {
  for (const fs::path& folder : session.plugin_path())
    if (fs::is_directory(folder))
      checkup.good("plugin folder", folder.string());
    else
      checkup.warning("plugin folder", folder.string() + " is not there",
                      "mkdir -p " + folder.string() + ", or take it off LMW_PLUGIN_PATH");
  host::Registry& registry = session.registry();
  for (const host::PluginCard& plugin : registry.plugins()) try {
      registry.library(plugin);
      checkup.good("plugin " + plugin.id, plugin.version + ", " + plural(plugin.laws.size(), "law") + ", loads");
    } catch (const host::LoadError&) {
      // It is in refused() now.
    }
  for (const host::RefusedPlugin& refused : registry.refused())
    checkup.bad("plugin " + refused.library.stem().string(), refused.code + ": " + refused.reason, next_step(refused),
                plugin);
  if (registry.plugins().empty()) checkup.bad("plugins", "none that can be used", "lmw list plugins", plugin);
}

void check_data(Checkup& checkup, Session& session) {
  std::set<std::string> asked_for;
  for (const host::PluginCard& plugin : session.registry().plugins())
    for (const host::LawCard& law : plugin.laws) asked_for.insert(law.data.begin(), law.data.end());
  const learn::DataRegistry registry;
  for (const learn::DataSet& set : registry.data_sets()) try {
      if (const auto found = registry.find(set.name))
        checkup.good("data " + set.name, found->folder.string());
      else if (asked_for.count(set.name) == 0)
        checkup.good("data " + set.name, "not here, and no law that is installed asks for it");
      else
        checkup.warning("data " + set.name, "not here: laws that need it are not run", "lmw data fetch " + set.name);
    } catch (const learn::DataError& error) {
      checkup.bad("data " + set.name, error.what(), "lmw data fetch " + set.name, incomplete);
    }
}

void check_lab(Checkup& checkup, Session& session) {
  const fs::path& lab = session.globals().lab;
  if (!fs::exists(lab)) return checkup.warning("lab", lab.string() + " is not there yet", "lmw run --demo");
  try {
    store::Reader reader(lab);
    std::size_t unfinished = 0;
    const auto runs = reader.runs();
    for (const auto& run : runs) unfinished += run.status != "finished";
    const std::string found =
        lab.string() + ", " + plural(runs.size(), "run") + ", " + bytes(static_cast<double>(fs::file_size(lab)));
    if (unfinished > 0)
      checkup.warning("lab", found + ", " + std::to_string(unfinished) + " of them not finished", "lmw status");
    else
      checkup.good("lab", found);
  } catch (const store::StoreError&) {
    const Failure failure = failure_of(std::current_exception());
    const auto hint = failure.message.find("\n  try       ");
    checkup.bad("lab", failure.message.substr(0, hint),
                hint == std::string::npos ? "" : failure.message.substr(hint + 13), failure.code);
  }
}

void check_terminal(Checkup& checkup, Session& session) {
  const Terminal& terminal = session.out_terminal();
  std::string locale;
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"})
    if (const char* value = std::getenv(name); locale.empty() && value != nullptr) locale = value;
  const std::string found = (terminal.width == 0 ? "no terminal" : std::to_string(terminal.width) + " columns") +
                            (terminal.color ? ", colour" : ", no colour") +
                            (locale.empty() ? ", no locale set" : ", " + locale);
  const bool utf8 = locale.find("UTF-8") != std::string::npos || locale.find("utf8") != std::string::npos;
  if (terminal.width > 0 && !utf8)
    checkup.warning("terminal", found + ": formulas need UTF-8", "export LC_ALL=C.UTF-8");
  else
    checkup.good("terminal", found);
}

}  // namespace

int execute(const DoctorArguments&, Session& session) {
  Checkup checkup(session);
  check_machine(checkup);
  check_plugins(checkup, session);
  check_data(checkup, session);
  check_lab(checkup, session);
  check_terminal(checkup, session);
  return checkup.finish();
}

}  // namespace lmw::cli
