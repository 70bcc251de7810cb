#pragma once

#include <lmw/learn/activation.h>

#include <Eigen/Core>

#include <optional>
#include <vector>

namespace lmw::learn {

/// The abc-parametrisation of one array of weights w: it enters the network as `multiplier` w, starts as iid
/// N(0, init_var), and moves with `lr` times the optimiser's learning rate. `decay` and `eps` multiply the optimiser's
/// weight decay and Adam's epsilon in the same way. lr = 0 freezes the array.
/// Source: Yang & Hu 2021, "Tensor Programs IV".
struct Scale {
  double multiplier = 1;
  double init_var = 1;
  double lr = 1;
  double decay = 1;
  double eps = 1;
};

/// One layer l of a network, for one example:
///
///   u_l = phi_l(z_{l-1}),   z_l = weight.multiplier W_l u_l + bias.multiplier b_l + [skip > 0] z_{l - skip},
///
/// l = 0, 1, ...; z_{-1} is the input and the last z is the output. The activation stands BEFORE the weights: the first
/// layer of an MLP has `identity`. A residual branch W phi(z) is a layer with skip = 1 and c L^-p in its multiplier.
struct Layer {
  Eigen::Index inputs = 1, outputs = 1;
  Activation activation = Activation::identity;
  Scale weight = {};
  std::optional<Scale> bias = {};  ///< no bias unless given
  int skip = 0;                    ///< adds the pre-activation from so many layers before; 0: nothing
};

/// A network as a plain value: build one with a preset below, then change what your law needs changed.
///
/// The network's function is f(x) = output_scale (z(x) - [centred] z_init(x)), where z_init is the network at its
/// initial weights. A large output_scale makes training lazy (Chizat, Oyallon & Bach 2019).
struct Architecture {
  std::vector<Layer> layers = {};
  double output_scale = 1;
  bool centred = false;

  Eigen::Index inputs() const { return layers.front().inputs; }
  Eigen::Index outputs() const { return layers.back().outputs; }
  /// Weights and biases of all layers together.
  Eigen::Index parameter_count() const;
};

/// @throws std::invalid_argument  no layers; a width below 1; neighbours whose widths differ; a skip that reaches past
///                                the input or joins different widths; a negative or non-finite init_var, lr or decay.
void check(const Architecture& architecture);

/// A multilayer perceptron before it is parametrised: what the presets need to know.
struct MlpShape {
  std::vector<Eigen::Index> widths;          ///< inputs, hidden widths, outputs: at least two numbers
  Activation activation = Activation::relu;  ///< of the hidden layers
  bool bias = true;
  double weight_var = 1;                         ///< sigma_w^2: variance of a weight times its fan-in; 2 for relu
  double bias_var = 0;                           ///< sigma_b^2 at initialisation
  std::optional<double> output_weight_var = {};  ///< sigma_w^2 of the last layer; as the others unless given
};

/// Standard parametrisation: W ~ N(0, weight_var / fan_in), b ~ N(0, bias_var), multipliers and lr 1.
/// @throws std::invalid_argument  (all presets) fewer than two widths, a width below 1, a negative variance.
Architecture standard(const MlpShape& shape);

/// NTK parametrisation: sqrt(weight_var / fan_in) W u + sqrt(bias_var) b with W, b ~ N(0, 1), lr 1 everywhere.
/// @throws std::invalid_argument  also for bias with bias_var = 0, which would freeze the biases: say .bias = false.
/// Source: Jacot, Gabriel & Hongler 2018.
Architecture ntk_parametrisation(const MlpShape& shape);

/// Which column of the muP table applies.
enum class MupFor { sgd, adam };

/// Maximal update parametrisation relative to a base width n0, where it equals `standard`. With r = width / n0:
///
///   layer              init variance              SGD lr       Adam lr   Adam eps
///   input, hidden bias as standard                r            1         1/r
///   hidden             as standard                r_out/r_in   1/r_in    1/r_out
///   output             weight_var n0 / fan_in^2   1/r          1/r       1
///   output bias        as standard                1            1         1
///
/// decay = 1 / lr everywhere: a decoupled step shrinks weights equally at every width.
/// With SGD the table stands for plain and heavy-ball steps alike; sign descent and RMSProp follow Adam's column.
/// @throws std::invalid_argument  also for base_width < 1.
/// Source: Yang & Hu 2021; Yang et al. 2022, "Tensor Programs V", tables 3 and 8.
Architecture mup(const MlpShape& shape, Eigen::Index base_width, MupFor optimiser);

/// Mean-field parametrisation: NTK parametrisation with the readout divided by a further sqrt(n), and lr n for all
/// arrays but the output bias, n the last hidden width. One hidden layer: f = (1/n) sum_i a_i phi(w_i.x / sqrt d).
/// Richness gamma: output_scale = 1 / gamma, with the learning rate times gamma^2.
/// @throws std::invalid_argument  as ntk_parametrisation; also without a hidden layer.
/// Source: Mei, Montanari & Nguyen 2018; Bordelon & Pehlevan 2022.
Architecture mean_field(const MlpShape& shape);

/// A residual network: h_0 = W x (or x itself), h_{l+1} = h_l + branch blocks^-exponent B_l(h_l), f = readout h_blocks.
struct ResidualShape {
  Eigen::Index inputs, width, outputs;
  int blocks = 4;
  Activation activation = Activation::relu;
  int matrices = 1;       ///< B(h) = W phi(h) with 1, W' phi(W h) with 2; all width x width
  double branch = 1;      ///< c
  double exponent = 0.5;  ///< p: 1/2 keeps a deep limit of the forward pass at initialisation, 1 of training
  double weight_var = 1;  ///< variance of a weight times its fan-in, in every layer
  bool embed = true;      ///< false: h_0 = x, and inputs must equal width
};

/// Standard parametrisation, no biases.
/// @throws std::invalid_argument  a size below 1, matrices not 1 or 2, or no embedding although inputs != width.
Architecture residual(const ResidualShape& shape);

}  // namespace lmw::learn
