#include "arguments.h"

#include "failure.h"
#include "text.h"

#include <lmw/host/nearest.h>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <thread>

namespace lmw::cli {
namespace {

constexpr const char* footer = R"(
First steps:   lmw run --demo        lmw list        lmw show LAW
One verb:      lmw VERB --help
Environment:   LMW_LAB, LMW_PLUGIN_PATH (folders with : between), NO_COLOR
Exit codes:    0 done, 1 internal, 2 usage, 3 --fail-on, 4 incomplete, 5 plugin,
               6 lab, 130 and 143 interrupted (the same command goes on))";

std::int64_t parse_integer(const std::string& text, const std::string& option, std::int64_t min,
                           std::int64_t max = std::numeric_limits<std::int64_t>::max()) {
  std::int64_t value = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  if (read.ec != std::errc() || read.ptr != end || value < min || value > max) {
    const bool bounded = max != std::numeric_limits<std::int64_t>::max();
    refuse(option + " " + text,
           "a whole number, " + std::to_string(min) + (bounded ? " to " + std::to_string(max) : " or more"),
           "\"" + text + "\"", option + " " + std::to_string(std::max<std::int64_t>(min, 1)));
  }
  return value;
}

void require_one_of(const std::vector<std::string>& words, const std::string& word, const std::string& option) {
  if (std::find(words.begin(), words.end(), word) != words.end()) return;
  const std::string near = host::nearest(word, words);
  refuse(option + " " + word, "one of " + listed(words), "\"" + word + "\"",
         option + " " + (near.empty() ? words[0] : near));
}

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(separator, at), text.size());
    if (end > at) parts.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// The texts of options that are read as numbers, words or times after the parse.
struct Raw {
  std::string lab, format = "table", jobs, effort, replicates, seed, budget, run, verdict, before, after;
  std::vector<std::string> plugin_path, fail_on;
  bool quiet = false, verbose = false;
};

/// The verbs and options; parsing writes into the values.
class Parser {
 public:
  explicit Parser(const std::string& version) {
    app_.name("lmw");
    app_.set_help_flag("-h,--help", "show this help");
    app_.set_version_flag("--version", version, "show the version");
    app_.add_option("--lab", raw_.lab, "the lab: one SQLite file (./lab.db)")->type_name("FILE");
    app_.add_option("--plugin-path", raw_.plugin_path, "look for plugins here first (repeatable)")
        ->type_name("DIR")
        ->allow_extra_args(false);
    app_.add_option("--format", raw_.format, "table, json or csv")->type_name("FORMAT");
    app_.add_option("--jobs", raw_.jobs, "tasks at a time (as many as cores)")->type_name("N");
    app_.add_flag("-q", raw_.quiet, "say less");
    app_.add_flag("-v", raw_.verbose, "say more");
    app_.add_flag("--no-color", globals_.no_color, "no colour");
    app_.footer(footer);
    app_.get_formatter()->column_width(28);
    app_.get_formatter()->label("SUBCOMMAND", "VERB ...");
    app_.get_formatter()->label("OPTIONS", "options");
    app_.get_formatter()->label("REQUIRED", "");
    app_.get_formatter()->label("Positionals", "Arguments");
    app_.require_subcommand(0, 1);
    app_.allow_extras();
    add_verbs();
  }

  std::variant<Request, Answer> parse(std::vector<std::string> arguments) {
    std::reverse(arguments.begin(), arguments.end());  // the order in which the parser takes them
    try {
      app_.parse(std::move(arguments));
    } catch (const CLI::CallForHelp&) {
      return Answer{app_.help()};
    } catch (const CLI::CallForVersion& version) {
      return Answer{std::string(version.what()) + '\n'};
    } catch (const CLI::ParseError& error) {
      refuse_parse(error.what());
    }
    if (const auto unknown = app_.remaining(true); !unknown.empty()) refuse_unknown(unknown.front());
    if (app_.get_subcommands().empty())
      refuse("lmw: what to do?", "a verb: lmw VERB ...", "none", "lmw --help, or lmw run --demo for a tour");
    return request();
  }

 private:
  CLI::App* verb(const std::string& name, const std::string& description, const std::string& group) {
    CLI::App* sub = app_.add_subcommand(name, description);
    sub->group(group)->fallthrough()->allow_extras(false)->footer("Options of every verb: lmw --help");
    return sub;
  }

  void add_verbs() {
    list_ = verb("list", "laws, plugins or data sets, one a line", "What there is");
    list_->add_option("WHAT", list_arguments_.what, "laws, plugins or data (laws)")->type_name("");

    show_ = verb("show", "one law: claim, formula, regime, rivals, parameters", "What there is");
    show_->add_option("LAW", show_arguments_.law, "its id, or its name alone")->type_name("")->required();
    show_->add_flag("--bibtex", show_arguments_.bibtex, "what it cites, and how to cite it, as BibTeX");

    data_ = verb("data", "data sets: where they are, and how to get them", "What there is");
    data_->add_option("ACTION", data_arguments_.action, "list or fetch (list)")->type_name("");
    data_->add_option("NAME", data_arguments_.name, "of the data set to fetch")->type_name("");

    run_ = verb("run", "predict, seal, measure, judge; or go on with it", "Running");
    run_->add_option("WHAT", run_arguments_.targets,
                     "a study (STUDY.json), or laws: ids and patterns\n"
                     "('solvable/*', pillar:limits, tag:NAME, data:NAME)")
        ->type_name("");
    run_->add_option("--effort", raw_.effort, "quick, standard or thorough (quick)")->type_name("EFFORT");
    run_->add_option("--set", run_arguments_.set, "values: LAW.width=64,128 or width=16..256:log2\n(repeatable)")
        ->type_name("SETTING")
        ->allow_extra_args(false);
    run_->add_option("--replicates", raw_.replicates, "a fixed number of seeds a point")->type_name("N");
    run_->add_option("--seed", raw_.seed,
                     "the run's seed (1); from-seal: drawn from the\nlab's newest seal, which nobody could foresee")
        ->type_name("SEED");
    run_->add_option("--budget", raw_.budget, "start no look after this time: 90s, 10m, 1h")->type_name("TIME");
    run_->add_flag("--dry-run", run_arguments_.dry_run, "show points, core-seconds and memory, and stop");
    run_->add_flag("--until-decided", run_arguments_.until_decided,
                   "up to 16 times as many seeds, by a rule for any time");
    run_->add_flag("--predict-only", run_arguments_.predict_only, "seal the predictions, measure nothing yet");
    run_->add_flag("--again", run_arguments_.again, "a new run, even if this one is finished");
    run_->add_flag("--demo", run_arguments_.demo, "a guided tour, well under a minute");

    status_ = verb("status", "the runs of the lab, and how far they are", "Results");
    status_->add_flag("--watch", status_arguments_.watch, "again and again, until no run is going on");

    verdicts_ = verb("verdicts", "each comparison of a run, with its numbers", "Results");
    verdicts_->add_option("--run", raw_.run, "of this run (the newest)")->type_name("RUN");
    verdicts_->add_flag("--rivals", verdicts_arguments_.rivals, "the rivals' comparisons too");
    verdicts_->add_option("--fail-on", raw_.fail_on, "exit with 3 if a verdict is one of these:\nfalsified,error")
        ->type_name("LIST")
        ->allow_extra_args(false);

    explain_ = verb("explain", "one verdict: the numbers put into the rule", "Results");
    explain_->add_option("VERDICT", raw_.verdict, "its id, as in lmw verdicts")->type_name("")->required();

    diff_ = verb("diff", "two runs: verdicts that flipped first", "Results");
    diff_->add_option("BEFORE", raw_.before, "a run")->type_name("")->required();
    diff_->add_option("AFTER", raw_.after, "another run")->type_name("")->required();

    report_ = verb("report", "the HTML report", "Results");
    report_->add_option("-o,--out", report_arguments_.out, "the folder to write")->type_name("DIR")->required();
    report_->add_option("--run", raw_.run, "of this run (the newest)")->type_name("RUN");

    query_ = verb("query", "SQL on the lab, read-only", "Results");
    query_->add_option("SQL", query_arguments_.sql, "one statement")->type_name("");
    query_->add_option("-n,--name", query_arguments_.name, "a named query; 'list' lists them")->type_name("NAME");

    export_ = verb("export", "the lab's rows as text", "The lab");
    export_->add_flag("--canonical", export_arguments_.canonical,
                      "without ids, times and host: equal rows, equal bytes");

    verify_ = verb("verify", "recompute every hash of the lab", "The lab");
    verify_->add_option("--head", verify_arguments_.head, "the chain head that a report prints")->type_name("HASH");

    doctor_ = verb("doctor", "check this machine, the plugins and the lab", "The lab");

    plugin_ = verb("plugin", "for authors: begin one; could its laws have lost?", "Writing laws");
    plugin_
        ->add_option("ACTION", plugin_action_,
                     "new: a plugin with one law to begin with;\ntest: could the laws have lost?")
        ->type_name("")
        ->required();
    plugin_->add_option("WHAT", plugin_arguments_.targets, "new: its name; test: laws, by id or pattern (all)")
        ->type_name("");
    plugin_->add_option("--effort", raw_.effort, "quick, standard or thorough (quick)")->type_name("EFFORT");
    plugin_->add_option("--set", plugin_arguments_.set, "values, as in lmw run (repeatable)")
        ->type_name("SETTING")
        ->allow_extra_args(false);
    plugin_->add_option("--replicates", raw_.replicates, "seeds a point (8)")->type_name("N");
  }

  std::string command() const {
    const auto chosen = app_.get_subcommands();
    return chosen.empty() ? "lmw" : "lmw " + chosen.front()->get_name();
  }

  /// @param words  of the parser: "LAW is required", "--seed: 1 required SEED missing", ...
  [[noreturn]] void refuse_parse(const std::string& words) {
    if (const auto lacking = words.find(" is required"); lacking != std::string::npos)
      refuse(command() + ": something is missing", words.substr(0, lacking), "nothing", command() + " --help");
    if (const auto lacking = words.find(": 1 required "); lacking != std::string::npos)
      refuse(command() + ": something is missing",
             words.substr(0, lacking) + words.substr(lacking + 12, words.find(' ', lacking + 13) - lacking - 12),
             words.substr(0, lacking) + " alone", command() + " --help");
    refuse(command() + ": what was typed cannot be read", "what " + command() + " --help shows", words,
           command() + " --help");
  }

  [[noreturn]] void refuse_unknown(const std::string& word) {
    std::vector<std::string> options, verbs;
    std::vector<CLI::App*> apps = app_.get_subcommands();
    apps.push_back(&app_);
    for (const CLI::App* app : apps)
      for (const CLI::Option* option : app->get_options())
        for (const std::string& name : option->get_lnames()) options.push_back("--" + name);
    for (const CLI::App* app : app_.get_subcommands({})) verbs.push_back(app->get_name());

    if (word.rfind('-', 0) == 0) {
      const std::string near = host::nearest(word.substr(0, word.find('=')), options);
      refuse(command() + ": unknown option " + word, "an option that " + command() + " --help lists",
             "\"" + word + "\"", near.empty() ? command() + " --help" : near);
    }
    if (app_.get_subcommands().empty()) {
      const std::string near = host::nearest(word, verbs);
      refuse("lmw: unknown verb", "one of " + listed(verbs), "\"" + word + "\"",
             near.empty() ? "lmw --help" : "lmw " + near);
    }
    refuse(command() + ": too many arguments", "what " + command() + " --help shows", "\"" + word + "\" more than that",
           app_.got_subcommand(query_) ? "quotes around the SQL: lmw query \"select ...\"" : command() + " --help");
  }

  Request request() {
    Request request;
    read_globals();
    request.globals = globals_;
    const auto run_id = [this]() -> std::optional<std::int64_t> {
      if (raw_.run.empty()) return std::nullopt;
      return parse_integer(raw_.run, "--run", 1);
    };
    const CLI::App* chosen = app_.get_subcommands().front();
    if (chosen == list_) {
      require_one_of({"laws", "plugins", "data"}, list_arguments_.what, "lmw list");
      request.verb = list_arguments_;
    } else if (chosen == show_) {
      request.verb = show_arguments_;
    } else if (chosen == data_) {
      require_one_of({"list", "fetch"}, data_arguments_.action, "lmw data");
      if (data_arguments_.action == "fetch" && data_arguments_.name.empty())
        refuse("lmw data fetch: of what?", "the name of a data set", "none", "lmw data list");
      request.verb = data_arguments_;
    } else if (chosen == run_) {
      request.verb = run_request();
    } else if (chosen == verdicts_) {
      verdicts_arguments_.run = run_id();
      for (const std::string& list : raw_.fail_on)
        for (const std::string& word : split(list, ',')) {
          require_one_of({"falsified", "error", "inconclusive", "not_run", "not_converged", "outside", "confirmed"},
                         word, "--fail-on");
          verdicts_arguments_.fail_on.push_back(word);
        }
      request.verb = verdicts_arguments_;
    } else if (chosen == explain_) {
      request.verb = ExplainArguments{parse_integer(raw_.verdict, "lmw explain", 1)};
    } else if (chosen == diff_) {
      request.verb = DiffArguments{parse_integer(raw_.before, "lmw diff", 1), parse_integer(raw_.after, "lmw diff", 1)};
    } else if (chosen == report_) {
      report_arguments_.run = run_id();
      request.verb = report_arguments_;
    } else if (chosen == query_) {
      if (query_arguments_.sql == "list" && query_arguments_.name.empty())
        query_arguments_ = {.sql = "", .name = "list"};
      if (query_arguments_.sql.empty() == query_arguments_.name.empty())
        refuse("lmw query: what to ask?", "SQL, or the name of a query (-n NAME)",
               query_arguments_.sql.empty() ? "neither" : "both", "lmw query -n list");
      request.verb = query_arguments_;
    } else if (chosen == export_) {
      if (!export_arguments_.canonical)
        refuse("lmw export: in which form?", "--canonical", "none", "lmw export --canonical");
      request.verb = export_arguments_;
    } else if (chosen == verify_) {
      request.verb = verify_arguments_;
    } else if (chosen == doctor_) {
      request.verb = DoctorArguments{};
    } else if (chosen == plugin_) {
      require_one_of({"new", "test"}, plugin_action_, "lmw plugin");
      if (plugin_action_ == "new") {
        if (plugin_arguments_.targets.size() != 1)
          refuse("lmw plugin new: of what name?", "one name",
                 std::to_string(plugin_arguments_.targets.size()) + " of them", "lmw plugin new my-theory");
        request.verb = PluginNewArguments{plugin_arguments_.targets[0]};
        return request;
      }
      read_effort(plugin_arguments_.effort);
      if (!raw_.replicates.empty())
        plugin_arguments_.replicates = static_cast<int>(parse_integer(raw_.replicates, "--replicates", 2, 100'000));
      request.verb = plugin_arguments_;
    } else {
      request.verb = status_arguments_;
    }
    return request;
  }

  template <class Text>
  void read_effort(Text& effort) const {
    if (raw_.effort.empty()) return;
    require_one_of({"quick", "standard", "thorough"}, raw_.effort, "--effort");
    effort = raw_.effort;
  }

  RunArguments run_request() {
    RunArguments& run = run_arguments_;
    read_effort(run.effort);
    if (!raw_.replicates.empty())
      run.replicates = static_cast<int>(parse_integer(raw_.replicates, "--replicates", 2, 100'000));
    run.seed_from_seal = raw_.seed == "from-seal";
    if (!raw_.seed.empty() && !run.seed_from_seal) run.seed = parse_integer(raw_.seed, "--seed", 0);
    if (!raw_.budget.empty()) run.budget = parse_duration(raw_.budget);
    if (run.demo && !run.targets.empty())
      refuse("lmw run --demo: the tour has laws of its own", "no law beside it", "\"" + run.targets.front() + "\"",
             "lmw run " + run.targets.front());
    if (!run.demo && run.targets.empty())
      refuse("lmw run: nothing to run", "a study file, or at least one law", "neither",
             "lmw run --demo, or lmw list for the laws");
    return run;
  }

  void read_globals() {
    require_one_of({"table", "json", "csv"}, raw_.format, "--format");
    globals_.format = raw_.format == "json" ? Format::json : raw_.format == "csv" ? Format::csv : Format::table;
    if (raw_.quiet && raw_.verbose) refuse("-q and -v", "at most one of them", "both", "either alone");
    if (raw_.quiet) globals_.verbosity = host::Verbosity::quiet;
    if (raw_.verbose) globals_.verbosity = host::Verbosity::verbose;
    const auto cores = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
    globals_.jobs = raw_.jobs.empty() ? cores : static_cast<int>(parse_integer(raw_.jobs, "--jobs", 1, 1024));
    if (raw_.lab.empty()) raw_.lab = environment("LMW_LAB");
    if (!raw_.lab.empty()) globals_.lab = raw_.lab;
    for (const std::string& list : raw_.plugin_path)
      for (const std::string& folder : split(list, ':')) {
        if (!std::filesystem::is_directory(folder))
          refuse("--plugin-path " + folder, "a folder with plugin libraries", "no such folder", "ls -d " + folder);
        globals_.plugin_path.emplace_back(folder);
      }
    for (const std::string& folder : split(environment("LMW_PLUGIN_PATH"), ':'))
      globals_.plugin_path.emplace_back(folder);
  }

  CLI::App app_{"Learning Mechanics Workbench: claims about deep learning that can lose.\n"};
  CLI::App *list_, *show_, *data_, *run_, *status_, *verdicts_, *explain_, *diff_, *report_, *query_, *export_,
      *verify_, *doctor_, *plugin_;
  Raw raw_;
  Globals globals_;
  ListArguments list_arguments_;
  ShowArguments show_arguments_;
  DataArguments data_arguments_;
  RunArguments run_arguments_;
  StatusArguments status_arguments_;
  VerdictsArguments verdicts_arguments_;
  QueryArguments query_arguments_;
  ExportArguments export_arguments_;
  VerifyArguments verify_arguments_;
  ReportArguments report_arguments_;
  PluginTestArguments plugin_arguments_;
  std::string plugin_action_;
};

}  // namespace

std::chrono::milliseconds parse_duration(const std::string& text) {
  const auto unit_at = text.find_first_not_of("0123456789.");
  const std::string unit = unit_at == std::string::npos ? "" : text.substr(unit_at);
  const double scale = unit == "ms"                   ? 1
                       : unit == "s"                  ? 1e3
                       : unit == "m" || unit == "min" ? 60e3
                       : unit == "h"                  ? 3600e3
                                                      : 0;
  double value = 0;
  const char* end = text.data() + std::min(unit_at, text.size());
  const auto read = std::from_chars(text.data(), end, value);
  if (scale == 0 || read.ec != std::errc() || read.ptr != end || !(value > 0) || value * scale > 1e12)
    refuse("--budget " + text, "a time with its unit: 500ms, 90s, 10m, 1.5h", "\"" + text + "\"", "--budget 10m");
  return std::chrono::milliseconds(std::llround(std::max(1.0, value * scale)));
}

std::variant<Request, Answer> parse_arguments(const std::vector<std::string>& arguments, const std::string& version) {
  return Parser(version).parse(arguments);
}

}  // namespace lmw::cli
