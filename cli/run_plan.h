#pragma once

#include "arguments.h"
#include "session.h"
#include "table.h"

#include <lmw/host/plan.h>

#include <string>
#include <vector>

/// From what was typed to a plan, and what the plan will cost.
namespace lmw::cli {

/// The study file, or the patterns, that were named; an empty study if nothing was.
/// @throws host::UsageError  as host::read_study; a study beside other targets.
host::Study study_of(const std::vector<std::string>& targets);

/// --effort, --set, --replicates and --seed over a study. @throws host::UsageError  as host::parse_setting.
void apply_options(const RunArguments& arguments, host::Study& study);

/// For --seed from-seal: a run_seed that nobody could know before what the lab holds was sealed. An
/// unfinished run of the same study that was drawn so keeps its seed, unless another is wanted (--again).
/// @throws host::UsageError  nothing is sealed yet.
void draw_seed_from_seal(host::Study& study, bool again, Session& session);

/// One row per law: points, core-seconds, memory.
Table forecast_table(const host::Plan& plan);

/// "3 laws, 28 points: about 12 core-seconds, 6 s on 2 cores".
std::string forecast_sentence(const host::Plan& plan, int jobs);

/// MemAvailable of /proc/meminfo in bytes; infinite where there is no such thing.
double available_memory();

/// @throws host::UsageError  a law declares that it needs more memory than there is, before anything is started.
void require_memory(const host::Plan& plan, double available_bytes);

}  // namespace lmw::cli
