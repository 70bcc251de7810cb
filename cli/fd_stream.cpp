#include "fd_stream.h"

#include <unistd.h>

#include <cerrno>

namespace lmw::cli {

int FdStream::Buffer::sync() {
  for (const char* at = pbase(); at < pptr() && error == 0;) {
    const ssize_t n = ::write(fd_, at, static_cast<std::size_t>(pptr() - at));
    if (n > 0)
      at += n;
    else if (n < 0 && errno != EINTR)
      error = errno;
  }
  setp(held_.data(), held_.data() + held_.size());
  return error == 0 ? 0 : -1;
}

FdStream::Buffer::int_type FdStream::Buffer::overflow(int_type c) {
  if (sync() != 0) return traits_type::eof();
  if (!traits_type::eq_int_type(c, traits_type::eof())) sputc(traits_type::to_char_type(c));
  return traits_type::not_eof(c);
}

}  // namespace lmw::cli
