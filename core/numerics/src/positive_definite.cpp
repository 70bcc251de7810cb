#include <lmw/numerics/positive_definite.h>

#include "openblas.h"

#include <cstddef>
#include <stdexcept>
#include <string>

// LAPACK's own routines, as in linalg.cpp; last comes the length of the text, which Fortran passes out of sight.
extern "C" void dpotrf_(const char* triangle, const int* n, double* a, const int* lda, int* info, std::size_t);
extern "C" void dpotrs_(const char* triangle, const int* n, const int* columns, const double* a, const int* lda,
                        double* b, const int* ldb, int* info, std::size_t);

namespace lmw::numerics {

void solve_positive_definite_in_place(Eigen::Ref<Eigen::MatrixXd> a, Eigen::Ref<Eigen::MatrixXd> b) {
  constexpr Eigen::Index max_size = 40'000;
  if (a.rows() != a.cols() || a.rows() > max_size || b.rows() != a.rows())
    throw std::invalid_argument("solve_positive_definite: " + std::to_string(a.rows()) + " x " +
                                std::to_string(a.cols()) + " and " + std::to_string(b.rows()) + " x " +
                                std::to_string(b.cols()) + ": expected square, at most " + std::to_string(max_size) +
                                ", and as many rows");
  if (a.rows() == 0 || b.cols() == 0) return;
  prepare_openblas();
  const int n = static_cast<int>(a.rows()), columns = static_cast<int>(b.cols());
  const int a_stride = static_cast<int>(a.outerStride()), b_stride = static_cast<int>(b.outerStride());
  int info = 0;
  dpotrf_("L", &n, a.data(), &a_stride, &info, 1);
  // A row with an entry that is not finite has a diagonal that is not: n numbers to look at, not n^2.
  if (!b.allFinite() || !a.diagonal().allFinite())
    throw std::domain_error("solve_positive_definite: an entry is not finite");
  if (info > 0)
    throw std::domain_error("solve_positive_definite: not positive definite at row " + std::to_string(info - 1) +
                            " of " + std::to_string(n) + ": try a larger ridge");
  dpotrs_("L", &n, &columns, a.data(), &a_stride, b.data(), &b_stride, &info, 1);
}

Eigen::MatrixXd solve_positive_definite(Eigen::MatrixXd a, Eigen::MatrixXd b) {
  solve_positive_definite_in_place(a, b);
  return b;
}

}  // namespace lmw::numerics
