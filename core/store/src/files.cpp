#include "files.h"

#include <fcntl.h>
#include <lmw/store/holder.h>
#include <lmw/store/lab.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <thread>

namespace lmw::store {
namespace {

using Reason = StoreError::Reason;

std::filesystem::path lock_of(const std::filesystem::path& lab) { return lab.string() + ".lock"; }

/// What the holder wrote into its lock.
std::string holder_in(int fd) {
  char text[256] = "";
  const ssize_t n = fd < 0 ? 0 : pread(fd, text, sizeof text - 1, 0);
  return n > 0 ? std::string(text, static_cast<std::size_t>(n)) : "another process";
}

int open_to_read(const std::filesystem::path& lock) { return open(lock.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW); }

std::string holder(const std::filesystem::path& lock) {
  const int fd = open_to_read(lock);
  const std::string who = holder_in(fd);
  if (fd >= 0) close(fd);
  return who;
}

std::string me() {
  char host[128] = "unknown";
  gethostname(host, sizeof host - 1);
  return "process " + std::to_string(getpid()) + " on " + host;
}

/// Opens and locks the file once. @returns the descriptor, or -1 if somebody else holds it.
int try_lock(const std::filesystem::path& path) {
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
  if (fd < 0)
    throw StoreError(errno == EROFS || errno == EACCES ? Reason::read_only : Reason::cannot_open,
                     "opening " + path.string() + ": " + std::strerror(errno) +
                         "; make the folder writable, or choose another --lab");
  struct stat mine {
  }, there{};
  // The last holder may have unlinked the file between open and flock: a lock on a nameless file guards nothing.
  const bool held = flock(fd, LOCK_EX | LOCK_NB) == 0 && fstat(fd, &mine) == 0 && stat(path.c_str(), &there) == 0 &&
                    mine.st_ino == there.st_ino && mine.st_dev == there.st_dev;
  if (held) return fd;
  close(fd);
  return -1;
}

}  // namespace

bool is_network_file_system(long type) {
  switch (static_cast<unsigned long>(type) & 0xffffffffu) {
    case 0x6969:      // NFS
    case 0x517B:      // SMB
    case 0xFE534D42:  // SMB2
    case 0xFF534D42:  // CIFS
    case 0x5346414F:  // AFS
    case 0x73757245:  // Coda
    case 0x00C36400:  // Ceph
    case 0x0BD00BD0:  // Lustre
    case 0x47504653:  // GPFS
    case 0x19830326:  // BeeGFS
    case 0x01161970:  // GFS2
    case 0x7461636F:  // OCFS2
    case 0x01021997:  // 9P
      return true;
    default: return false;
  }
}

void require_local_folder(const std::filesystem::path& file) {
  const std::filesystem::path folder = file.has_parent_path() ? file.parent_path() : ".";
  struct statfs info {};
  if (statfs(folder.c_str(), &info) != 0)
    throw StoreError(Reason::cannot_open, "opening " + file.string() + ": the folder " + folder.string() + ": " +
                                              std::strerror(errno) + "; try: mkdir -p " + folder.string());
  if (is_network_file_system(info.f_type))
    throw StoreError(Reason::network,
                     "opening " + file.string() +
                         ": it lies on a file system shared between machines, where SQLite's write-ahead log "
                         "cannot work; keep the lab on a local disk and copy it when the run has ended");
}

WriterLock::WriterLock(const std::filesystem::path& lab, std::chrono::milliseconds wait) : path_(lock_of(lab)) {
  const auto deadline = std::chrono::steady_clock::now() + wait;
  while ((descriptor_ = try_lock(path_)) < 0) {
    if (std::chrono::steady_clock::now() >= deadline)
      throw StoreError(Reason::locked, "opening " + lab.string() + ": " + holder(path_) +
                                           " is writing to it; wait for it to end, or choose another --lab");
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  const std::string text = me();
  // Only a message for people depends on this text.
  if (ftruncate(descriptor_, 0) != 0 || pwrite(descriptor_, text.data(), text.size(), 0) < 0) return;
}

WriterLock::~WriterLock() {
  unlink(path_.c_str());
  close(descriptor_);
}

std::optional<LabHolder> lab_holder(const std::filesystem::path& lab) {
  const int fd = open_to_read(lock_of(lab));
  if (fd < 0) return std::nullopt;
  std::optional<LabHolder> found;
  // A shared lock, given back at once: a writer that starts in this moment asks again 20 ms later.
  if (flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
    struct stat info {};
    found.emplace().who = holder_in(fd);
    if (fstat(fd, &info) == 0)
      found->since = std::chrono::system_clock::from_time_t(info.st_mtim.tv_sec) +
                     std::chrono::microseconds(info.st_mtim.tv_nsec / 1000);
  }
  close(fd);
  return found;
}

}  // namespace lmw::store
