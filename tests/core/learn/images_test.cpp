#include <lmw/learn/data_error.h>
#include <lmw/learn/images.h>

#include <doctest/doctest.h>
#include <support/public_data.h>
#include <support/scratch.h>
#include <zlib.h>

#include <stdexcept>
#include <string>

using namespace lmw::learn;
using lmw::tests::Scratch;
using lmw::tests::write_file;

namespace {

std::string header(int dimensions, int count) {
  std::string text("\0\0\x08", 3);
  text += static_cast<char>(dimensions);
  text += std::string("\0\0\0", 3) + static_cast<char>(count);
  for (int d = 1; d < dimensions; ++d) text += std::string("\0\0\0\x1c", 4);
  return text;
}

}  // namespace

TEST_SUITE("learn/images") {
  TEST_CASE("a small file in the format of Fashion-MNIST is read row by row") {
    const Scratch scratch;
    std::string pixels(2 * 784, '\0');
    pixels[784 + 1] = '\xff';
    write_file(scratch / "t10k-images-idx3-ubyte", header(3, 2) + pixels);
    write_file(scratch / "t10k-labels-idx1-ubyte", header(1, 2) + "\x09\x03");
    const ImageSet set = read_fashion_mnist(scratch.path(), 2, Split::test);
    CHECK(set.labels(0) == 9);
    CHECK(set.labels(1) == 3);
    CHECK(set.scaled<double>().sum() == 1.0);
    CHECK(set.scaled<float>()(1, 1) == 1.0F);
    const ImageSet swapped = set.select({1, 0, 1});
    CHECK(swapped.labels == Eigen::Vector3i(3, 9, 3));
    CHECK(swapped.pixels.row(2) == set.pixels.row(1));
    CHECK_THROWS_AS(set.select({2}), std::out_of_range);

    CHECK_THROWS_AS(read_fashion_mnist(scratch.path(), 3, Split::test), DataError);   // only two there
    CHECK_THROWS_AS(read_fashion_mnist(scratch.path(), 2, Split::train), DataError);  // no such file
    CHECK_THROWS_AS(read_fashion_mnist(scratch.path(), 0, Split::test), std::invalid_argument);
    CHECK_THROWS_AS(read_fashion_mnist(scratch.path(), 10'001, Split::test), std::invalid_argument);
    write_file(scratch / "t10k-labels-idx1-ubyte", header(1, 2) + "\x0a\x03");
    CHECK_THROWS_AS(read_fashion_mnist(scratch.path(), 2, Split::test), DataError);  // class 10
  }

  TEST_CASE("the real Fashion-MNIST has ten classes of six thousand") {
    const auto found = lmw::tests::public_data("fashion-mnist");
    if (!found) return;
    const ImageSet all = read_fashion_mnist(found->folder, 60'000);
    for (int label = 0; label < 10; ++label) CHECK((all.labels.array() == label).count() == 6000);
    const ImageSet few = read_fashion_mnist(found->folder, 100);
    CHECK(few.pixels == all.pixels.topRows(100));
    CHECK(few.labels == all.labels.head(100));
    CHECK(read_fashion_mnist(found->folder, 10'000, Split::test).labels.maxCoeff() == 9);
  }

  TEST_CASE("the real digits: 1797 images, 174 to 183 of each") {
    const auto found = lmw::tests::public_data("digits-8x8");
    if (!found) return;
    const ImageSet digits = read_digits(found->folder);
    CHECK(digits.pixels.rows() == 1797);
    CHECK(digits.scaled<double>().maxCoeff() == 1.0);
    for (int label = 0; label < 10; ++label) {
      CHECK((digits.labels.array() == label).count() >= 174);
      CHECK((digits.labels.array() == label).count() <= 183);
    }
  }

  TEST_CASE("a digits file that is none is refused with line and column") {
    const Scratch scratch;
    gzFile out = gzopen((scratch / "digits.csv.gz").c_str(), "wb");
    gzputs(out, "0,17,0\n");
    gzclose(out);
    try {
      read_digits(scratch.path());
      FAIL("expected a DataError");
    } catch (const DataError& error) {
      CHECK(std::string(error.what()).find("line 1, column 2") != std::string::npos);
    }
  }
}
