#include <lmw/host/registry.h>

#include "child_process.h"

#include <lmw/store/canonical.h>

#include <signal.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <utility>

namespace lmw::host {
namespace {

namespace fs = std::filesystem;

std::string read_text(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// Writes beside the target and renames: a reader sees the old file or the new one.
void write_whole(const fs::path& target, const std::string& text) {
  const fs::path fresh = target.string() + "." + std::to_string(getpid());
  {
    std::ofstream stream(fresh, std::ios::binary);
    stream << text;
    if (!stream.flush()) throw std::runtime_error("cannot write " + fresh.string());
  }
  fs::rename(fresh, target);
}

/// What tells one state of a file from another without reading it.
std::string identity_of(const fs::path& file) {
  struct stat info {};
  if (stat(file.c_str(), &info) != 0) throw LoadError("PLUGIN_UNREADABLE", "cannot be read");
  std::ostringstream text;
  text << info.st_dev << "-" << info.st_ino << "-" << info.st_size << "-" << info.st_mtim.tv_sec << "-"
       << info.st_mtim.tv_nsec;
  return text.str();
}

/// The file's SHA-256, remembered in the cache by the file's identity.
std::string sha256_of(const fs::path& file, const fs::path& cache) {
  const fs::path note = cache / "sha256" / identity_of(file);
  if (const std::string known = read_text(note); known.size() == 64) return known;
  const std::string hash = store::to_hex(store::sha256(read_text(file)));
  fs::create_directories(note.parent_path());
  write_whole(note, hash);
  return hash;
}

/// Runs lmw-describe on a library; what it prints before "done" is the card.
std::string probe(const fs::path& library, const RegistryOptions& options) {
  const ChildResult child = run_child({options.describe_program.string(), library.string()}, options.probe_timeout_ms);
  const std::string& text = child.output;
  constexpr std::string_view done = "done\n";
  if (text.size() > done.size() && text.compare(text.size() - done.size(), done.size(), done) == 0)
    return text.substr(0, text.size() - done.size());
  if (text.rfind("PLUGIN_", 0) == 0) {
    const auto space = text.find(' ');
    const auto end = text.find('\n');
    if (space != std::string::npos && space < end)
      throw LoadError(text.substr(0, space), text.substr(space + 1, end - space - 1));
  }
  if (child.timed_out)
    throw LoadError("PLUGIN_TIMEOUT",
                    "said nothing for " + std::to_string(options.probe_timeout_ms / 1000) + " s while it was loaded");
  if (child.signal == SIGILL) throw LoadError("PLUGIN_CPU", "uses instructions that this CPU does not have");
  if (child.signal != 0)
    throw LoadError("PLUGIN_SIGNAL_" + std::to_string(child.signal), "crashed while it was loaded");
  const std::string words = child.errors.substr(0, child.errors.find('\n'));
  throw LoadError("PLUGIN_NO_ANSWER", "ended with code " + std::to_string(child.exit_code) +
                                          " while it was loaded, without describing itself" +
                                          (words.empty() ? "" : ": " + words));
}

}  // namespace

Registry::Registry(RegistryOptions options) : options_(std::move(options)) {}
Registry::~Registry() = default;

void Registry::refuse(const fs::path& library, std::string code, std::string reason) {
  refused_.push_back({library, std::move(code), std::move(reason)});
}

void Registry::scan() {
  plugins_.clear();
  refused_.clear();
  std::vector<PluginCard> found;
  std::set<fs::path> seen;
  for (const auto& folder : options_.path) {
    std::error_code ignored;
    if (!seen.insert(fs::weakly_canonical(folder, ignored)).second) continue;  // named twice, it is still one folder
    std::vector<fs::path> libraries;
    for (const auto& entry : fs::directory_iterator(folder, ignored))
      if (entry.path().extension() == ".so") libraries.push_back(fs::absolute(entry.path()).lexically_normal());
    std::sort(libraries.begin(), libraries.end());
    for (const auto& library : libraries) {
      try {
        const ElfHeader elf = read_elf_header(library);
        fs::path sidecar = library;
        sidecar.replace_extension(".plugin.json");
        const std::string text = fs::exists(sidecar) ? read_text(sidecar) : probe(library, options_);
        PluginCard plugin = read_plugin_card(text, library);
        if (plugin.build_id != elf.build_id)
          throw LoadError("PLUGIN_SIDECAR", "its sidecar " + sidecar.filename().string() +
                                                " describes another build; write it anew: lmw-describe " +
                                                library.string() + " -o " + sidecar.string());
        found.push_back(std::move(plugin));
      } catch (const LoadError& e) {
        refuse(library, e.code(), e.what());
      } catch (const std::exception& e) {
        refuse(library, "PLUGIN_UNREADABLE", e.what());
      }
    }
  }
  for (auto& plugin : found) {
    const auto twin = std::find_if(found.begin(), found.end(),
                                   [&](const PluginCard& other) { return &other != &plugin && other.id == plugin.id; });
    if (twin == found.end()) continue;
    refuse(
        plugin.library, "PLUGIN_DUPLICATE",
        "its id \"" + plugin.id + "\" is also that of " + twin->library.string() + "; remove one from the plugin path");
  }
  for (auto& plugin : found)
    if (std::none_of(refused_.begin(), refused_.end(),
                     [&](const RefusedPlugin& r) { return r.library == plugin.library; }))
      plugins_.push_back(std::move(plugin));
  std::sort(plugins_.begin(), plugins_.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
}

const Library& Registry::library(const PluginCard& plugin) {
  if (const auto known = loaded_.find(plugin.id); known != loaded_.end()) return *known->second;
  try {
    const std::string hash = sha256_of(plugin.library, options_.cache);
    const fs::path copies = options_.cache / "plugins";
    const fs::path copy = copies / (hash + ".so"), verdict = copies / (hash + ".probed");
    fs::create_directories(copies);
    if (!fs::exists(verdict) || !fs::exists(copy)) {
      const PluginCard probed = read_plugin_card(probe(plugin.library, options_), plugin.library);
      if (probed.id != plugin.id || probed.build_id != plugin.build_id || probed.laws.size() != plugin.laws.size())
        throw LoadError("PLUGIN_SIDECAR", "says other things of itself than its sidecar does");
      write_whole(copy, read_text(plugin.library));
      write_whole(verdict, "ok\n");
    }
    auto library = std::make_unique<Library>(Library::load(copy));
    spdlog::debug("loaded {} {} from {}", plugin.id, plugin.version, plugin.library.string());
    if (plugin.library.parent_path() != options_.home)
      spdlog::warn(
          "plugin {} ({}) is not one of the workbench's own, and runs in this process: if it crashes, so does lmw",
          plugin.id, plugin.library.string());
    return *loaded_.emplace(plugin.id, std::move(library)).first->second;
  } catch (const LoadError& e) {
    refuse(plugin.library, e.code(), e.what());
    throw LoadError(e.code(), "plugin " + plugin.id + " (" + plugin.library.string() + "): " + e.what());
  }
}

std::vector<const LawCard*> Registry::laws() const {
  std::vector<const LawCard*> all;
  for (const auto& plugin : plugins_)
    for (const auto& law : plugin.laws) all.push_back(&law);
  return all;
}

const LawCard* Registry::law(std::string_view id) const {
  for (const auto* law : laws())
    if (law->id == id) return law;
  return nullptr;
}

const PluginCard& Registry::plugin_of(const LawCard& law) const {
  for (const auto& plugin : plugins_)
    for (const auto& own : plugin.laws)
      if (&own == &law) return plugin;
  throw UsageError("law " + law.id + " belongs to no plugin of this registry");
}

}  // namespace lmw::host
