// SPDX-License-Identifier: Apache-2.0
#include "common/crypto/random.h"
#include "common/crypto/seal.h"
#include "common/crypto/secret.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <thread>

namespace kith::crypto {
namespace {

namespace fs = std::filesystem;

class KeyFile : public testing::Test {
protected:
    KeyFile() : m_folder(fs::temp_directory_path() / ("kith-key-" + random_token(9))) { fs::create_directory(m_folder); }
    ~KeyFile() override { fs::remove_all(m_folder); }

    fs::path path() const { return m_folder / "secret.key"; }
    void write(std::size_t size, fs::perms mode)
    {
        std::ofstream{path()} << std::string(size, 'k');
        fs::permissions(path(), mode);
    }
    std::size_t files() const
    {
        return static_cast<std::size_t>(std::distance(fs::directory_iterator{m_folder}, fs::directory_iterator{}));
    }

private:
    fs::path m_folder;
};

constexpr auto k_private = fs::perms::owner_read | fs::perms::owner_write;

TEST_F(KeyFile, IsMadeOnceAndThenRead)
{
    const auto made = load_key_file(path(), 32, CreateIfMissing::Yes);
    const auto read = load_key_file(path(), 32, CreateIfMissing::No);

    ASSERT_TRUE(made);
    ASSERT_TRUE(read);
    EXPECT_TRUE(equal_in_constant_time(made->view(), read->view()));
    EXPECT_EQ(fs::status(path()).permissions(), k_private);
    EXPECT_EQ(files(), 1U) << "the draft is gone";
}

TEST_F(KeyFile, IsNotMadeUnlessAsked)
{
    EXPECT_EQ(load_key_file(path(), 32, CreateIfMissing::No).error().code, Errc::not_found);
    EXPECT_EQ(files(), 0U);
}

TEST_F(KeyFile, IsRefusedWhenOthersMayReadIt)
{
    for (const auto extra : {fs::perms::group_read, fs::perms::others_read, fs::perms::group_write}) {
        write(32, k_private | extra);
        EXPECT_EQ(load_key_file(path(), 32, CreateIfMissing::Yes).error().code, Errc::forbidden);
    }
}

TEST_F(KeyFile, IsRefusedAndKeptWhenItsSizeIsWrong)
{
    write(31, k_private);
    EXPECT_EQ(load_key_file(path(), 32, CreateIfMissing::Yes).error().code, Errc::malformed);
    EXPECT_EQ(fs::file_size(path()), 31U);
}

TEST_F(KeyFile, MustBeAFile)
{
    fs::create_directory(path());
    EXPECT_EQ(load_key_file(path(), 32, CreateIfMissing::Yes).error().code, Errc::forbidden);
}

TEST_F(KeyFile, IsTheSameForAllWhoStartAtOnce)
{
    std::vector<Secret> keys(8);
    std::vector<std::thread> threads;
    for (auto& key : keys)
        threads.emplace_back([&] {
            if (auto loaded = load_key_file(path(), 32, CreateIfMissing::Yes))
                key = *std::move(loaded);
        });
    for (auto& thread : threads)
        thread.join();

    for (const auto& key : keys) {
        ASSERT_EQ(key.size(), 32U);
        EXPECT_TRUE(equal_in_constant_time(key.view(), keys[0].view()));
    }
}

TEST(Secret, MovesAndClones)
{
    auto first = Secret::random(32);
    const auto copy = first.clone();
    const auto second = std::move(first);

    EXPECT_TRUE(first.empty());
    EXPECT_TRUE(equal_in_constant_time(second.view(), copy.view()));
    EXPECT_FALSE(equal_in_constant_time(second.view(), Secret::random(32).view()));
    EXPECT_FALSE(equal_in_constant_time(second.view(), copy.view().first(31)));
    EXPECT_TRUE(equal_in_constant_time({}, Secret{}.view()));
}

TEST(Wipe, EmptiesAString)
{
    std::string password = "a password that is longer than a short string";
    wipe(password);
    EXPECT_TRUE(password.empty());
}

TEST(Seal, OpensWithTheSameKeyAndPurpose)
{
    const auto key = Secret::random(k_key_bytes);
    for (const std::string_view text : {std::string_view{}, std::string_view{"a private key"}}) {
        const auto sealed = seal(key, as_bytes(text), "actor_key:42");
        ASSERT_TRUE(sealed);
        EXPECT_EQ(sealed->size(), text.size() + k_seal_overhead);
        EXPECT_EQ(as_text(open(key, *sealed, "actor_key:42")->view()), text);
    }
}

TEST(Seal, DiffersEachTime)
{
    const auto key = Secret::random(k_key_bytes);
    EXPECT_NE(*seal(key, as_bytes("x"), "a"), *seal(key, as_bytes("x"), "a"));
}

TEST(Seal, RefusesAnotherKeyPurposeOrByte)
{
    const auto key = Secret::random(k_key_bytes);
    const auto sealed = *seal(key, as_bytes("text"), "actor_key:42");

    EXPECT_EQ(open(Secret::random(k_key_bytes), sealed, "actor_key:42").error().code, Errc::forbidden);
    EXPECT_EQ(open(key, sealed, "actor_key:43").error().code, Errc::forbidden);
    for (std::size_t i = 0; i < sealed.size(); ++i) {
        auto changed = sealed;
        changed[i] ^= std::byte{1};
        EXPECT_EQ(open(key, changed, "actor_key:42").error().code, i == 0 ? Errc::malformed : Errc::forbidden);
    }
    for (std::size_t size = 0; size < sealed.size(); ++size)
        EXPECT_FALSE(open(key, ByteView{sealed}.first(size), "actor_key:42"));
    EXPECT_EQ(seal(Secret::random(31), {}, "").error().code, Errc::invalid);
    EXPECT_EQ(open(Secret{}, sealed, "").error().code, Errc::invalid);
}

TEST(Seal, OpensWhatAnOlderVersionSealed)
{
    // Fixed for good: made from draft-irtf-cfrg-xchacha-03, A.3.1, with our version byte in front of its nonce.
    const auto key = from_hex("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f");
    const auto associated = from_hex("50515253c0c1c2c3c4c5c6c7");
    const auto sealed = from_hex("01404142434445464748494a4b4c4d4e4f5051525354555657"
                                 "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb"
                                 "731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b452"
                                 "2f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9"
                                 "21f9664c97637da9768812f615c68b13b52e"
                                 "c0875924c1c7987947deafd8780acf49");
    ASSERT_TRUE(key && associated && sealed);

    const auto text = open(Secret::copy_of(*key), *sealed, as_text(*associated));

    ASSERT_TRUE(text);
    EXPECT_EQ(as_text(text->view()), "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for "
                                     "the future, sunscreen would be it.");
}

} // namespace
} // namespace kith::crypto
