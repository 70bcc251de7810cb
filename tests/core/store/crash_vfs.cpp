#include "crash_vfs.h"

#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <map>
#include <new>
#include <string>
#include <vector>

namespace lmw::store::testing {
namespace {

struct Write {
  sqlite3_int64 offset = 0;
  std::string bytes;
  bool truncate = false;  ///< to `offset`
};

void carry_out(std::string& image, const Write& write) {
  const auto offset = static_cast<std::size_t>(write.offset);
  if (write.truncate) return image.resize(std::min(image.size(), offset));
  if (image.size() < offset + write.bytes.size()) image.resize(offset + write.bytes.size(), '\0');
  std::copy(write.bytes.begin(), write.bytes.end(), image.begin() + static_cast<std::ptrdiff_t>(offset));
}

/// What the program sees of a file, and what the disk has of it.
struct Image {
  std::string now, synced;
  std::vector<Write> unsynced;
};

struct World {
  sqlite3_vfs* real = nullptr;
  std::map<std::string, Image> images;
  int syncs = 0, crash_at = 0;
  std::uint64_t random = 0;

  unsigned draw(unsigned n) {
    random = random * 6364136223846793005u + 1442695040888963407u;
    return static_cast<unsigned>(random >> 33) % n;
  }
  [[noreturn]] void crash() {
    for (auto& [path, image] : images) {
      for (Write write : image.unsynced) {
        const unsigned fate = draw(3);
        if (fate == 0) continue;
        if (fate == 1) write.bytes.resize(write.bytes.size() / 2);
        carry_out(image.synced, write);
      }
      put(path, image.synced);
    }
    _exit(9);
  }
  static void put(const std::string& path, const std::string& bytes) {
    std::FILE* file = std::fopen(path.c_str(), "wb");
    if (file == nullptr) return;
    std::fwrite(bytes.data(), 1, bytes.size(), file);
    std::fclose(file);
  }
  static std::string get(const std::string& path) {
    std::string bytes;
    std::FILE* file = std::fopen(path.c_str(), "rb");
    if (file == nullptr) return bytes;
    char part[4096];
    for (std::size_t n = 0; (n = std::fread(part, 1, sizeof part, file)) > 0;) bytes.append(part, n);
    std::fclose(file);
    return bytes;
  }
} world;

/// The real file below holds the locks and the shared memory; the bytes are in the image.
struct CrashFile {
  sqlite3_file base;
  Image* image;
  const char* path;
  sqlite3_file* below() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};
CrashFile& of(sqlite3_file* file) { return *reinterpret_cast<CrashFile*>(file); }

int close_file(sqlite3_file* file) {
  World::put(of(file).path, of(file).image->now);
  return of(file).below()->pMethods->xClose(of(file).below());
}
int read_file(sqlite3_file* file, void* to, int n, sqlite3_int64 offset) {
  const std::string& now = of(file).image->now;
  const auto at = std::min(now.size(), static_cast<std::size_t>(offset));
  const auto there = std::min(now.size() - at, static_cast<std::size_t>(n));
  std::memcpy(to, now.data() + at, there);
  std::memset(static_cast<char*>(to) + there, 0, static_cast<std::size_t>(n) - there);
  return there == static_cast<std::size_t>(n) ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}
int write_file(sqlite3_file* file, const void* from, int n, sqlite3_int64 offset) {
  Image& image = *of(file).image;
  image.unsynced.push_back({offset, std::string(static_cast<const char*>(from), static_cast<std::size_t>(n)), false});
  carry_out(image.now, image.unsynced.back());
  return SQLITE_OK;
}
int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
  Image& image = *of(file).image;
  image.unsynced.push_back({size, "", true});
  carry_out(image.now, image.unsynced.back());
  return SQLITE_OK;
}
int sync_file(sqlite3_file* file, int) {
  if (++world.syncs == world.crash_at) world.crash();
  Image& image = *of(file).image;
  image.synced = image.now;
  image.unsynced.clear();
  return SQLITE_OK;
}
int file_size(sqlite3_file* file, sqlite3_int64* size) {
  *size = static_cast<sqlite3_int64>(of(file).image->now.size());
  return SQLITE_OK;
}
int lock(sqlite3_file* file, int level) { return of(file).below()->pMethods->xLock(of(file).below(), level); }
int unlock(sqlite3_file* file, int level) { return of(file).below()->pMethods->xUnlock(of(file).below(), level); }
int check_reserved_lock(sqlite3_file* file, int* held) {
  return of(file).below()->pMethods->xCheckReservedLock(of(file).below(), held);
}
int file_control(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }
int sector_size(sqlite3_file* file) { return of(file).below()->pMethods->xSectorSize(of(file).below()); }
int device_characteristics(sqlite3_file* file) {
  return of(file).below()->pMethods->xDeviceCharacteristics(of(file).below());
}
int shm_map(sqlite3_file* file, int page, int size, int extend, void volatile** memory) {
  return of(file).below()->pMethods->xShmMap(of(file).below(), page, size, extend, memory);
}
int shm_lock(sqlite3_file* file, int offset, int n, int flags) {
  return of(file).below()->pMethods->xShmLock(of(file).below(), offset, n, flags);
}
void shm_barrier(sqlite3_file* file) { of(file).below()->pMethods->xShmBarrier(of(file).below()); }
int shm_unmap(sqlite3_file* file, int remove) {
  return of(file).below()->pMethods->xShmUnmap(of(file).below(), remove);
}

// Version 2: shared memory, and no memory-mapped reads past the image.
constexpr sqlite3_io_methods methods = {2,
                                        close_file,
                                        read_file,
                                        write_file,
                                        truncate_file,
                                        sync_file,
                                        file_size,
                                        lock,
                                        unlock,
                                        check_reserved_lock,
                                        file_control,
                                        sector_size,
                                        device_characteristics,
                                        shm_map,
                                        shm_lock,
                                        shm_barrier,
                                        shm_unmap,
                                        nullptr,
                                        nullptr};

int open_file(sqlite3_vfs*, const char* path, sqlite3_file* file, int flags, int* out_flags) {
  if ((flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL)) == 0)
    return world.real->xOpen(world.real, path, file, flags, out_flags);
  auto* crash_file = new (file) CrashFile{{nullptr}, nullptr, path};
  const int code = world.real->xOpen(world.real, path, crash_file->below(), flags, out_flags);
  if (code != SQLITE_OK) return code;
  Image& image = world.images[path];
  image.now = image.synced = World::get(path);
  crash_file->image = &image;
  crash_file->base.pMethods = &methods;
  return SQLITE_OK;
}
int delete_file(sqlite3_vfs*, const char* path, int sync_folder) {
  world.images.erase(path);
  return world.real->xDelete(world.real, path, sync_folder);
}

}  // namespace

void register_crash_vfs(int crash_at, std::uint64_t random_seed) {
  static sqlite3_vfs vfs;
  world.real = sqlite3_vfs_find(nullptr);
  world.crash_at = crash_at;
  world.random = random_seed;
  vfs = *world.real;
  vfs.zName = crash_vfs_name;
  vfs.szOsFile = static_cast<int>(sizeof(CrashFile)) + world.real->szOsFile;
  vfs.xOpen = open_file;
  vfs.xDelete = delete_file;
  sqlite3_vfs_register(&vfs, 0);
}

}  // namespace lmw::store::testing
