#pragma once

#include <lmw/host/card.h>
#include <lmw/sdk/abi.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace lmw::host {

/// Where a data set lies. Handed in by whoever knows (the CLI, from the data registry).
struct DataLocation {
  std::string path, sha256;
};
using DataLookup = std::function<std::optional<DataLocation>(const std::string& name)>;

/// What a law is told and lent during a call.
struct CallContext {
  const DataLookup* data = nullptr;
  const std::atomic<int>* stop = nullptr;                                 ///< nonzero: being stopped
  std::function<void(int level, const std::string& text)> log = nullptr;  ///< level: 0 debug, 1 info, 2 warn
};

struct RegimeAnswer {
  bool inside = true, must_break = false;
  double rho = 1;
  std::string reason;
};

/// One recorded prediction; vectors have one entry per grid point.
struct PredictionAnswer {
  std::string observable, rival, compare = "value", eps_reason;
  double theory_df = std::numeric_limits<double>::infinity();
  std::int64_t draws = 1;
  double order = 1, span = 0;
  bool deterministic = false;
  std::vector<double> x, value, upper, eps, b_th, theory_sd;
};

struct PredictAnswer {
  bool abstained = false;
  std::string abstain_reason;
  std::vector<PredictionAnswer> predictions;
};

/// One series of values, of a measurement or of a per-replicate prediction.
struct SeriesAnswer {
  std::string observable, rival;
  std::vector<double> x, value;
};

struct MeasureAnswer {
  std::string outcome = "ok", message;
  bool stopped = false;  ///< the law gave up because it was told to: nothing is recorded
  std::vector<SeriesAnswer> series;
};

/// A plugin library, loaded for the life of the process. Calls may come from several threads.
/// A law that throws is a std::runtime_error with its message here; in `measure` it is the outcome `failed`.
class Library {
 public:
  /// Loads and checks the table. The file should have been probed in a child process before.
  /// @throws LoadError  with the loader's words.
  static Library load(const std::filesystem::path& file);

  /// The default points of an effort, complete, in the law's order.
  std::vector<sdk::Point> sweep(std::uint32_t law, const std::string& effort) const;
  RegimeAnswer regime(std::uint32_t law, const std::string& point_json, const CallContext& context) const;
  void prepare(std::uint32_t law, const std::string& point_json, const CallContext& context) const;
  PredictAnswer predict(std::uint32_t law, const std::string& point_json, const CallContext& context) const;
  std::vector<SeriesAnswer> predict_replicate(std::uint32_t law, const std::string& point_json, std::int64_t seed,
                                              const CallContext& context) const;
  MeasureAnswer measure(std::uint32_t law, const std::string& point_json, std::int64_t seed,
                        const CallContext& context) const;

 private:
  explicit Library(const lmw_plugin* table) : table_(table) {}
  const lmw_plugin* table_;
};

}  // namespace lmw::host
