#pragma once

#include <lmw/sdk/point.h>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What the author of a law writes against. A law is one class derived from `Law`, in one file, added to a `LawList`;
/// the library that holds it ends with LMW_PLUGIN (lmw/sdk/plugin.h). Standard library only.
namespace lmw::sdk {

/// How a prediction is compared with measurements: the decision kinds of docs/statistics.md.
enum class Kind {
  point = 1,      ///< K1: a number
  theory_error,   ///< K2: a number that the theory itself knows only within theory_sd
  interval,       ///< K3: somewhere in [value, upper]
  curve,          ///< K4: a number at each x of a frozen grid
  exponent,       ///< K5: a slope, by the same estimator as the theory's own curve
  ordering,       ///< K6: a paired difference is positive
  conserved,      ///< K7: a quantity does not drift
  distribution,   ///< K8: a distribution function
  proportion,     ///< K9: a probability; each replicate reports a fraction of `draws` trials
  classification  ///< K10: a label per cell
};

/// How the judge forms one number per replicate when predictions are made per replicate.
enum class Compare {
  value,       ///< the measurement m itself, against the prediction of the point
  difference,  ///< m_i - p_i against 0
  ratio        ///< m_i / p_i - 1 against 0
};

/// A scalar or a curve's values; implicit from either, so a law writes `.value = risk` for both.
class Values {
 public:
  Values() = default;
  Values(double scalar) : values_{scalar} {}                        // NOLINT: implicit on purpose
  Values(std::vector<double> curve) : values_(std::move(curve)) {}  // NOLINT
  Values(std::initializer_list<double> curve) : values_(curve) {}
  bool empty() const { return values_.empty(); }
  const std::vector<double>& get() const { return values_; }

 private:
  std::vector<double> values_;
};

struct Observable {
  std::string name;
  std::string unit = "1";
  Kind kind = Kind::point;
  std::string meaning = "";
  std::string axis = "";  ///< plotted against: a parameter of the law, or the name of the grid x
  bool log_axis = false;
  bool log_value = false;
  bool secondary = false;    ///< shown and judged, but the law's verdict does not rest on it
  bool diagnostic = false;   ///< a scalar, measured and stored without a prediction: never judged
  std::string subject = "";  ///< of the card's subjects; empty: its only one
};

/// A deliberately different prediction. The same data must refute it, else the law had no power there.
struct Rival {
  std::string name;
  std::string meaning = "";
};

/// Of all default points of one effort together, on one core.
struct Cost {
  double core_seconds = 1;
  double memory_bytes = 64e6;
};

/// How an observable answers a knob, all else equal: the sign of d log |observable| / d log parameter, and its value
/// where the law has one. Counted by the scorecard from the points of a run that differ in that parameter alone.
struct Elasticity {
  std::string observable, parameter;
  int sign = 1;      ///< 1 rises, -1 falls; 0: does not depend, within eps
  double value = 0;  ///< read where eps > 0, and then of the declared sign
  double eps = 0;
};

/// The law in the words of mechanics. Metadata by which readers group laws: no verdict reads it.
struct Physics {
  std::string symmetry = "";
  std::string conserved_or_order_parameter = "";
  std::string control_parameter = "";
  std::string large_parameter = "";
  std::string leading_correction = "";  ///< its order in the large parameter, as "1/n"
  /// What it rests on: gradient-flow, symmetry, self-averaging, gaussian-equivalence, balance.
  std::vector<std::string> axioms = {};
};

/// Whether predictions are made once per point, or per replicate from that seed's data or initial weights.
enum class Predicts { per_point, per_replicate };

/// The card of a law. Everything here is shown to users; nothing here is read by the measurement.
struct LawInfo {
  std::string name;  ///< slug; the id is plugin/name and is chosen once
  int version = 1;   ///< raised when predict, measure, eps or the rule changes
  std::string title = "";
  std::string claim;          ///< one falsifiable sentence
  std::string formula = "";   ///< LaTeX, without delimiters
  std::string source = "";    ///< authors, year, where
  std::string pillar = "";    ///< of the five, or crosscutting; empty: the plugin's id if it is one
  std::string analogue = "";  ///< in physics
  std::vector<Parameter> parameters = {};
  std::vector<Observable> observables = {};
  std::vector<Rival> rivals = {};
  std::string regime = "";             ///< where it should hold, in words
  std::string refuted_if = "";         ///< what would refute it, in words
  int fitted_parameters = 0;           ///< constants taken from measurements of the same observable
  std::vector<std::string> data = {};  ///< data sets by name (`lmw data list`)
  std::vector<std::string> tags = {};
  Predicts predicts = Predicts::per_point;
  bool deterministic = false;  ///< one replicate decides, with no standard error
  Cost quick = {}, standard = {}, thorough = {};
  int max_replicates_quick = 16;  ///< S_max of the sequential rule, per effort
  int max_replicates = 64;
  std::vector<std::string> prepared_by = {};  ///< the parameters that `prepare` depends on; empty: all
  double prepared_bytes = 1e9;                ///< what `prepare` may keep at a time, over all points
  // What the scorecard counts, beside the above.
  std::vector<std::string> subjects = {};       ///< reached: dynamics, representations, weights, performance
  std::vector<std::string> architectures = {};  ///< reached: linear (kernels too), mlp, convolutional, attention
  int measured_inputs = 0;                      ///< inputs read off an experiment instead of specified, data sets apart
  int fixed_points = 0;                         ///< equations that the prediction solves numerically
  std::vector<Elasticity> elasticities = {};    ///< of at most six knobs
  Physics physics = {};
};

/// Whether a point lies where the law says that it holds: decided and sealed before the run.
struct Regime {
  bool inside = true;
  double rho = 1;  ///< forecast probability that the law holds there; outside means rho < 1/2
  std::string reason = "";
  bool must_break = false;  ///< outside, and the law stakes its name on failing there

  static Regime within(double rho = 0.95) { return {.inside = true, .rho = rho}; }
  static Regime outside(std::string reason, double rho = 0.3) {
    return {.inside = false, .rho = rho, .reason = std::move(reason)};
  }
  static Regime breaks(std::string reason, double rho = 0.02) {
    return {.inside = false, .rho = rho, .reason = std::move(reason), .must_break = true};
  }
};

/// Identity of one replicate. Streams are counter-based and keyed by it: numerics::Rng(seed, stream).
struct Seed {
  std::uint64_t value = 0;  ///< 63 bits
  std::uint32_t draw_index = 0;
  /// An independent draw within the replicate, for laws that average several.
  Seed draw(std::int64_t k) const { return {value, static_cast<std::uint32_t>(k)}; }
};

/// What a law says of one observable. In `predict`: a sealed prediction. In `measure`: only observable, x and value.
struct Record {
  std::string observable;
  std::string rival = "";      ///< empty: the law itself
  std::vector<double> x = {};  ///< the grid of a curve, increasing; empty for a scalar
  Values value = {};
  Values upper = {};      ///< K3 only: value is the lower end. One of the two may be infinite
  Values eps = {};        ///< tolerance, > 0; a rival is judged with the law's
  Values b_th = {};       ///< bound on systematic theory bias; the band is eps + b_th
  Values theory_sd = {};  ///< standard error of the prediction itself
  double theory_df = std::numeric_limits<double>::infinity();
  std::string eps_reason = "";
  Compare compare = Compare::value;
  std::int64_t draws = 1;      ///< K9: trials behind each replicate's fraction
  double order = 1;            ///< K7: the power of the step in which drift vanishes; a rival has the law's
  double span = 0;             ///< K5: the largest over the smallest x of its fit; below 10 nothing is decided
  bool deterministic = false;  ///< does not depend on the seed: the band decides, without a standard error
};

/// How a measurement ended when it did not end in values.
enum class Outcome { ok, diverged, stuck, not_converged, failed };

inline const char* to_text(Outcome outcome) {
  constexpr const char* names[] = {"ok", "diverged", "stuck", "not_converged", "failed"};
  return names[static_cast<int>(outcome)];
}

struct DataFile {
  std::string path;  ///< the data set's folder or file
  std::string sha256;
};

/// What `prepare` makes once per point, and `predict` and `measure` read.
struct Prepared {
  virtual ~Prepared() = default;
  std::size_t bytes = 0;  ///< about what it holds
};

/// What the host lends to a law for one call.
class Context {
 public:
  virtual ~Context() = default;
  /// @throws std::runtime_error  the data set was not declared in LawInfo::data, or is not there.
  virtual DataFile data(std::string_view name) = 0;
  /// True when the run is being stopped: a long loop asks every 50 ms and returns.
  virtual bool cancelled() = 0;
  virtual void log(std::string_view message) = 0;
  /// What `prepare` made for this point. @throws std::logic_error  it made nothing.
  template <class T>
  const T& prepared() {
    const Prepared* made = prepared_state();
    if (made == nullptr) throw std::logic_error("prepare() made nothing for this point");
    return dynamic_cast<const T&>(*made);
  }

 protected:
  virtual const Prepared* prepared_state() = 0;
};

/// Where a law says what it predicts or measures.
class Recorder : public Context {
 public:
  virtual void record(const Record& record) = 0;
  /// In predict: no prediction here, and why. It is sealed, and the measurement is still made.
  virtual void abstain(std::string_view reason) = 0;
  /// In measure: the measurement ended in no value, and how.
  virtual void outcome(Outcome outcome, std::string_view reason) = 0;
};

/// One falsifiable claim. Methods are const and may be called from several threads at once.
class Law {
 public:
  virtual ~Law() = default;
  virtual LawInfo info() const = 0;
  /// The default points of an effort, each as its differences from the declared parameter values.
  virtual std::vector<PointOverrides> sweep(Effort) const { return {{}}; }
  virtual Regime regime(const Point&, Context&) const { return Regime::within(); }
  virtual std::shared_ptr<const Prepared> prepare(const Point&, Context&) const { return nullptr; }
  /// Sealed before anything is measured. With Predicts::per_replicate it seals the rule alone (eps, compare; no value).
  virtual void predict(const Point& at, Recorder& out) const = 0;
  /// Predicts::per_replicate only: the values for one seed, from its data or initial weights, nothing trained.
  virtual void predict_replicate(const Point&, Seed, Recorder&) const {
    throw std::logic_error("predict_replicate() is not written");
  }
  /// Trains or samples, and reports one value per predicted observable. Shares no formula with predict.
  virtual void measure(const Point& at, Seed seed, Recorder& out) const = 0;
};

}  // namespace lmw::sdk
