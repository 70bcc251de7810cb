#pragma once

#include <Eigen/Core>

#include <type_traits>

namespace lmw::learn {

/// Everything in this library holds one example per COLUMN: inputs are (inputs, n), outputs and targets (outputs, n).
template <class Scalar>
using Matrix = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic>;
template <class Scalar>
using Vector = Eigen::Matrix<Scalar, Eigen::Dynamic, 1>;

/// Arguments that are read, or written in place. Scalar is deduced from the network, never from these.
template <class Scalar>
using MatrixView = Eigen::Ref<const Matrix<std::type_identity_t<Scalar>>>;
template <class Scalar>
using VectorView = Eigen::Ref<const Vector<std::type_identity_t<Scalar>>>;
template <class Scalar>
using MutableMatrixView = Eigen::Ref<Matrix<std::type_identity_t<Scalar>>>;
template <class Scalar>
using MutableVectorView = Eigen::Ref<Vector<std::type_identity_t<Scalar>>>;

}  // namespace lmw::learn
