#pragma once

#include <lmw/learn/dataset.h>
#include <lmw/learn/loss.h>
#include <lmw/learn/mlp.h>
#include <lmw/numerics/ode.h>

#include <memory>
#include <string>

namespace lmw::learn {

/// Training with an infinitely small learning rate, on all of the data:
///
///   dw/dt = -s grad L(w),   s the lr of each array's Scale.
///
/// t is learning rate times steps of the descent that it stands for. Integrated to a tolerance, not in fixed steps.
class GradientFlow {
 public:
  /// @param net   moved in place; must outlive the flow, as must `data`.
  /// @throws std::invalid_argument  shapes that do not fit the network, no examples, targets that do not fit the loss.
  GradientFlow(Mlp<double>& net, const Dataset<double>& data, Loss loss, const numerics::OdeOptions& options = {});
  GradientFlow(Mlp<double>& net, const Dataset<double>&& data, Loss loss,
               const numerics::OdeOptions& options = {}) = delete;  // the data would be gone before the first step
  ~GradientFlow();
  GradientFlow(GradientFlow&&) noexcept;
  GradientFlow& operator=(GradientFlow&&) noexcept;

  /// Moves the network from time() to t. False if the integrator gave up (a stiff problem, or more steps than options
  /// allow); the network then stays where it was, and reason() says why.
  /// @throws std::invalid_argument  t < time(), or not finite.
  /// Cost six gradients a step. A flow whose sharpness is S needs steps of at most about 3 / S.
  bool run_to(double t);

  double time() const;
  double loss() const;                ///< at the network's weights of now
  const std::string& reason() const;  ///< of the latest failure

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lmw::learn
