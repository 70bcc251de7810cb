#pragma once

#include <chrono>
#include <filesystem>

namespace lmw::store {

/// Whether statfs's type is of a file system shared between machines, where a write-ahead log cannot work.
bool is_network_file_system(long type);

/// @throws StoreError  cannot_open: no such folder; network: it lies on a file system shared between machines.
void require_local_folder(const std::filesystem::path& file);

/// The right to write a lab, held by one process at a time. It is an flock on `<lab>.lock`, so the kernel takes it back
/// from a killed process; the file names the holder.
class WriterLock {
 public:
  /// @throws StoreError  locked, naming who holds it, after `wait`; cannot_open, read_only.
  WriterLock(const std::filesystem::path& lab, std::chrono::milliseconds wait);
  ~WriterLock();
  WriterLock(const WriterLock&) = delete;
  WriterLock& operator=(const WriterLock&) = delete;

 private:
  std::filesystem::path path_;
  int descriptor_ = -1;
};

}  // namespace lmw::store
