// Libraries that must not take the host down; -DBROKEN_<how> chooses one.
#include <lmw/sdk/abi.h>

#include <unistd.h>
#include <csignal>
#include <cstdlib>
#include <stdexcept>

#define EXPORT extern "C" __attribute__((visibility("default")))

namespace {
[[maybe_unused]] void describe(uint32_t, const lmw_host*, lmw_status* status) { status->code = LMW_OK; }
[[maybe_unused]] void call(uint32_t, uint32_t, const char*, uint64_t, const lmw_host*, lmw_status* status) {
  status->code = LMW_OK;
}
[[maybe_unused]] lmw_plugin table() {
  return {sizeof(lmw_plugin), LMW_ABI_MAJOR, LMW_ABI_MINOR, 0, "broken", "1.0", "", describe, call};
}
}  // namespace

#if defined(BROKEN_THROWS)
static const int at_load = [] {
  throw std::runtime_error("planted in a static initialiser");
  return 0;
}();
#elif defined(BROKEN_CRASHES)
static const int at_load = [] {
  std::signal(SIGSEGV, SIG_DFL);
  raise(SIGSEGV);
  return 0;
}();  // past a sanitizer
#elif defined(BROKEN_HANGS)
static const int at_load = [] {
  for (;;) pause();
  return 0;
}();
#elif defined(BROKEN_EXITS)
static const int at_load = [] {
  std::exit(0);
  return 0;
}();
#endif

#if defined(BROKEN_NO_ENTRY)
EXPORT int something_else() { return 0; }
#else
EXPORT const lmw_plugin* lmw_plugin_entry() {
#if defined(BROKEN_NULL)
  return nullptr;
#elif defined(BROKEN_MAJOR)
  static lmw_plugin t = table();
  t.abi_major = LMW_ABI_MAJOR + 1;
  return &t;
#elif defined(BROKEN_SHORT)
  static lmw_plugin t = table();
  t.size = 16;
  return &t;
#elif defined(BROKEN_ID)
  static lmw_plugin t = table();
  t.id = "../Not A Slug";
  return &t;
#else
  static lmw_plugin t = table();
  return &t;
#endif
}
#endif
