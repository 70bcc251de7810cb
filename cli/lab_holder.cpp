#include "lab_holder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace lmw::cli {

std::optional<LabHolder> lab_holder(const std::filesystem::path& lab) {
  const int fd = open((lab.string() + ".lock").c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) return std::nullopt;
  std::optional<LabHolder> holder;
  // A shared lock, given back at once: a writer that starts in this moment asks again 20 ms later.
  if (flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
    char text[256] = "";
    struct stat info {};
    const ssize_t n = read(fd, text, sizeof text - 1);
    holder.emplace();
    holder->who = n > 0 ? std::string(text, static_cast<std::size_t>(n)) : "another process";
    if (fstat(fd, &info) == 0)
      holder->since = std::chrono::system_clock::from_time_t(info.st_mtim.tv_sec) +
                      std::chrono::microseconds(info.st_mtim.tv_nsec / 1000);
  }
  close(fd);
  return holder;
}

}  // namespace lmw::cli
