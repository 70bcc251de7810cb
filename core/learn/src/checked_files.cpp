#include "checked_files.h"

#include <lmw/learn/data_error.h>

#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <memory>
#include <vector>

namespace lmw::learn {
namespace {

class Sha256 {
 public:
  Sha256() : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) { EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr); }
  void add(const char* bytes, std::size_t count) { EVP_DigestUpdate(context_.get(), bytes, count); }
  std::string hex() {
    std::array<unsigned char, 32> digest;
    EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr);
    std::string text;
    for (const unsigned char byte : digest) {
      text += "0123456789abcdef"[byte >> 4];
      text += "0123456789abcdef"[byte & 15];
    }
    return text;
  }

 private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

std::string sha256_of_file(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw DataError(file.string() + ": cannot be opened: " + std::strerror(errno));
  Sha256 hash;
  std::vector<char> chunk(1U << 20);
  while (in.read(chunk.data(), static_cast<std::streamsize>(chunk.size())) || in.gcount() > 0)
    hash.add(chunk.data(), static_cast<std::size_t>(in.gcount()));
  if (in.bad()) throw DataError(file.string() + ": cannot be read");
  return hash.hex();
}

std::string identity(const std::filesystem::path& file) {
  struct stat about = {};
  if (stat(file.c_str(), &about) != 0) throw DataError(file.string() + ": " + std::strerror(errno));
  std::string text;
  const auto add = [&text](auto number) { text += (text.empty() ? "" : ":") + std::to_string(number); };
  add(about.st_dev), add(about.st_ino), add(about.st_size);
  add(about.st_mtim.tv_sec), add(about.st_mtim.tv_nsec);
  add(about.st_ctim.tv_sec), add(about.st_ctim.tv_nsec);  // nobody sets this one back
  return text;
}

}  // namespace

std::string sha256_of(std::string_view bytes) {
  Sha256 hash;
  hash.add(bytes.data(), bytes.size());
  return hash.hex();
}

CheckedFiles::CheckedFiles(std::filesystem::path cache_file) : cache_file_(std::move(cache_file)) {
  std::ifstream in(cache_file_);
  std::string who, hash;
  while (in >> who >> hash)
    if (hash.size() == 64) known_[who] = hash;
}

std::string CheckedFiles::sha256(const std::filesystem::path& file) {
  const std::string who = identity(file);
  if (const auto found = known_.find(who); found != known_.end()) return found->second;
  changed_ = true;
  return known_[who] = sha256_of_file(file);
}

void CheckedFiles::save() const {
  if (!changed_ || cache_file_.empty()) return;
  std::error_code ignored;
  std::filesystem::create_directories(cache_file_.parent_path(), ignored);
  // Written aside and renamed: another process reads the old file or the new one, never half of one.
  std::string aside = cache_file_.string() + ".XXXXXX";
  const int descriptor = mkstemp(aside.data());
  if (descriptor < 0) return;
  close(descriptor);
  std::ofstream out(aside);
  for (const auto& [who, hash] : known_) out << who << ' ' << hash << '\n';
  out.close();
  if (!out) return void(std::filesystem::remove(aside, ignored));
  std::filesystem::rename(aside, cache_file_, ignored);
}

}  // namespace lmw::learn
