#pragma once

#include <lmw/learn/dataset.h>
#include <lmw/learn/loss.h>
#include <lmw/learn/mlp.h>

namespace lmw::learn {

/// @throws std::invalid_argument  data that are empty, or do not fit the network or the loss.
template <class Scalar>
void check_fit(const Mlp<Scalar>& net, const Dataset<Scalar>& data, Loss loss);

/// @throws std::invalid_argument  inputs of another size, or none at all.
template <class Scalar>
void check_inputs(const Mlp<Scalar>& net, const MatrixView<Scalar>& x);

}  // namespace lmw::learn
