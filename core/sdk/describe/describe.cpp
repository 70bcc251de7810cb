// lmw-describe LIBRARY [-o FILE]: loads one plugin library and writes what it says of itself as JSON.
//
// It is the writer of the sidecar after a build, and the child process in which the host probes a library before it
// loads it: a library that crashes, hangs, calls exit or floods ends this process and nothing else. Success is the line
// "done" at the end of standard output, whatever the exit code says.
#include <lmw/sdk/abi.h>
#include <lmw/sdk/json.h>

#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <sys/resource.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>

namespace {

/// A named reason, as the host shows it: PLUGIN_NO_ENTRY and the like.
struct Refusal {
  std::string code, text;
};

void confine() {
  const auto cap = [](auto what, rlim_t limit) {
    const rlimit both{limit, limit};
    setrlimit(what, &both);
  };
  cap(RLIMIT_CPU, 10);
  cap(RLIMIT_CORE, 0);
  cap(RLIMIT_FSIZE, rlim_t{64} << 20);
}

std::string build_id_of(void* handle) {
  link_map* map = nullptr;
  if (dlinfo(handle, RTLD_DI_LINKMAP, &map) != 0) return "";
  struct Search {
    ElfW(Addr) base;
    std::string id;
  } search{map->l_addr, ""};
  dl_iterate_phdr(
      [](dl_phdr_info* info, size_t, void* data) {
        auto& wanted = *static_cast<Search*>(data);
        if (info->dlpi_addr != wanted.base) return 0;
        for (int i = 0; i < info->dlpi_phnum; ++i) {
          const auto& header = info->dlpi_phdr[i];
          if (header.p_type != PT_NOTE) continue;
          const auto* at = reinterpret_cast<const char*>(info->dlpi_addr + header.p_vaddr);
          const auto* end = at + header.p_memsz;
          while (at + sizeof(ElfW(Nhdr)) <= end) {
            ElfW(Nhdr) note;
            std::memcpy(&note, at, sizeof note);
            const auto* name = at + sizeof note;
            const auto* value = name + ((note.n_namesz + 3u) & ~3u);
            if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 && std::memcmp(name, "GNU", 4) == 0) {
              static constexpr char hex[] = "0123456789abcdef";
              for (unsigned k = 0; k < note.n_descsz; ++k) {
                const auto byte = static_cast<unsigned char>(value[k]);
                wanted.id += hex[byte >> 4];
                wanted.id += hex[byte & 15];
              }
              return 1;
            }
            at = value + ((note.n_descsz + 3u) & ~3u);
          }
        }
        return 0;
      },
      &search);
  return search.id;
}

bool is_slug(const char* id) {
  if (id == nullptr || id[0] < 'a' || id[0] > 'z') return false;
  const std::size_t length = std::strlen(id);
  return length <= 64 && std::strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-") == length;
}

std::string describe(const std::filesystem::path& library) {
  void* handle = dlopen(std::filesystem::canonical(library).c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) throw Refusal{"PLUGIN_LOAD", dlerror()};
  auto* symbol = dlsym(handle, LMW_ENTRY_SYMBOL);
  if (symbol == nullptr) throw Refusal{"PLUGIN_NO_ENTRY", std::string("no symbol ") + LMW_ENTRY_SYMBOL};
  const lmw_plugin* plugin = reinterpret_cast<lmw_plugin_entry_fn>(symbol)();
  if (plugin == nullptr) throw Refusal{"PLUGIN_NULL", "the entry returned no table: a law could not be made"};
  if (plugin->abi_major != LMW_ABI_MAJOR)
    throw Refusal{"PLUGIN_ABI_MAJOR", "built for ABI " + std::to_string(plugin->abi_major) + ", this lmw speaks " +
                                          std::to_string(LMW_ABI_MAJOR) + "; rebuild it against this lmw"};
  if (plugin->size < offsetof(lmw_plugin, call) + sizeof plugin->call)
    throw Refusal{"PLUGIN_SHORT_TABLE", "table of " + std::to_string(plugin->size) + " bytes"};
  if (plugin->describe == nullptr || plugin->call == nullptr || plugin->version == nullptr || plugin->build == nullptr)
    throw Refusal{"PLUGIN_BAD_TABLE", "a function or text of the table is null"};
  if (!is_slug(plugin->id)) throw Refusal{"PLUGIN_BAD_ID", "the id is not a slug [a-z][a-z0-9-]{0,63}"};

  std::string laws;
  const lmw_host sink = {.size = sizeof(lmw_host),
                         .ctx = &laws,
                         .emit_array = nullptr,
                         .emit_json =
                             [](void* ctx, const char* text) {
                               auto& all = *static_cast<std::string*>(ctx);
                               all += (all.empty() ? "\n" : ",\n");
                               all += text;
                               return 0;
                             },
                         .outcome = nullptr,
                         .data = nullptr,
                         .cancelled = nullptr,
                         .log = nullptr};
  for (std::uint32_t i = 0; i < plugin->n_laws; ++i) {
    lmw_status status{};
    plugin->describe(i, &sink, &status);
    if (status.code != LMW_OK)
      throw Refusal{"PLUGIN_DESCRIBE", "law number " + std::to_string(i) + ": " + status.message};
  }
  return lmw::sdk::JsonObject()
             .add("format", 1)
             .add("id", plugin->id)
             .add("version", plugin->version)
             .add("build", plugin->build)
             .add("abi_major", plugin->abi_major)
             .add("abi_minor", plugin->abi_minor)
             .add("build_id", build_id_of(handle))
             .add("library", library.filename().string())
             .add_raw("laws", "[" + laws + "]")
             .str() +
         "\n";
}

[[noreturn]] void refuse(const Refusal& refusal, bool to_file) {
  std::cerr << refusal.code << ": " << refusal.text << "\n";
  if (!to_file) std::cout << refusal.code << " " << refusal.text << "\n" << std::flush;
  std::_Exit(5);
}

}  // namespace

int main(int argc, char** argv) {
  const bool to_file = argc == 4 && std::strcmp(argv[2], "-o") == 0;
  if (argc != 2 && !to_file) {
    std::cerr << "usage: lmw-describe LIBRARY [-o FILE]\n";
    return 2;
  }
  confine();
  try {
    const std::string text = describe(argv[1]);
    if (to_file) {
      const std::filesystem::path target = argv[3], fresh = target.string() + ".new";
      std::ofstream file(fresh, std::ios::binary);
      file << text;
      file.close();
      if (!file) throw Refusal{"PLUGIN_SIDECAR", "cannot write " + fresh.string()};
      std::filesystem::rename(fresh, target);
    } else {
      std::cout << text << "done\n" << std::flush;
    }
  } catch (const Refusal& refusal) {
    refuse(refusal, to_file);
  } catch (const std::exception& e) {  // of a static initialiser, or of the file system
    refuse({"PLUGIN_LOAD", e.what()}, to_file);
  }
  std::_Exit(0);  // what the library registered for the end of the process is not ours to run
}
