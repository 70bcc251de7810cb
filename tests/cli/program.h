#pragma once

#include "support/scratch.h"

#include <fcntl.h>
#include <pty.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <map>
#include <string>
#include <vector>

namespace lmw::tests {

struct Outcome {
  int code = -1;  ///< exit code, or 128 + signal
  std::string out, err;
};

/// The built `lmw` in a folder and with an environment of its own: the plugin `coin`, a lab, a cache.
class Program {
  Scratch scratch_;  // first: the environment names it
  mutable std::vector<std::string> pairs_;

 public:
  std::string program = std::string(LMW_BINARY_DIR) + "/bin/lmw";
  std::map<std::string, std::string> environment = {
      {"PATH", "/usr/bin:/bin"},
      {"HOME", home()},
      {"XDG_CACHE_HOME", home() + "/cache"},
      {"LMW_DATA_DIR", home() + "/data"},
      {"LMW_LAB", home() + "/lab.db"},
      {"LMW_PLUGIN_PATH", std::string(LMW_BINARY_DIR) + "/tests/plugins/good"}};

  std::string home() const { return scratch_.path().string(); }
  std::filesystem::path operator/(const std::string& name) const { return scratch_ / name; }

  Outcome run(const std::vector<std::string>& arguments) const {
    return wait_for(start(arguments, home() + "/out", home() + "/err"));
  }

  /// As run, with standard output going to `file`.
  Outcome run_to(const std::string& file, const std::vector<std::string>& arguments) const {
    return wait_for(start(arguments, file, home() + "/err"));
  }

  pid_t start(const std::vector<std::string>& arguments) const {
    return start(arguments, home() + "/out", home() + "/err");
  }

  Outcome wait_for(pid_t child) const {
    int status = 0;
    waitpid(child, &status, 0);
    return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), read_file(scratch_ / "out"),
            read_file(scratch_ / "err")};
  }

  /// On a terminal of that many columns: what a person would see, both streams in one.
  /// @param leave_at  once this is on the screen the terminal goes away.
  Outcome run_on_terminal(unsigned short columns, const std::vector<std::string>& arguments,
                          const std::string& leave_at = "") const {
    winsize size{.ws_row = 40, .ws_col = columns, .ws_xpixel = 0, .ws_ypixel = 0};
    int terminal = -1;
    const pid_t child = forkpty(&terminal, nullptr, nullptr, &size);
    if (child == 0) {
      const auto argv = pointers(arguments);
      const auto variables = variables_of();
      if (chdir(home().c_str()) == 0) execve(argv[0], argv.data(), variables.data());
      _exit(127);
    }
    Outcome outcome;
    char buffer[4096];
    for (ssize_t n; (n = read(terminal, buffer, sizeof buffer)) > 0;) {
      outcome.out.append(buffer, static_cast<std::size_t>(n));
      if (!leave_at.empty() && outcome.out.find(leave_at) != std::string::npos) break;
    }
    close(terminal);
    int status = 0;
    waitpid(child, &status, 0);
    outcome.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return outcome;
  }

 private:
  pid_t start(const std::vector<std::string>& arguments, const std::string& out, const std::string& err) const {
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, 1, out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    posix_spawn_file_actions_addopen(&files, 2, err.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    posix_spawn_file_actions_addchdir_np(&files, home().c_str());
    const auto argv = pointers(arguments);
    const auto variables = variables_of();
    pid_t child = -1;
    const int failed = posix_spawn(&child, argv[0], &files, nullptr, argv.data(), variables.data());
    posix_spawn_file_actions_destroy(&files);
    if (failed != 0) throw std::runtime_error("cannot start " + std::string(argv[0]));
    return child;
  }

  std::vector<char*> pointers(const std::vector<std::string>& arguments) const {
    std::vector<char*> argv = {const_cast<char*>(program.c_str())};
    for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    return argv;
  }
  std::vector<char*> variables_of() const {
    pairs_.clear();
    for (const auto& [name, value] : environment) pairs_.push_back(name + "=" + value);
    std::vector<char*> variables;
    for (auto& pair : pairs_) variables.push_back(pair.data());
    variables.push_back(nullptr);
    return variables;
  }
};

}  // namespace lmw::tests
