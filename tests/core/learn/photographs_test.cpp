#include <lmw/learn/data_error.h>
#include <lmw/learn/photographs.h>

#include <doctest/doctest.h>
#include <stb_image_write.h>
#include <support/public_data.h>
#include <support/scratch.h>

#include <Eigen/Eigenvalues>
#include <array>
#include <cmath>
#include <stdexcept>

using namespace lmw::learn;
using lmw::tests::Scratch;
using lmw::tests::write_file;

TEST_SUITE("learn/photographs") {
  TEST_CASE("colours become their brightness, row by row") {
    const Scratch scratch;
    // red, green, blue / black, grey, white
    const std::array<unsigned char, 18> bytes = {255, 0, 0, 0,   255, 0,   0,   0,   255,
                                                 0,   0, 0, 100, 100, 100, 255, 255, 255};
    REQUIRE(stbi_write_png((scratch / "p.png").c_str(), 3, 2, 3, bytes.data(), 9) != 0);
    const GreyImage image = read_photograph(scratch / "p.png");
    REQUIRE(image.rows() == 2);
    REQUIRE(image.cols() == 3);
    // 77, 150 and 29 256ths of 255, cut to whole bytes
    CHECK(image(0, 0) == 76.0F / 255.0F);
    CHECK(image(0, 1) == 149.0F / 255.0F);
    CHECK(image(0, 2) == 28.0F / 255.0F);
    CHECK(image(1, 0) == 0.0F);
    CHECK(image(1, 1) == 100.0F / 255.0F);
    CHECK(image(1, 2) == 1.0F);
  }

  TEST_CASE("a JPEG of one shade comes back as that shade") {
    const Scratch scratch;
    const std::vector<unsigned char> bytes(24 * 16, 200);
    REQUIRE(stbi_write_jpg((scratch / "p.jpg").c_str(), 24, 16, 1, bytes.data(), 95) != 0);
    const GreyImage image = read_photograph(scratch / "p.jpg");
    REQUIRE(image.rows() == 16);
    REQUIRE(image.cols() == 24);
    CHECK((image.array() - 200.0F / 255.0F).abs().maxCoeff() <= 1.0F / 255.0F);  // one step of quantisation
  }

  TEST_CASE("what is no picture is an error with the file's name") {
    const Scratch scratch;
    write_file(scratch / "p.jpg", "not a picture");
    CHECK_THROWS_AS(read_photograph(scratch / "p.jpg"), DataError);
    CHECK_THROWS_AS(read_photograph(scratch / "none.jpg"), DataError);
    CHECK_THROWS_AS(read_photograph(scratch.path()), DataError);
  }

  TEST_CASE("patches tile the image and drop the rest") {
    GreyImage image(5, 7);
    for (Eigen::Index row = 0; row < 5; ++row)
      for (Eigen::Index column = 0; column < 7; ++column) image(row, column) = static_cast<float>(10 * row + column);
    const Eigen::MatrixXf squares = patches(image, 2);
    REQUIRE(squares.rows() == 4);
    REQUIRE(squares.cols() == 6);
    CHECK(squares.col(0) == Eigen::Vector4f(0, 1, 10, 11));
    CHECK(squares.col(2) == Eigen::Vector4f(4, 5, 14, 15));
    CHECK(squares.col(3) == Eigen::Vector4f(20, 21, 30, 31));
    CHECK_THROWS_AS(patches(image, 6), std::invalid_argument);
    CHECK_THROWS_AS(patches(image, 0), std::invalid_argument);
  }

  TEST_CASE("natural images have a covariance spectrum that falls like a power") {
    const auto found = lmw::tests::public_data("natural-images");
    if (!found) return;
    const GreyImage image = read_photograph(found->folder / "picosdeeuropa_by_Aitzol_Berasategi.jpg");
    Eigen::MatrixXf squares = patches(image, 16);
    squares.colwise() -= Eigen::VectorXf(squares.rowwise().mean());
    const Eigen::MatrixXd covariance =
        (squares * squares.transpose()).cast<double>() / static_cast<double>(squares.cols());
    const Eigen::VectorXd falling =
        Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(covariance, Eigen::EigenvaluesOnly).eigenvalues().reverse();
    // Amplitudes of natural images fall as 1/f, so eigenvalues, of which f^2 lie below frequency f, as rank^-1; edges
    // and blur steepen it (Ruderman & Bialek 1994). White noise would give 0, a smooth gradient far more than 2.
    const double exponent = std::log(falling(3) / falling(99)) / std::log(100.0 / 4.0);
    CHECK(exponent > 0.8);
    CHECK(exponent < 2.0);
  }
}
