#include <lmw/numerics/linalg.h>

#include "openblas.h"

#include <Eigen/QR>

#include <cstddef>
#include <stdexcept>
#include <string>
#include <vector>

// LAPACK's own routine, which OpenBLAS brings with it. Through LAPACKE the program would also load the libblas.so.3
// that the machine prefers; where that is another build of OpenBLAS, the two do not mix. The last two arguments are the
// lengths of the two texts, which Fortran passes out of sight.
extern "C" void dsyevd_(const char* job, const char* triangle, const int* n, double* a, const int* lda, double* values,
                        double* work, const int* work_size, int* integer_work, const int* integer_work_size, int* info,
                        std::size_t, std::size_t);

namespace lmw::numerics {
namespace {

constexpr Eigen::Index max_size = 30'000;  // dsyevd's workspace, 2 n^2 + 6 n + 1 doubles, is counted in 32 bits

/// Eigenvalues into `values`; `a` becomes the eigenvectors when job is 'V', and is destroyed when it is 'N'.
void dsyevd(char job, Eigen::MatrixXd& a, Eigen::VectorXd& values) {
  if (a.rows() != a.cols() || a.rows() > max_size)
    throw std::invalid_argument("symmetric eigenproblem: a " + std::to_string(a.rows()) + " x " +
                                std::to_string(a.cols()) + " matrix: expected square, at most " +
                                std::to_string(max_size));
  if (!a.allFinite()) throw std::domain_error("symmetric eigenproblem: an entry is not finite");
  values.resize(a.rows());
  if (a.rows() == 0) return;
  prepare_openblas();
  const int n = static_cast<int>(a.rows());
  int info = 0;
  std::vector<double> work(1);
  std::vector<int> integer_work(1);
  const auto call = [&](int work_size, int integer_work_size) {
    dsyevd_(&job, "L", &n, a.data(), &n, values.data(), work.data(), &work_size, integer_work.data(),
            &integer_work_size, &info, 1, 1);
  };
  call(-1, -1);  // asks how much workspace it wants
  work.resize(static_cast<std::size_t>(work[0]));
  integer_work.resize(static_cast<std::size_t>(integer_work[0]));
  call(static_cast<int>(work.size()), static_cast<int>(integer_work.size()));
  if (info != 0)
    throw std::runtime_error("symmetric eigenproblem: LAPACK's dsyevd did not converge (info " + std::to_string(info) +
                             ", n = " + std::to_string(n) + ")");
}

}  // namespace

SymmetricEigen symmetric_eigen(Eigen::MatrixXd a) {
  SymmetricEigen result;
  dsyevd('V', a, result.values);
  result.vectors = std::move(a);
  return result;
}

Eigen::VectorXd symmetric_eigenvalues(Eigen::MatrixXd a) {
  Eigen::VectorXd values;
  dsyevd('N', a, values);
  return values;
}

Eigen::MatrixXd random_orthonormal(Eigen::Index rows, Eigen::Index cols, Rng& rng) {
  if (cols > rows)
    throw std::invalid_argument("random_orthonormal: cols = " + std::to_string(cols) +
                                ", rows = " + std::to_string(rows) + ": expected cols <= rows");
  const Eigen::HouseholderQR<Eigen::MatrixXd> qr(rng.normal(rows, cols));
  Eigen::MatrixXd q = qr.householderQ() * Eigen::MatrixXd::Identity(rows, cols);
  for (Eigen::Index j = 0; j < cols; ++j)
    if (qr.matrixQR()(j, j) < 0.0) q.col(j) *= -1.0;
  return q;
}

}  // namespace lmw::numerics
