// SPDX-License-Identifier: Apache-2.0
#include "common/crypto/password.h"

#include <gtest/gtest.h>

namespace kith::crypto {
namespace {

constexpr Argon2Params k_cheap{.operations = 1, .memory_bytes = 8192};

TEST(Password, HashesInThePhcFormWithTheDesignsParameters)
{
    const auto hash = hash_password("correct horse battery staple");

    ASSERT_TRUE(hash);
    EXPECT_TRUE(hash->starts_with("$argon2id$v=19$m=19456,t=2,p=1$")) << *hash;
    EXPECT_TRUE(verify_password(*hash, "correct horse battery staple"));
    EXPECT_FALSE(verify_password(*hash, "Correct horse battery staple"));
    EXPECT_FALSE(needs_rehash(*hash));
}

TEST(Password, IsSaltedEachTime)
{
    EXPECT_NE(*hash_password("same", k_cheap), *hash_password("same", k_cheap));
}

TEST(Password, TakesAnyBytesUpToItsLimit)
{
    const std::string_view with_nul{"a\0b", 3};
    const auto hash = hash_password(with_nul, k_cheap);
    ASSERT_TRUE(hash);
    EXPECT_TRUE(verify_password(*hash, with_nul));
    EXPECT_FALSE(verify_password(*hash, "a"));

    EXPECT_TRUE(hash_password(std::string(k_max_password_bytes, 'x'), k_cheap));
    EXPECT_EQ(hash_password(std::string(k_max_password_bytes + 1, 'x'), k_cheap).error().code, Errc::invalid);
    EXPECT_FALSE(verify_password(*hash, std::string(10'000'000, 'x')));
}

TEST(Password, KnowsTheReferenceImplementationsHash) // phc-winner-argon2, its own test of Argon2id
{
    const std::string hash = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
    EXPECT_TRUE(verify_password(hash, "password"));
    EXPECT_FALSE(verify_password(hash, "passwore"));
}

TEST(Password, RefusesWhatIsNoHash)
{
    EXPECT_FALSE(verify_password("", "x"));
    EXPECT_FALSE(verify_password("$argon2id$", "x"));
    EXPECT_FALSE(verify_password("$2b$12$abcdefghijklmnopqrstuv", "x"));
    EXPECT_FALSE(verify_password(std::string(5000, '$'), "x"));
}

TEST(Password, AsksForANewHashWhenTheParametersChange)
{
    const auto cheap = *hash_password("x", k_cheap);
    EXPECT_TRUE(needs_rehash(cheap));
    EXPECT_FALSE(needs_rehash(cheap, k_cheap));
    EXPECT_TRUE(needs_rehash("not a hash"));
}

TEST(DeriveKey, DependsOnEverything)
{
    const Bytes salt(k_salt_bytes, std::byte{1});
    const Bytes other(k_salt_bytes, std::byte{2});
    const auto key = derive_key("passphrase", salt, 32, k_cheap);
    ASSERT_TRUE(key);

    EXPECT_TRUE(equal_in_constant_time(key->view(), derive_key("passphrase", salt, 32, k_cheap)->view()));
    EXPECT_FALSE(equal_in_constant_time(key->view(), derive_key("Passphrase", salt, 32, k_cheap)->view()));
    EXPECT_FALSE(equal_in_constant_time(key->view(), derive_key("passphrase", other, 32, k_cheap)->view()));
    EXPECT_FALSE(equal_in_constant_time(
        key->view(), derive_key("passphrase", salt, 32, {.operations = 2, .memory_bytes = 8192})->view()));
}

TEST(DeriveKey, RefusesWrongSizes)
{
    EXPECT_EQ(derive_key("x", Bytes(15), 32, k_cheap).error().code, Errc::invalid);
    EXPECT_EQ(derive_key("x", Bytes(16), 8, k_cheap).error().code, Errc::invalid);
    EXPECT_EQ(derive_key("x", Bytes(16), 65, k_cheap).error().code, Errc::invalid);
    EXPECT_FALSE(derive_key("x", Bytes(16), 32, {.operations = 0, .memory_bytes = 8192}));
}

} // namespace
} // namespace kith::crypto
