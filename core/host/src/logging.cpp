#include <lmw/host/logging.h>

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

namespace lmw::host {

void set_up_logging(Verbosity verbosity, bool colour, bool over_bar) {
  auto sink = std::make_shared<spdlog::sinks::stderr_color_sink_mt>(colour ? spdlog::color_mode::always
                                                                           : spdlog::color_mode::never);
  auto logger = std::make_shared<spdlog::logger>("lmw", std::move(sink));
  const std::string begin = over_bar ? "\r\x1b[K" : "";
  logger->set_pattern(begin + (verbosity == Verbosity::verbose ? "%H:%M:%S.%e %^%l%$ %v" : "%^%l%$ %v"));
  logger->set_level(verbosity == Verbosity::quiet     ? spdlog::level::warn
                    : verbosity == Verbosity::verbose ? spdlog::level::debug
                                                      : spdlog::level::info);
  spdlog::set_default_logger(std::move(logger));
}

}  // namespace lmw::host
