#pragma once

#include <cstdint>
#include <functional>
#include <vector>

/// How far a spread that nobody has measured may go: what a rule for one number answers on average over samples.
namespace lmw::judge {

/// Expectation over c = s/sigma, the spread of n Gaussian values in units of its truth: nodes and weights that sum
/// to 1.
class SampleSpread {
 public:
  /// @param n  >= 2.
  explicit SampleSpread(std::int64_t n);
  template <class F>
  double mean(F&& f) const {
    double sum = 0;
    for (std::size_t i = 0; i < nodes_.size(); ++i) sum += weights_[i] * f(nodes_[i]);
    return sum;
  }

 private:
  std::vector<double> nodes_, weights_;
};

/// The x in [0, 1] at which `probability(x)`, which falls in x, is 0.9; 0 if it is never above, 1 if never below.
double largest_confirmable(const std::function<double(double)>& probability);

}  // namespace lmw::judge
