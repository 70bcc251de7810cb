#pragma once

#include <ostream>
#include <streambuf>
#include <vector>

namespace lmw::cli {

/// A stream onto a file descriptor that remembers why a write failed, which std::cout does not. What is written after a
/// failure is dropped.
class FdStream final : public std::ostream {
 public:
  explicit FdStream(int fd) : std::ostream(nullptr), buffer_(fd) { rdbuf(&buffer_); }
  /// Writes out what is left. @return errno of the first failed write, or 0.
  int finish() {
    flush();
    return buffer_.error;
  }

 private:
  class Buffer final : public std::streambuf {
   public:
    explicit Buffer(int fd) : fd_(fd), held_(1 << 16) { setp(held_.data(), held_.data() + held_.size()); }
    int error = 0;

   protected:
    int_type overflow(int_type c) override;
    int sync() override;

   private:
    int fd_;
    std::vector<char> held_;
  };
  Buffer buffer_;
};

}  // namespace lmw::cli
