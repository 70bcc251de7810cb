#include "child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <stdexcept>
#include <thread>

extern char** environ;

namespace lmw::host {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

class Pipe {
 public:
  Pipe() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error(std::string("pipe: ") + std::strerror(errno));
    read_ = ends[0];
    write_ = ends[1];
  }
  ~Pipe() {
    close_read();
    close_write();
  }
  Pipe(const Pipe&) = delete;
  int read_end() const { return read_; }
  int write_end() const { return write_; }
  void close_read() { shut(read_); }
  void close_write() { shut(write_); }

 private:
  static void shut(int& fd) {
    if (fd >= 0) close(fd);
    fd = -1;
  }
  int read_ = -1, write_ = -1;
};

int milliseconds_left(Clock::time_point deadline) {
  return static_cast<int>(std::chrono::duration_cast<milliseconds>(deadline - Clock::now()).count());
}

/// Reads what is there into `text` up to `capacity`; false at the end of the stream.
bool drain(int fd, std::string& text, std::size_t capacity) {
  std::array<char, 65536> chunk;
  const auto n = read(fd, chunk.data(), chunk.size());
  if (n <= 0) return n < 0 && (errno == EINTR || errno == EAGAIN);
  text.append(chunk.data(), std::min(static_cast<std::size_t>(n), capacity - std::min(capacity, text.size())));
  return true;
}

bool reaped(pid_t pid, int& status, milliseconds patience) {
  for (const auto deadline = Clock::now() + patience;;) {
    if (waitpid(pid, &status, WNOHANG) == pid) return true;
    if (Clock::now() >= deadline) return false;
    std::this_thread::sleep_for(milliseconds(1));
  }
}

}  // namespace

ChildResult run_child(const std::vector<std::string>& command, int timeout_ms) {
  Pipe out, err;
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&files, out.write_end(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&files, err.write_end(), STDERR_FILENO);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
  std::vector<char*> arguments;
  for (const auto& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  pid_t pid = 0;
  const int failed = posix_spawn(&pid, command.front().c_str(), &files, &attributes, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  posix_spawnattr_destroy(&attributes);
  if (failed != 0) throw std::runtime_error("cannot start " + command.front() + ": " + std::strerror(failed));
  out.close_write();
  err.close_write();

  ChildResult result;
  const auto deadline = Clock::now() + milliseconds(timeout_ms);
  std::array<pollfd, 2> fds{{{out.read_end(), POLLIN, 0}, {err.read_end(), POLLIN, 0}}};
  while (fds[0].fd >= 0 || fds[1].fd >= 0) {
    const int left = milliseconds_left(deadline);
    if (left <= 0) {
      result.timed_out = true;
      break;
    }
    if (poll(fds.data(), fds.size(), left) < 0 && errno != EINTR) break;
    if (fds[0].revents != 0 && !drain(fds[0].fd, result.output, std::size_t{4} << 20)) fds[0].fd = -1;
    if (fds[1].revents != 0 && !drain(fds[1].fd, result.errors, std::size_t{64} << 10)) fds[1].fd = -1;
  }
  int status = 0;
  bool ended = reaped(pid, status, milliseconds(result.timed_out ? 0 : std::max(200, milliseconds_left(deadline))));
  if (!ended) {
    result.timed_out = true;
    kill(-pid, SIGKILL);
    waitpid(pid, &status, 0);
  } else {
    kill(-pid, SIGKILL);  // what it may have left behind in its group
  }
  if (WIFSIGNALED(status)) result.signal = WTERMSIG(status);
  if (WIFEXITED(status)) result.exit_code = WEXITSTATUS(status);
  return result;
}

}  // namespace lmw::host
