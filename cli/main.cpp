// lmw: see docs/quickstart.md.
#include "arguments.h"
#include "commands/commands.h"
#include "failure.h"
#include "fd_stream.h"
#include "session.h"

#include <lmw/host/runner.h>

#include <unistd.h>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <iostream>
#include <string>
#include <vector>

namespace {

std::string version() {
  const auto built = lmw::host::provenance(1);
  return "lmw " + built.lmw_version + " (" + built.git_commit + ", " + built.compiler + ")";
}

int dispatch(const std::vector<std::string>& arguments, std::ostream& out, std::ostream& err) {
  using namespace lmw::cli;
  const auto parsed = parse_arguments(arguments, version());
  if (const auto* answer = std::get_if<Answer>(&parsed)) {
    out << answer->text;
    return done;
  }
  const Request& request = std::get<Request>(parsed);
  Session session(request.globals, out, err);
  const Terminal& errors = session.err_terminal();
  lmw::host::set_up_logging(request.globals.verbosity, errors.color, errors.interactive);
  return std::visit([&](const auto& verb) { return execute(verb, session); }, request.verb);
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);  // a reader that leaves (| head) is an error of write(), told below
  std::signal(SIGXFSZ, SIG_IGN);  // so is a limit on file sizes: the lab says that the disk is full
  lmw::cli::FdStream out(STDOUT_FILENO);
  int code = 0;
  try {
    code = dispatch({argv + 1, argv + argc}, out, std::cerr);
  } catch (...) {
    const auto failure = lmw::cli::failure_of(std::current_exception());
    std::cerr << laid_out(failure, lmw::cli::Terminal::of(STDERR_FILENO, true).width);
    code = failure.code;
  }
  const int error = out.finish();
  if (error == 0 || error == EPIPE) return code;
  std::cerr << "lmw: cannot write to standard output\n  expected  a file, a pipe or a terminal that takes it\n"
            << "  found     " << std::strerror(error) << "\n  try       df .\n";
  return lmw::cli::internal;
}
