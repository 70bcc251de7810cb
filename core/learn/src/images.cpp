#include <lmw/learn/data_error.h>
#include <lmw/learn/idx.h>
#include <lmw/learn/images.h>

#include "gz_file.h"

#include <charconv>
#include <stdexcept>
#include <string>
#include <string_view>

namespace lmw::learn {
namespace {

std::filesystem::path gzipped_or_plain(const std::filesystem::path& folder, const std::string& name) {
  const std::filesystem::path packed = folder / (name + ".gz");
  return std::filesystem::exists(packed) ? packed : folder / name;
}

/// The whole number at the front of `text`, in [0, max], which is taken away; -1 if there is none.
int take_number(std::string_view& text, int max) {
  int number = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number < 0 || number > max) return -1;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

}  // namespace

ImageSet ImageSet::select(const std::vector<Eigen::Index>& rows) const {
  for (const Eigen::Index row : rows)
    if (row < 0 || row >= labels.size())
      throw std::out_of_range("image " + std::to_string(row) + ": expected 0 to " + std::to_string(labels.size() - 1));
  return {pixels(rows, Eigen::all), labels(rows), height, width, full_scale};
}

ImageSet read_fashion_mnist(const std::filesystem::path& folder, Eigen::Index count, Split split) {
  const Eigen::Index available = split == Split::train ? 60'000 : 10'000;
  if (count < 1 || count > available)
    throw std::invalid_argument("Fashion-MNIST: " + std::to_string(count) + " images: expected 1 to " +
                                std::to_string(available));
  const std::string prefix = split == Split::train ? "train" : "t10k";
  const auto image_file = gzipped_or_plain(folder, prefix + "-images-idx3-ubyte");
  const auto label_file = gzipped_or_plain(folder, prefix + "-labels-idx1-ubyte");
  const IdxArray images = read_idx(image_file, count);
  const IdxArray labels = read_idx(label_file, count);
  if (images.shape != std::vector<std::int64_t>{count, 28, 28})
    throw DataError(image_file.string() + ": expected at least " + std::to_string(count) + " images of 28 x 28 pixels");
  if (labels.shape != std::vector<std::int64_t>{count})
    throw DataError(label_file.string() + ": expected at least " + std::to_string(count) + " labels");

  ImageSet set;
  set.height = set.width = 28;
  set.pixels = Eigen::Map<const decltype(set.pixels)>(images.values.data(), count, 28 * 28);
  set.labels =
      Eigen::Map<const Eigen::Matrix<std::uint8_t, Eigen::Dynamic, 1>>(labels.values.data(), count).cast<int>();
  if (set.labels.maxCoeff() > 9)
    throw DataError(label_file.string() + ": label " + std::to_string(set.labels.maxCoeff()) + ": expected 0 to 9");
  return set;
}

ImageSet read_digits(const std::filesystem::path& folder) {
  constexpr Eigen::Index count = 1797, pixels = 64;
  const std::filesystem::path file = folder / "digits.csv.gz";
  const std::string content = GzFile(file).read_all(1U << 20);
  std::string_view rest = content;

  ImageSet set;
  set.height = set.width = 8;
  set.full_scale = 16;
  set.pixels.resize(count, pixels);
  set.labels.resize(count);
  for (Eigen::Index row = 0; row < count; ++row)
    for (Eigen::Index column = 0; column <= pixels; ++column) {
      const int value = take_number(rest, column < pixels ? 16 : 9);
      const char separator = column < pixels ? ',' : '\n';
      if (value < 0 || rest.empty() || rest.front() != separator)
        throw DataError(file.string() + ": line " + std::to_string(row + 1) + ", column " + std::to_string(column + 1) +
                        ": expected 1797 lines of 64 pixels 0 to 16 and a label 0 to 9, separated by commas");
      rest.remove_prefix(1);
      if (column < pixels)
        set.pixels(row, column) = static_cast<std::uint8_t>(value);
      else
        set.labels(row) = value;
    }
  if (!rest.empty()) throw DataError(file.string() + ": goes on after its 1797 lines");
  return set;
}

}  // namespace lmw::learn
