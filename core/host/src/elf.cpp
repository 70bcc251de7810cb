#include <lmw/host/registry.h>

#include <elf.h>

#include <cstring>
#include <fstream>
#include <vector>

namespace lmw::host {
namespace {

template <class T>
T read_at(std::ifstream& file, std::uint64_t offset) {
  T value{};
  file.seekg(static_cast<std::streamoff>(offset));
  file.read(reinterpret_cast<char*>(&value), sizeof value);
  if (!file) throw LoadError("PLUGIN_TRUNCATED", "the file ends before its own headers do");
  return value;
}

std::string build_id_in(const std::vector<char>& notes) {
  static constexpr char hex[] = "0123456789abcdef";
  std::size_t at = 0;
  while (at + sizeof(Elf64_Nhdr) <= notes.size()) {
    Elf64_Nhdr note;
    std::memcpy(&note, notes.data() + at, sizeof note);
    const std::size_t name = at + sizeof note;
    const std::size_t value = name + ((std::size_t{note.n_namesz} + 3) & ~std::size_t{3});
    const std::size_t next = value + ((std::size_t{note.n_descsz} + 3) & ~std::size_t{3});
    if (value + note.n_descsz > notes.size()) return "";
    if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 && std::memcmp(notes.data() + name, "GNU", 4) == 0) {
      std::string id;
      for (std::size_t k = 0; k < note.n_descsz; ++k) {
        const auto byte = static_cast<unsigned char>(notes[value + k]);
        id += hex[byte >> 4];
        id += hex[byte & 15];
      }
      return id;
    }
    at = next;
  }
  return "";
}

}  // namespace

ElfHeader read_elf_header(const std::filesystem::path& path) {
  const std::uint64_t size = std::filesystem::file_size(path);
  std::ifstream file(path, std::ios::binary);
  if (!file) throw LoadError("PLUGIN_UNREADABLE", "cannot be read");
  char magic[SELFMAG] = {};
  file.read(magic, sizeof magic);
  if (!file || std::memcmp(magic, ELFMAG, SELFMAG) != 0)
    throw LoadError("PLUGIN_NOT_ELF", "not a shared library: the ELF header is missing");
  const auto header = read_at<Elf64_Ehdr>(file, 0);
  if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_machine != EM_X86_64)
    throw LoadError("PLUGIN_MACHINE", "built for another machine: expected 64-bit x86-64");
  if (header.e_type != ET_DYN) throw LoadError("PLUGIN_NOT_ELF", "an ELF file, but not a shared library");
  const std::uint64_t sections_end = header.e_shoff + std::uint64_t{header.e_shnum} * header.e_shentsize;
  if (header.e_shoff > size || sections_end > size || header.e_phentsize != sizeof(Elf64_Phdr))
    throw LoadError("PLUGIN_TRUNCATED",
                    "cut off: " + std::to_string(size) + " bytes of at least " + std::to_string(sections_end));
  ElfHeader answer;
  for (int i = 0; i < header.e_phnum; ++i) {
    const auto segment = read_at<Elf64_Phdr>(file, header.e_phoff + std::uint64_t(i) * sizeof(Elf64_Phdr));
    if (segment.p_type == PT_LOAD && (segment.p_offset > size || segment.p_filesz > size - segment.p_offset))
      throw LoadError("PLUGIN_TRUNCATED", "cut off inside a segment");
    if (segment.p_type != PT_NOTE || segment.p_filesz > 65536 || !answer.build_id.empty()) continue;
    std::vector<char> notes(segment.p_filesz);
    file.seekg(static_cast<std::streamoff>(segment.p_offset));
    file.read(notes.data(), static_cast<std::streamsize>(notes.size()));
    if (!file) throw LoadError("PLUGIN_TRUNCATED", "the file ends before its own headers do");
    answer.build_id = build_id_in(notes);
  }
  return answer;
}

}  // namespace lmw::host
