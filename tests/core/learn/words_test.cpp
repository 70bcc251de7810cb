#include <lmw/learn/data_error.h>
#include <lmw/learn/words.h>

#include <doctest/doctest.h>
#include <support/public_data.h>
#include <support/scratch.h>

#include <numeric>

using namespace lmw::learn;
using lmw::tests::Scratch;
using lmw::tests::write_file;

TEST_SUITE("learn/words") {
  TEST_CASE("words are lowered, counted, and numbered from the most frequent") {
    const Scratch scratch;
    write_file(scratch / "t.txt", "The law isn't the law.\n\xc3\xa9tat LAW-42");
    const WordSequence sequence = read_words(scratch / "t.txt");
    CHECK(sequence.vocabulary == std::vector<std::string>{"law", "the", "isn't", "tat"});
    CHECK(sequence.counts == std::vector<std::int64_t>{3, 2, 1, 1});
    CHECK(sequence.words == std::vector<std::int32_t>{1, 0, 2, 1, 0, 3, 0});
  }

  TEST_CASE("a text without words, and no text at all, are errors") {
    const Scratch scratch;
    write_file(scratch / "t.txt", "12 + 30 = 42\n");
    CHECK_THROWS_AS(read_words(scratch / "t.txt"), DataError);
    CHECK_THROWS_AS(read_words(scratch / "none.txt"), DataError);
  }

  TEST_CASE("the State of the Union addresses have 1.79 million words, 24 178 different ones") {
    const auto found = lmw::tests::public_data("state-of-the-union");
    if (!found) return;
    const WordSequence sequence = read_words(found->folder / "state-of-the-union.txt");
    CHECK(sequence.words.size() == 1'789'329);
    CHECK(sequence.vocabulary.size() == 24'178);
    CHECK(sequence.vocabulary[0] == "the");
    CHECK(std::accumulate(sequence.counts.begin(), sequence.counts.end(), std::int64_t{0}) == 1'789'329);
  }
}
