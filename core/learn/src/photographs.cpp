#include <lmw/learn/data_error.h>
#include <lmw/learn/photographs.h>

#include <stb_image.h>

#include <memory>
#include <stdexcept>
#include <string>

namespace lmw::learn {

GreyImage read_photograph(const std::filesystem::path& file) {
  if (!std::filesystem::is_regular_file(file)) throw DataError(file.string() + ": no such file");
  int width = 0, height = 0, channels = 0;
  const std::unique_ptr<stbi_uc, void (*)(void*)> bytes(stbi_load(file.c_str(), &width, &height, &channels, 1),
                                                        stbi_image_free);
  if (!bytes) throw DataError(file.string() + ": expected a JPEG or PNG picture: " + stbi_failure_reason());
  using Bytes = Eigen::Matrix<stbi_uc, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  return Eigen::Map<const Bytes>(bytes.get(), height, width).cast<float>() / 255.0F;
}

Eigen::MatrixXf patches(const Eigen::Ref<const GreyImage>& image, Eigen::Index side) {
  if (side < 1 || image.rows() < side || image.cols() < side)
    throw std::invalid_argument("patches of side " + std::to_string(side) + ": expected 1 to the smaller edge of an " +
                                "image of " + std::to_string(image.rows()) + " x " + std::to_string(image.cols()));
  const Eigen::Index down = image.rows() / side, across = image.cols() / side;
  Eigen::MatrixXf squares(side * side, down * across);
  for (Eigen::Index row = 0; row < down; ++row)
    for (Eigen::Index column = 0; column < across; ++column)
      squares.col(row * across + column) =
          image.block(row * side, column * side, side, side).reshaped<Eigen::RowMajor>();
  return squares;
}

}  // namespace lmw::learn
