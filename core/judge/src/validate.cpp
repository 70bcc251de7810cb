#include <lmw/judge/judge.h>

#include <cmath>
#include <stdexcept>

namespace lmw::judge {
namespace {

void check_size(const char* name, std::size_t size, std::size_t expected) {
  if (size != expected)
    throw std::invalid_argument(std::string(name) + " has " + std::to_string(size) + " entries: expected " +
                                std::to_string(expected) + ", one per grid point");
}

void check_scale(const char* name, const std::vector<double>& values) {
  for (const double v : values)
    if (!(v >= 0 && std::isfinite(v)))
      throw std::invalid_argument(std::string(name) + " = " + std::to_string(v) + ": expected finite and >= 0");
}

void check_interval(const Prediction& p) {
  check_size("upper", p.upper.size(), p.predicted.size());
  for (std::size_t g = 0; g < p.upper.size(); ++g) {
    if (p.predicted[g] > p.upper[g])
      throw std::invalid_argument("interval from " + std::to_string(p.predicted[g]) + " to " +
                                  std::to_string(p.upper[g]) + ": expected lower <= upper");
    if (std::isinf(p.predicted[g]) && std::isinf(p.upper[g]))
      throw std::invalid_argument("interval without a finite end: expected one at least");
  }
}

void check_trials(const Prediction& p) {
  const std::string kind = to_text(p.kind);
  if (p.draws < 1) throw std::invalid_argument("draws = " + std::to_string(p.draws) + ": expected >= 1");
  for (const double sd : p.theory_sd)
    if (sd > 0) throw std::invalid_argument(kind + " has no place for theory_sd: widen the band by b_th instead");
}

void check_one_point(const Prediction& p) {
  if (p.predicted.size() != 1)
    throw std::invalid_argument(to_text(p.kind) + " on " + std::to_string(p.predicted.size()) +
                                " grid points: expected 1");
}

}  // namespace

void validate(const Prediction& prediction) {
  const std::size_t grid = prediction.predicted.size();
  if (grid == 0) throw std::invalid_argument("predicted has 0 entries: expected at least 1");
  check_size("eps", prediction.eps.size(), grid);
  if (!prediction.b_th.empty()) check_size("b_th", prediction.b_th.size(), grid);
  if (!prediction.theory_sd.empty()) check_size("theory_sd", prediction.theory_sd.size(), grid);
  check_scale("eps", prediction.eps);
  check_scale("b_th", prediction.b_th);
  check_scale("theory_sd", prediction.theory_sd);
  for (std::size_t g = 0; g < prediction.b_th.size(); ++g)
    check_scale("eps + b_th", {prediction.eps[g] + prediction.b_th[g]});
  if (!(prediction.theory_df >= 1))
    throw std::invalid_argument("theory_df = " + std::to_string(prediction.theory_df) + ": expected >= 1 or infinity");
  switch (prediction.kind) {
    case Kind::point:
    case Kind::theory_error:
    case Kind::curve:
    case Kind::ordering: break;
    case Kind::exponent:
      check_one_point(prediction);
      if (!(prediction.span >= 1))
        throw std::invalid_argument("span = " + std::to_string(prediction.span) +
                                    ": expected the largest over the smallest x of the fit, >= 1");
      break;
    case Kind::interval:
      check_one_point(prediction);
      check_interval(prediction);
      break;
    case Kind::conserved:
      if (grid != 1 && grid != 3)
        throw std::invalid_argument("K7 on " + std::to_string(grid) +
                                    " grid points: expected 3 (drift at step eta, eta/2, eta/4) or 1");
      if (!(prediction.order > 0 && std::isfinite(prediction.order)))
        throw std::invalid_argument("order = " + std::to_string(prediction.order) + ": expected > 0");
      break;
    case Kind::distribution: check_trials(prediction); break;
    case Kind::proportion:
      check_one_point(prediction);
      check_trials(prediction);
      break;
    case Kind::classification:
      check_one_point(prediction);
      check_trials(prediction);
      if (const double least =
              prediction.predicted[0] - prediction.eps[0] - (prediction.b_th.empty() ? 0 : prediction.b_th[0]);
          least >= 1)
        throw std::invalid_argument("accuracy of at least " + std::to_string(least) + ": expected below 1");
      break;
  }
}

}  // namespace lmw::judge
