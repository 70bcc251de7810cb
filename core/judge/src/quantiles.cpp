#include "quantiles.h"

#include <boost/math/distributions/beta.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <boost/math/policies/policy.hpp>
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/gamma.hpp>

#include <cmath>
#include <limits>

namespace lmw::judge {
namespace {

namespace bp = boost::math::policies;
// A tail past the range of double is 0 or infinite, which the rules read correctly; they need no exception for it.
using Quiet =
    bp::policy<bp::overflow_error<bp::ignore_error>, bp::underflow_error<bp::ignore_error>, bp::promote_double<false>>;
using Student = boost::math::students_t_distribution<double, Quiet>;
using Normal = boost::math::normal_distribution<double, Quiet>;
using Beta = boost::math::beta_distribution<double, Quiet>;

}  // namespace

double student_upper(double tail, double df) {
  if (std::isinf(df)) return normal_upper(tail);
  return boost::math::quantile(boost::math::complement(Student(df), tail));
}

double student_survival(double x, double df) {
  if (std::isinf(x)) return x > 0 ? 0.0 : 1.0;
  if (std::isinf(df)) return normal_survival(x);
  return boost::math::cdf(boost::math::complement(Student(df), x));
}

double student_cdf(double x, double df) { return student_survival(-x, df); }

double normal_upper(double tail) { return boost::math::quantile(boost::math::complement(Normal(), tail)); }
double normal_survival(double x) { return 0.5 * std::erfc(x / std::sqrt(2.0)); }
double normal_cdf(double x) { return normal_survival(-x); }

double beta_lower(double p, double a, double b) { return boost::math::quantile(Beta(a, b), p); }
double beta_upper(double tail, double a, double b) {
  return boost::math::quantile(boost::math::complement(Beta(a, b), tail));
}

// Boost's rather than the C library's, which writes the sign to a global.
double log_beta(double a, double b) {
  return boost::math::lgamma(a, Quiet()) + boost::math::lgamma(b, Quiet()) - boost::math::lgamma(a + b, Quiet());
}

double binomial_at_least(std::int64_t k, std::int64_t n, double p) {
  if (k <= 0 || p >= 1) return 1;
  if (p <= 0) return 0;
  return boost::math::ibeta(static_cast<double>(k), static_cast<double>(n - k + 1), p, Quiet());
}

double binomial_at_most(std::int64_t k, std::int64_t n, double p) {
  if (k >= n || p <= 0) return 1;
  if (p >= 1) return 0;
  return boost::math::ibetac(static_cast<double>(k + 1), static_cast<double>(n - k), p, Quiet());
}

}  // namespace lmw::judge
