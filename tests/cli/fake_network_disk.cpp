// Preloaded by a test: every folder seems to lie on NFS. No test machine has a network disk to offer.
#include <dlfcn.h>
#include <sys/vfs.h>

extern "C" int statfs(const char* path, struct statfs* info) noexcept {
  const auto real = reinterpret_cast<int (*)(const char*, struct statfs*)>(dlsym(RTLD_NEXT, "statfs"));
  const int answer = real(path, info);
  info->f_type = 0x6969;
  return answer;
}
