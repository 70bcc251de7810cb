#include "checks.h"

#include <stdexcept>
#include <string>

namespace lmw::learn {

template <class Scalar>
void check_fit(const Mlp<Scalar>& net, const Dataset<Scalar>& data, Loss loss) {
  check(data);
  const auto inputs = net.architecture().inputs(), outputs = net.architecture().outputs();
  if (data.x.rows() != inputs || data.y.rows() != outputs)
    throw std::invalid_argument("data: " + std::to_string(data.x.rows()) + " inputs and " +
                                std::to_string(data.y.rows()) + " targets: the network has " + std::to_string(inputs) +
                                " and " + std::to_string(outputs));
  check_targets(loss, data.y);
}

template <class Scalar>
void check_inputs(const Mlp<Scalar>& net, const MatrixView<Scalar>& x) {
  if (x.rows() != net.architecture().inputs())
    throw std::invalid_argument("inputs of " + std::to_string(x.rows()) + " numbers: the network takes " +
                                std::to_string(net.architecture().inputs()));
  if (x.cols() == 0) throw std::invalid_argument("no inputs: expected at least one");
}

template void check_fit(const Mlp<float>&, const Dataset<float>&, Loss);
template void check_fit(const Mlp<double>&, const Dataset<double>&, Loss);
template void check_inputs(const Mlp<float>&, const MatrixView<float>&);
template void check_inputs(const Mlp<double>&, const MatrixView<double>&);

}  // namespace lmw::learn
