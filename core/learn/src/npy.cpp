#include <lmw/learn/npy.h>

#include <lmw/learn/data_error.h>

#include "gz_file.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <fstream>
#include <string>
#include <string_view>

namespace lmw::learn {
namespace {

static_assert(std::endian::native == std::endian::little, "the reader copies little-endian bytes as they are");

/// The header's dictionary, a Python literal: {'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }.
struct Header {
  std::string descr;
  bool fortran_order = false;
  std::vector<std::int64_t> shape;
};

/// Reads that dictionary and nothing else of Python. Every method throws a description of what it expected.
class HeaderReader {
 public:
  explicit HeaderReader(std::string_view text) : rest_(text) {}

  Header read() {
    Header header;
    bool has_descr = false, has_order = false, has_shape = false;
    take('{');
    while (peek() != '}') {
      const std::string key = string();
      take(':');
      if (key == "descr" && !has_descr) {
        header.descr = string();
        has_descr = true;
      } else if (key == "fortran_order" && !has_order) {
        header.fortran_order = boolean();
        has_order = true;
      } else if (key == "shape" && !has_shape) {
        header.shape = tuple();
        has_shape = true;
      } else {
        throw std::string("the keys descr, fortran_order and shape, once each; found '" + key + "'");
      }
      if (peek() == ',')
        take(',');
      else
        break;
    }
    take('}');
    if (!has_descr || !has_order || !has_shape) throw std::string("the keys descr, fortran_order and shape");
    if (peek() != '\0') throw std::string("nothing after the dictionary");
    return header;
  }

 private:
  char peek() {
    while (!rest_.empty() && (rest_.front() == ' ' || rest_.front() == '\n')) rest_.remove_prefix(1);
    return rest_.empty() ? '\0' : rest_.front();
  }
  void take(char wanted) {
    if (peek() != wanted) throw std::string("a '") + wanted + "'";
    rest_.remove_prefix(1);
  }
  std::string string() {
    const char quote = peek();
    if (quote != '\'' && quote != '"') throw std::string("a quoted word");
    const std::size_t end = rest_.find(quote, 1);
    if (end == std::string_view::npos) throw std::string("a closing quote");
    std::string word(rest_.substr(1, end - 1));
    rest_.remove_prefix(end + 1);
    return word;
  }
  bool boolean() {
    peek();
    for (const bool value : {true, false}) {
      const std::string_view word = value ? "True" : "False";
      if (!rest_.starts_with(word)) continue;
      rest_.remove_prefix(word.size());
      return value;
    }
    throw std::string("True or False");
  }
  std::vector<std::int64_t> tuple() {
    std::vector<std::int64_t> numbers;
    take('(');
    while (peek() != ')') {
      std::int64_t number = -1;
      const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), number);
      if (error != std::errc() || number < 0 || numbers.size() == 32) throw std::string("at most 32 sizes >= 0");
      rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
      numbers.push_back(number);
      if (peek() == ',')
        take(',');
      else
        break;
    }
    take(')');
    return numbers;
  }
  std::string_view rest_;
};

constexpr double exact_limit = 9007199254740992.0;  // 2^53

template <class T>
bool convert(const std::vector<std::uint8_t>& bytes, std::vector<double>& values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    T value;
    std::memcpy(&value, bytes.data() + i * sizeof(T), sizeof(T));
    values[i] = static_cast<double>(value);
    if (std::is_integral_v<T> && sizeof(T) == 8 && std::abs(values[i]) > exact_limit) return false;
  }
  return true;
}

struct Element {
  const char* descr;
  std::int64_t bytes;
  bool (*convert)(const std::vector<std::uint8_t>&, std::vector<double>&);
};

constexpr Element elements[] = {
    {"<f8", 8, convert<double>},        {"<f4", 4, convert<float>},         {"<i8", 8, convert<std::int64_t>},
    {"<i4", 4, convert<std::int32_t>},  {"<i2", 2, convert<std::int16_t>},  {"|i1", 1, convert<std::int8_t>},
    {"<u8", 8, convert<std::uint64_t>}, {"<u4", 4, convert<std::uint32_t>}, {"<u2", 2, convert<std::uint16_t>},
    {"|u1", 1, convert<std::uint8_t>},  {"|b1", 1, convert<std::uint8_t>}};

/// Column-major to row-major for any number of dimensions.
std::vector<double> reordered(const std::vector<double>& from, const std::vector<std::int64_t>& shape) {
  std::vector<double> out(from.size());
  std::vector<std::int64_t> index(shape.size(), 0);
  for (auto& value : out) {
    std::int64_t at = 0;
    for (std::size_t d = shape.size(); d-- > 0;) at = at * shape[d] + index[d];
    value = from[static_cast<std::size_t>(at)];
    for (std::size_t d = shape.size(); d-- > 0;) {
      if (++index[d] < shape[d]) break;
      index[d] = 0;
    }
  }
  return out;
}

}  // namespace

Eigen::MatrixXd NpyArray::matrix() const {
  const Eigen::Index rows = shape.empty() ? 1 : static_cast<Eigen::Index>(shape.front());
  Eigen::Index columns = 1;
  for (std::size_t d = 1; d < shape.size(); ++d) columns *= static_cast<Eigen::Index>(shape[d]);
  using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  return Eigen::Map<const RowMajor>(values.data(), rows, columns);
}

NpyArray read_npy(const std::filesystem::path& file, std::int64_t max_bytes) {
  GzFile in(file);
  const auto fail = [&](const std::string& what) { throw DataError(file.string() + ": " + what); };

  std::uint8_t magic[8];
  if (in.read(magic, 8) != 8 || std::memcmp(magic, "\x93NUMPY", 6) != 0)
    fail("expected an .npy file, which starts with \\x93NUMPY");
  if (magic[6] < 1 || magic[6] > 3) fail("format version " + std::to_string(int{magic[6]}) + ": expected 1 to 3");
  std::uint8_t size[4] = {};
  const std::size_t size_bytes = magic[6] == 1 ? 2 : 4;
  if (in.read(size, size_bytes) != size_bytes) fail("ends inside its header");
  const std::uint32_t length =
      std::uint32_t{size[3]} << 24 | std::uint32_t{size[2]} << 16 | std::uint32_t{size[1]} << 8 | size[0];
  if (length > 1U << 16) fail("a header of " + std::to_string(length) + " bytes: expected at most 65536");
  std::string text(length, '\0');
  if (in.read(reinterpret_cast<std::uint8_t*>(text.data()), length) != length) fail("ends inside its header");

  Header header;
  try {
    header = HeaderReader(text).read();
  } catch (const std::string& expected) {
    fail("header: expected " + expected);
  }
  const auto* element = std::find_if(std::begin(elements), std::end(elements),
                                     [&](const Element& known) { return header.descr == known.descr; });
  if (element == std::end(elements))
    fail("element type " + header.descr + ": expected <f4, <f8, an integer type or |b1, little-endian");

  NpyArray array{.shape = header.shape, .values = {}};
  std::int64_t count = 1, bytes = 0;
  for (const std::int64_t length_d : header.shape)
    if (__builtin_mul_overflow(count, length_d, &count)) fail("its header announces more values than can be counted");
  if (count > max_bytes / 8) fail("its header announces more than " + std::to_string(max_bytes / 8) + " values");
  bytes = count * element->bytes;

  std::vector<std::uint8_t> raw;
  const auto wanted = static_cast<std::size_t>(bytes);
  while (raw.size() < wanted) {
    const std::size_t have = raw.size(), chunk = std::min(wanted - have, std::max<std::size_t>(have, 1U << 16));
    raw.resize(have + chunk);
    const std::size_t got = in.read(raw.data() + have, chunk);
    if (got < chunk)
      fail("cut short: its header announces " + std::to_string(bytes) + " bytes of values, found " +
           std::to_string(have + got));
  }
  std::uint8_t extra = 0;
  if (in.read(&extra, 1) == 1) fail("goes on after the " + std::to_string(bytes) + " bytes of its header");
  array.values.resize(static_cast<std::size_t>(count));
  if (!element->convert(raw, array.values)) fail("an integer beyond 2^53, which double does not hold exactly");
  if (header.fortran_order && array.shape.size() > 1) array.values = reordered(array.values, array.shape);
  return array;
}

void write_npy(const std::filesystem::path& file, const Eigen::Ref<const Eigen::MatrixXd>& values) {
  std::string header = "{'descr': '<f8', 'fortran_order': True, 'shape': (" + std::to_string(values.rows()) + ", " +
                       std::to_string(values.cols()) + "), }";
  header.resize((10 + header.size() + 1 + 63) / 64 * 64 - 10 - 1, ' ');  // the values start at a multiple of 64
  header += '\n';
  std::ofstream out(file, std::ios::binary);
  out.write("\x93NUMPY\x01\x00", 8);
  const auto length = static_cast<std::uint16_t>(header.size());
  out.write(reinterpret_cast<const char*>(&length), 2);
  out << header;
  const Eigen::MatrixXd packed = values;
  out.write(reinterpret_cast<const char*>(packed.data()),
            static_cast<std::streamsize>(packed.size()) * static_cast<std::streamsize>(sizeof(double)));
  if (!out.flush()) throw DataError(file.string() + ": cannot be written");
}

}  // namespace lmw::learn
