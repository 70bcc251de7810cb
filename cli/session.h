#pragma once

#include "arguments.h"
#include "terminal.h"

#include <lmw/host/registry.h>

#include <filesystem>
#include <memory>
#include <ostream>
#include <string>

namespace lmw::cli {

/// What every verb works with: where to write, what was asked for globally, and the plugins.
class Session {
 public:
  /// @param out, err  machine output, and everything else.
  Session(Globals globals, std::ostream& out, std::ostream& err);

  const Globals& globals() const { return globals_; }
  std::ostream& out() { return out_; }
  const Terminal& out_terminal() const { return out_terminal_; }
  const Terminal& err_terminal() const { return err_terminal_; }
  bool quiet() const { return globals_.verbosity == host::Verbosity::quiet; }

  void write(const Table& table) { table.write(out_, globals_.format, out_terminal_); }
  /// A line for people, on standard error; silent under -q.
  void note(const std::string& text);

  /// The plugins on the path, scanned at the first call.
  host::Registry& registry();
  /// The law with this id, or the one law with this name. @throws host::UsageError  none, with the nearest; or several.
  const host::LawCard& law(const std::string& name);

  /// The folders that are searched: those given, then <program>/../lib/lmw/plugins.
  std::vector<std::filesystem::path> plugin_path() const;
  /// The lab, which must be there already. @throws store::StoreError  it is not, and how to make one.
  const std::filesystem::path& existing_lab() const;

 private:
  Globals globals_;
  std::ostream &out_, &err_;
  Terminal out_terminal_, err_terminal_;
  std::unique_ptr<host::Registry> registry_;
};

/// The folder of the running program.
std::filesystem::path program_folder();

/// $XDG_CACHE_HOME/lmw, or ~/.cache/lmw, or a folder in the system's temporary one.
std::filesystem::path cache_folder();

}  // namespace lmw::cli
