#include "progress.h"

#include "text.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <ostream>

namespace lmw::cli {
namespace {

int tenths(double fraction) { return static_cast<int>(std::floor(10 * fraction + 1e-9)); }

std::string facts(const host::Progress& progress, double seconds_left) {
  const int percent = static_cast<int>(std::floor(100 * std::clamp(progress.fraction, 0.0, 1.0)));
  std::string text = pad(std::to_string(percent), 3, true) + " %  " + std::to_string(progress.points_done) + '/' +
                     plural(progress.points, "point");
  if (std::isfinite(seconds_left)) text += "  about " + duration(std::ceil(seconds_left)) + " left";
  return progress.law.empty() ? text : text + "  " + printable(progress.law);
}

}  // namespace

std::string progress_bar(const host::Progress& progress, double seconds_left, std::size_t width) {
  constexpr std::size_t cells = 20;
  const auto full = static_cast<std::size_t>(std::clamp(progress.fraction, 0.0, 1.0) * cells);
  const std::string bar = '[' + std::string(full, '#') + std::string(cells - full, '.') + "] ";
  return cut(bar + facts(progress, seconds_left), width);
}

void ProgressView::update(const host::Progress& progress, Clock::time_point now) {
  if (!started_) {
    started_ = true;
    start_ = last_ = now;
    first_fraction_ = last_fraction_ = progress.fraction;
  }
  // What an earlier invocation had measured took this one no time.
  const double elapsed = std::chrono::duration<double>(now - start_).count();
  const double gained = progress.fraction - first_fraction_;
  const double left =
      elapsed >= 1 && gained > 0 ? elapsed * (1 - progress.fraction) / gained : std::numeric_limits<double>::infinity();
  if (terminal_.interactive) {
    // One column stays free: a full last column would wrap the cursor.
    out_ << "\r\x1b[K" << progress_bar(progress, left, terminal_.width - 1) << std::flush;
    drawn_ = true;
  } else if (tenths(progress.fraction) > tenths(last_fraction_) && now - last_ >= std::chrono::seconds(2)) {
    out_ << "lmw: " << facts(progress, left) << std::endl;
    last_fraction_ = progress.fraction;
    last_ = now;
  }
}

void ProgressView::finish() {
  if (drawn_) out_ << "\r\x1b[K" << std::flush;
  drawn_ = false;
}

}  // namespace lmw::cli
