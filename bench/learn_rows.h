#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace lmw::bench {

/// One line of the performance table, our side of it.
class Row {
 public:
  virtual ~Row() = default;
  /// Writes what the peer needs to start from the same state, as .npy files.
  virtual void write_start(const std::filesystem::path& folder) const = 0;
  /// Back to the start. Not timed.
  virtual void reset() {}
  /// The work itself, so many times.
  virtual void run(long repetitions) = 0;
  /// A number that the peer must find as well, after reset() and run().
  virtual double check() const = 0;

  double flops = 0;  ///< floating-point operations of one repetition that matrix products must do; 0: no bound
  bool double_precision = false;
};

using RowFactories = std::map<std::string, std::function<std::unique_ptr<Row>()>>;

void add_training_rows(RowFactories& rows);
void add_looking_rows(RowFactories& rows);
void add_numerics_rows(RowFactories& rows);

/// Measured multiply-add peak of one core, in GFLOP/s.
double fma_peak(bool double_precision);

/// Wall seconds for `tasks` tasks that spin for `microseconds` each: one after the other, or on two threads.
double task_seconds(double microseconds, long tasks, bool parallel);

}  // namespace lmw::bench
