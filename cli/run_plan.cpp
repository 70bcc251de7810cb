#include "run_plan.h"

#include "failure.h"
#include "text.h"

#include <lmw/store/canonical.h>
#include <lmw/store/query.h>
#include <lmw/store/views.h>

#include <algorithm>
#include <fstream>
#include <limits>

namespace lmw::cli {
namespace {

bool is_study_file(const std::string& target) {
  const bool named = target.size() > 5 && target.compare(target.size() - 5, 5, ".json") == 0;
  return named || std::filesystem::is_regular_file(target);
}

}  // namespace

host::Study study_of(const std::vector<std::string>& targets) {
  if (!targets.empty() && is_study_file(targets.front())) {
    if (targets.size() > 1)
      refuse("lmw run: a study stands alone", "one study file, or laws", targets[0] + " and " + targets[1],
             "lmw run " + targets[0]);
    return host::read_study(targets.front());
  }
  host::Study study;
  for (const std::string& pattern : targets) {
    study.selections.push_back({.pattern = pattern, .replicates = std::nullopt});
    study.name += (study.name.empty() ? "" : " ") + pattern;
  }
  return study;
}

void apply_options(const RunArguments& arguments, host::Study& study) {
  if (arguments.effort) study.effort = *arguments.effort;
  if (arguments.seed) study.run_seed = *arguments.seed;
  if (arguments.until_decided && arguments.replicates)
    refuse("lmw run: two rules for one run", "a fixed number of seeds, or as many as it takes",
           "--replicates and --until-decided", "one of the two");
  if (arguments.until_decided) study.until_decided = true;
  if (arguments.replicates)
    for (auto& selection : study.selections) selection.replicates = arguments.replicates;
  for (const std::string& assignment : arguments.set) study.settings.push_back(host::parse_setting(assignment));
}

void draw_seed_from_seal(host::Study& study, bool again, Session& session) {
  const auto& lab = session.globals().lab;
  bool sealed = false;
  if (std::filesystem::exists(lab))
    store::query(lab, "SELECT count(*) FROM (SELECT 1 FROM predictions LIMIT 1)", nullptr,
                 [&](std::span<const store::Cell> cells) {
                   sealed = std::get<std::int64_t>(cells[0]) > 0;
                   return true;
                 });
  if (!sealed)
    refuse("--seed from-seal: nothing is sealed yet", "a lab that holds predictions", "none in " + lab.string(),
           "--predict-only first; then --seed from-seal");
  study.name += ", seed from the seal";
  store::Reader reader(lab);
  auto runs = reader.runs();
  std::reverse(runs.begin(), runs.end());
  for (const auto& run : runs) {
    if (again || run.study != study.name || run.status == "finished") continue;
    study.run_seed = run.run_seed;
    if (host::make_plan(study, session.registry()).study_sha256 != run.study_sha256) continue;
    return session.note("run " + std::to_string(run.run_id) + " drew its seed from a seal before; it goes on");
  }
  const std::string head = reader.chain_head();
  study.run_seed = store::run_seed_from_seal(store::from_hex(head));
  session.note("seed " + std::to_string(study.run_seed) + ", drawn from the seal " + head.substr(0, 16));
}

Table forecast_table(const host::Plan& plan) {
  Table table(
      {{.name = "law"}, {.name = "points"}, {.name = "core_seconds"}, {.name = "memory_bytes", .title = "memory"}});
  for (const auto& cost : plan.forecast)
    table.add({cost.law->id, cost.points, cost.core_seconds, Cell(cost.memory_bytes).as(bytes(cost.memory_bytes))});
  return table;
}

std::string forecast_sentence(const host::Plan& plan, int jobs) {
  double core_seconds = 0;
  for (const auto& cost : plan.forecast) core_seconds += cost.core_seconds;
  return plural(plan.forecast.size(), "law") + ", " + plural(plan.points.size(), "point") + " at " + plan.effort +
         " effort: about " + duration(core_seconds) + " on one core, " + duration(core_seconds / jobs) + " with " +
         plural(static_cast<std::size_t>(jobs), "job");
}

double available_memory() {
  std::ifstream file("/proc/meminfo");
  for (std::string name, unit; file >> name;) {
    double kilobytes = 0;
    if (!(file >> kilobytes)) break;
    if (name == "MemAvailable:") return kilobytes * 1024;
    std::getline(file, unit);
  }
  return std::numeric_limits<double>::infinity();
}

void require_memory(const host::Plan& plan, double available_bytes) {
  for (const auto& cost : plan.forecast)
    if (cost.memory_bytes > available_bytes)
      refuse(cost.law->id + " does not fit into memory at " + plan.effort + " effort",
             "at most " + bytes(available_bytes) + " (available now)",
             bytes(cost.memory_bytes) + " declared by the law", "a lower --effort, or a machine with more memory");
}

}  // namespace lmw::cli
