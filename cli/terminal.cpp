#include "terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <cstring>

namespace lmw::cli {
namespace {

std::size_t width_of(int fd, bool interactive) {
  if (const char* columns = std::getenv("COLUMNS")) {
    std::size_t width = 0;
    const char* end = columns + std::strlen(columns);
    const auto read = std::from_chars(columns, end, width);
    if (read.ec == std::errc() && read.ptr == end && width > 0) return width;
  }
  winsize size{};
  if (interactive && ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return interactive ? 80 : 0;
}

bool set_and_not_empty(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

}  // namespace

Tone tone_of(std::string_view verdict) {
  if (verdict == "confirmed") return Tone::good;
  if (verdict == "falsified" || verdict == "error") return Tone::bad;
  if (verdict == "inconclusive" || verdict == "not_converged" || verdict == "not_run") return Tone::doubtful;
  return verdict == "outside" ? Tone::faint : Tone::plain;
}

Terminal Terminal::of(int fd, bool no_color) {
  Terminal terminal;
  terminal.interactive = isatty(fd) == 1;
  terminal.width = width_of(fd, terminal.interactive);
  const char* kind = std::getenv("TERM");
  const bool dumb = kind == nullptr || std::string_view(kind) == "dumb";
  terminal.color = terminal.interactive && !no_color && !dumb && !set_and_not_empty("NO_COLOR");
  if (dumb) terminal.interactive = false;
  return terminal;
}

std::string Terminal::paint(Tone tone, std::string_view text) const {
  static constexpr const char* codes[] = {"", "1", "2", "32", "31", "33"};
  const char* code = codes[static_cast<int>(tone)];
  if (!color || *code == '\0') return std::string(text);
  return "\x1b[" + std::string(code) + 'm' + std::string(text) + "\x1b[0m";
}

}  // namespace lmw::cli
