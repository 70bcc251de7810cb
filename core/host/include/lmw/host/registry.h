#pragma once

#include <lmw/host/card.h>
#include <lmw/host/library.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace lmw::host {

/// A library on the plugin path that is not used, and why.
struct RefusedPlugin {
  std::filesystem::path library;
  std::string code;  ///< PLUGIN_NOT_ELF, PLUGIN_TRUNCATED, PLUGIN_MACHINE, PLUGIN_DUPLICATE, PLUGIN_TIMEOUT, ...
  std::string reason;
};

struct RegistryOptions {
  std::vector<std::filesystem::path> path;  ///< folders, searched in order
  std::filesystem::path home;               ///< the folder of the workbench's own plugins: of others, a line is logged
  std::filesystem::path describe_program;   ///< lmw-describe
  std::filesystem::path cache;              ///< probe verdicts and the copies that are loaded
  int probe_timeout_ms = 5000;
};

/// The plugins on a path. `scan` reads sidecars only; a library is probed in a child process at its first use, and
/// loaded from a copy named by its SHA-256, so that a rebuild does not pull the ground from under a run.
class Registry {
 public:
  explicit Registry(RegistryOptions options);
  ~Registry();

  /// Reads the sidecars on the path (a library without one is probed). Two libraries with one id: both refused.
  void scan();
  const std::vector<PluginCard>& plugins() const { return plugins_; }
  const std::vector<RefusedPlugin>& refused() const { return refused_; }
  /// Probes and loads, once. @throws LoadError  named; the plugin is then in refused() too.
  const Library& library(const PluginCard& plugin);

  std::vector<const LawCard*> laws() const;
  const LawCard* law(std::string_view id) const;
  const PluginCard& plugin_of(const LawCard& law) const;

 private:
  void refuse(const std::filesystem::path& library, std::string code, std::string reason);
  RegistryOptions options_;
  std::vector<PluginCard> plugins_;
  std::vector<RefusedPlugin> refused_;
  std::map<std::string, std::unique_ptr<Library>> loaded_;
};

/// What the header of an ELF file says, without loading it.
struct ElfHeader {
  std::string build_id;
};
/// @throws LoadError  PLUGIN_NOT_ELF, PLUGIN_TRUNCATED, PLUGIN_MACHINE.
ElfHeader read_elf_header(const std::filesystem::path& file);

}  // namespace lmw::host
