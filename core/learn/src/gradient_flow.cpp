#include <lmw/learn/gradient_flow.h>

#include "backprop.h"
#include "checks.h"
#include "update.h"

#include <cmath>
#include <stdexcept>

namespace lmw::learn {

struct GradientFlow::Impl {
  Impl(Mlp<double>& moved, const Dataset<double>& set, Loss loss, const numerics::OdeOptions& how)
      : net(&moved),
        data(&set),
        options(how),
        offset(moved.architecture().centred ? moved.initial_output(set.x) : Eigen::MatrixXd()),
        backprop(moved.architecture(), loss, set.size()),
        spans(spans_of(moved.architecture())),
        gradient(moved.parameter_count()) {}

  Examples<double> examples() const {
    return {data->x.data(), data->y.data(), offset.size() ? offset.data() : nullptr, data->size()};
  }

  void velocity(const Eigen::VectorXd& w, Eigen::Ref<Eigen::VectorXd> dw) {
    backprop.gradient(w.data(), examples(), gradient.data());
    for (const Span& span : spans)
      dw.segment(span.at, span.count) = -span.scale.lr * gradient.segment(span.at, span.count);
  }

  Mlp<double>* net;
  const Dataset<double>* data;
  numerics::OdeOptions options;
  Eigen::MatrixXd offset;
  Backprop<double> backprop;
  std::vector<Span> spans;
  Eigen::VectorXd gradient;
  double time = 0;
  std::string reason;
};

GradientFlow::GradientFlow(Mlp<double>& net, const Dataset<double>& data, Loss loss,
                           const numerics::OdeOptions& options) {
  check_fit(net, data, loss);
  impl_ = std::make_unique<Impl>(net, data, loss, options);
}

GradientFlow::~GradientFlow() = default;
GradientFlow::GradientFlow(GradientFlow&&) noexcept = default;
GradientFlow& GradientFlow::operator=(GradientFlow&&) noexcept = default;

bool GradientFlow::run_to(double t) {
  if (!(t >= impl_->time) || std::isinf(t))
    throw std::invalid_argument("gradient flow: t = " + std::to_string(t) + ": expected a time from " +
                                std::to_string(impl_->time) + " on");
  if (t == impl_->time) return true;
  try {
    const Eigen::MatrixXd path = numerics::solve_ode(
        [this](double, const Eigen::VectorXd& w, Eigen::Ref<Eigen::VectorXd> dw) { impl_->velocity(w, dw); },
        impl_->net->parameters(), Eigen::Vector2d(impl_->time, t), impl_->options);
    impl_->net->parameters() = path.col(1);
  } catch (const std::runtime_error& error) {
    impl_->reason = error.what();
    return false;
  }
  impl_->time = t;
  return true;
}

double GradientFlow::time() const { return impl_->time; }
double GradientFlow::loss() const { return impl_->backprop.value(impl_->net->parameters().data(), impl_->examples()); }
const std::string& GradientFlow::reason() const { return impl_->reason; }

}  // namespace lmw::learn
