#include <lmw/learn/architecture.h>

#include <cmath>
#include <stdexcept>
#include <string>

namespace lmw::learn {
namespace {

using Eigen::Index;

[[noreturn]] void fail(const std::string& text) { throw std::invalid_argument(text); }

void check_scale(const Scale& scale, const std::string& where) {
  const auto at_least_zero = [&](double value, const char* name) {
    if (!(value >= 0 && std::isfinite(value)))
      fail(where + ": " + name + " = " + std::to_string(value) + ": expected a finite number >= 0");
  };
  at_least_zero(scale.init_var, "init_var");
  at_least_zero(scale.lr, "lr");
  at_least_zero(scale.decay, "decay");
  at_least_zero(scale.eps, "eps");
  if (!std::isfinite(scale.multiplier)) fail(where + ": multiplier is not finite");
}

void check_shape(const MlpShape& shape) {
  if (shape.widths.size() < 2)
    fail("widths: " + std::to_string(shape.widths.size()) + " numbers: expected inputs, hidden widths, outputs");
  for (const Index width : shape.widths)
    if (width < 1) fail("width = " + std::to_string(width) + ": expected >= 1");
  const auto variance = [](double value, const char* name) {
    if (!(value >= 0 && std::isfinite(value)))
      fail(std::string(name) + " = " + std::to_string(value) + ": expected a finite number >= 0");
  };
  variance(shape.weight_var, "weight_var");
  variance(shape.bias_var, "bias_var");
  variance(shape.output_weight_var.value_or(0), "output_weight_var");
}

double weight_var_of(const MlpShape& shape, bool last) {
  return last ? shape.output_weight_var.value_or(shape.weight_var) : shape.weight_var;
}

}  // namespace

Index Architecture::parameter_count() const {
  Index count = 0;
  for (const Layer& layer : layers) count += layer.inputs * layer.outputs + (layer.bias ? layer.outputs : 0);
  return count;
}

void check(const Architecture& architecture) {
  const auto& layers = architecture.layers;
  if (layers.empty()) fail("network: no layers: expected at least one");
  if (!std::isfinite(architecture.output_scale)) fail("network: output_scale is not finite");
  for (std::size_t l = 0; l < layers.size(); ++l) {
    const Layer& layer = layers[l];
    const std::string where = "layer " + std::to_string(l);
    if (layer.inputs < 1 || layer.outputs < 1)
      fail(where + ": " + std::to_string(layer.inputs) + " inputs, " + std::to_string(layer.outputs) +
           " outputs: expected widths >= 1");
    if (l > 0 && layer.inputs != layers[l - 1].outputs)
      fail(where + ": takes " + std::to_string(layer.inputs) + " inputs, the layer before gives " +
           std::to_string(layers[l - 1].outputs));
    if (layer.skip < 0 || static_cast<std::size_t>(layer.skip) > l + 1)
      fail(where + ": skip = " + std::to_string(layer.skip) + ": expected 0 to " + std::to_string(l + 1));
    if (layer.skip > 0) {
      const std::size_t first = l + 1 - static_cast<std::size_t>(layer.skip);
      if (layers[first].inputs != layer.outputs)
        fail(where + ": the skip adds " + std::to_string(layers[first].inputs) + " numbers to " +
             std::to_string(layer.outputs));
    }
    check_scale(layer.weight, where + ", weight");
    if (layer.bias) check_scale(*layer.bias, where + ", bias");
  }
}

Architecture standard(const MlpShape& shape) {
  check_shape(shape);
  Architecture net;
  for (std::size_t l = 0; l + 1 < shape.widths.size(); ++l) {
    const bool last = l + 2 == shape.widths.size();
    Layer layer{.inputs = shape.widths[l],
                .outputs = shape.widths[l + 1],
                .activation = l == 0 ? Activation::identity : shape.activation};
    layer.weight.init_var = weight_var_of(shape, last) / static_cast<double>(layer.inputs);
    if (shape.bias) layer.bias = Scale{.init_var = shape.bias_var};
    net.layers.push_back(layer);
  }
  return net;
}

Architecture ntk_parametrisation(const MlpShape& shape) {
  Architecture net = standard(shape);
  if (shape.bias && shape.bias_var == 0)
    fail(
        "NTK parametrisation: biases enter as sqrt(bias_var) b, and bias_var = 0 freezes them: "
        "give .bias_var or say .bias = false");
  for (Layer& layer : net.layers) {
    layer.weight = {.multiplier = std::sqrt(layer.weight.init_var), .init_var = 1};
    if (layer.bias) layer.bias = Scale{.multiplier = std::sqrt(shape.bias_var), .init_var = 1};
  }
  return net;
}

Architecture mup(const MlpShape& shape, Index base_width, MupFor optimiser) {
  if (base_width < 1) fail("mup: base_width = " + std::to_string(base_width) + ": expected >= 1");
  Architecture net = standard(shape);
  const auto ratio = [&](Index width) { return static_cast<double>(width) / static_cast<double>(base_width); };
  const bool adam = optimiser == MupFor::adam;
  for (std::size_t l = 0; l < net.layers.size(); ++l) {
    Layer& layer = net.layers[l];
    const bool first = l == 0, last = l + 1 == net.layers.size();
    const double in = first ? 1 : ratio(layer.inputs), out = last ? 1 : ratio(layer.outputs);
    if (last) layer.weight.init_var /= in;
    layer.weight.lr = adam ? 1 / in : out / in;
    layer.weight.eps = 1 / out;
    layer.weight.decay = 1 / layer.weight.lr;
    if (layer.bias && !last) {
      layer.bias->lr = adam ? 1 : out;
      layer.bias->eps = 1 / out;
      layer.bias->decay = 1 / layer.bias->lr;
    }
  }
  return net;
}

Architecture mean_field(const MlpShape& shape) {
  if (shape.widths.size() < 3) fail("mean_field: expected at least one hidden layer");
  Architecture net = ntk_parametrisation(shape);
  const double width = static_cast<double>(net.layers.back().inputs);
  net.layers.back().weight.multiplier /= std::sqrt(width);
  for (std::size_t l = 0; l < net.layers.size(); ++l) {
    net.layers[l].weight.lr = width;
    if (net.layers[l].bias && l + 1 < net.layers.size()) net.layers[l].bias->lr = width;
  }
  return net;
}

Architecture residual(const ResidualShape& shape) {
  if (shape.inputs < 1 || shape.width < 1 || shape.outputs < 1 || shape.blocks < 1)
    fail("residual: inputs, width, outputs and blocks: expected >= 1");
  if (shape.matrices != 1 && shape.matrices != 2)
    fail("residual: matrices = " + std::to_string(shape.matrices) + ": expected 1 or 2");
  if (!shape.embed && shape.inputs != shape.width)
    fail("residual: h_0 = x needs inputs = width: found " + std::to_string(shape.inputs) + " and " +
         std::to_string(shape.width));
  const auto layer = [&](Index inputs, Index outputs, Activation phi) {
    Layer made{.inputs = inputs, .outputs = outputs, .activation = phi};
    made.weight.init_var = shape.weight_var / static_cast<double>(inputs);
    return made;
  };
  Architecture net;
  if (shape.embed) net.layers.push_back(layer(shape.inputs, shape.width, Activation::identity));
  for (int block = 0; block < shape.blocks; ++block) {
    if (shape.matrices == 2) net.layers.push_back(layer(shape.width, shape.width, Activation::identity));
    Layer end = layer(shape.width, shape.width, shape.activation);
    end.skip = shape.matrices;
    end.weight.multiplier = shape.branch * std::pow(static_cast<double>(shape.blocks), -shape.exponent);
    net.layers.push_back(end);
  }
  net.layers.push_back(layer(shape.width, shape.outputs, Activation::identity));
  check(net);
  return net;
}

}  // namespace lmw::learn
