#include "../failure.h"
#include "../text.h"
#include "commands.h"

#include <lmw/host/nearest.h>
#include <lmw/learn/data_error.h>
#include <lmw/learn/data_registry.h>

namespace lmw::cli {
namespace {

int list_data(Session& session, const learn::DataRegistry& registry) {
  Table table({{.name = "data_set"},
               {.name = "state"},
               {.name = "title", .fit = Fit::wrap},
               {.name = "licence", .fit = Fit::wrap},
               {.name = "source", .fit = Fit::wrap},
               {.name = "folder", .fit = Fit::wrap},
               {.name = "sha256", .machine_only = true}});
  for (const learn::DataSet& set : registry.data_sets()) {
    Cell state("missing", Tone::doubtful),
        folder(("lmw data fetch " + set.name + " (" + bytes(set.download_bytes) + ")").c_str());
    try {
      if (const auto found = registry.find(set.name)) {
        state = Cell("here", Tone::good);
        folder = Cell(found->folder.string());
      }
    } catch (const learn::DataError& error) {
      state = Cell("damaged", Tone::bad);
      folder = Cell(std::string(error.what()));
    }
    table.add({set.name, std::move(state), set.title, set.licence, set.source, std::move(folder), set.sha256()});
  }
  session.write(table);
  return done;
}

int fetch_data(Session& session, const learn::DataRegistry& registry, const std::string& name) {
  std::vector<std::string> names;
  for (const learn::DataSet& set : registry.data_sets()) names.push_back(set.name);
  if (std::find(names.begin(), names.end(), name) == names.end()) {
    const std::string near = host::nearest(name, names);
    refuse("no such data set", "one of " + listed(names), "\"" + name + "\"",
           near.empty() ? "lmw data list" : "lmw data fetch " + near);
  }
  const learn::DataLocation location = registry.fetch(name);
  if (session.globals().format == Format::table) {
    session.out() << location.folder.string() << '\n';
  } else {
    Table table({{.name = "data_set"}, {.name = "folder"}, {.name = "sha256"}});
    table.add({name, location.folder.string(), location.sha256});
    session.write(table);
  }
  session.note(name + " is here and every byte of it checked, sha256 " + location.sha256);
  return done;
}

}  // namespace

int execute(const DataArguments& arguments, Session& session) {
  const learn::DataRegistry registry;
  return arguments.action == "fetch" ? fetch_data(session, registry, arguments.name) : list_data(session, registry);
}

}  // namespace lmw::cli
