// SPDX-License-Identifier: Apache-2.0
#include "tests/server/features/people.h"

#include <gmock/gmock.h>

namespace kith::accounts {

using namespace std::chrono_literals;
using namespace kith::tests;

class Accounts : public BothEngines {
protected:
    Result<Account> create(const std::string& name)
    {
        return db().write([&](Tx& tx) { return create_local(tx, new_person(name)); });
    }
    Result<Account> upsert(const RemoteAccount& account)
    {
        return db().write([&](Tx& tx) { return upsert_remote(tx, account); });
    }
    std::optional<Account> by_handle(const std::string& name, const std::string& domain = {})
    {
        return db()
            .read([&](Tx& tx) -> Result<std::optional<Account>> {
                return find_by_handle(tx, name, domain);
            })
            .value();
    }
    std::optional<Account> by_uri(const std::string& uri)
    {
        return db()
            .read([&](Tx& tx) -> Result<std::optional<Account>> { return find_by_uri(tx, uri); })
            .value();
    }
};
KITH_BOTH_ENGINES(Accounts);

TEST_P(Accounts, OfThisServerGetTheirAddressesFromTheirName)
{
    const auto mira = create("mira").value();

    EXPECT_EQ(mira.uri, "https://test.example/users/mira");
    EXPECT_EQ(mira.url, "https://test.example/@mira");
    EXPECT_EQ(mira.inbox, "https://test.example/users/mira/inbox");
    EXPECT_EQ(mira.shared_inbox, "https://test.example/inbox");
    EXPECT_EQ(mira.acct(), "mira");
    EXPECT_EQ(by_uri(mira.uri)->id, mira.id);
    EXPECT_EQ(by_handle("mira", "test.example")->id, mira.id);
}

TEST_P(Accounts, SayThatANameIsTaken)
{
    create("mira").value();

    const auto again = create("mira");

    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, Errc::conflict);
    EXPECT_EQ(number(db(), "SELECT COUNT(*) FROM accounts"), 1);
    EXPECT_EQ(number(db(), "SELECT COUNT(*) FROM users"), 1);
}

TEST_P(Accounts, TakeANameInOtherLettersForTheSame)
{
    create("mira").value();

    EXPECT_EQ(create("MIRA").error().code, Errc::conflict);
    EXPECT_TRUE(by_handle("MiRa"));
}

TEST_P(Accounts, AreNotMadeWhenASubscriberRefuses)
{
    db().events.subscribe<AccountCreated>([](Tx&, const AccountCreated&) -> Result<void> {
        return fail(Errc::forbidden, "Not today.");
    });

    EXPECT_EQ(create("mira").error().code, Errc::forbidden);
    EXPECT_EQ(number(db(), "SELECT COUNT(*) FROM accounts"), 0);
    EXPECT_EQ(number(db(), "SELECT COUNT(*) FROM account_keys"), 0);
}

TEST_P(Accounts, KeepBothKeys)
{
    const auto mira = create("mira").value();

    const auto keys = db().read([&](Tx& tx) -> Result<std::pair<StoredKey, StoredKey>> {
        return std::pair{*find_key(tx, mira.id, KeyKind::rsa), *find_key(tx, mira.id, KeyKind::ed25519)};
    });

    EXPECT_EQ(keys->first.public_key, "pem");
    EXPECT_EQ(keys->first.private_sealed, "sealed pem");
    EXPECT_EQ(keys->second.public_key, "public");
    EXPECT_EQ(keys->second.account, mira.id);
}

TEST_P(Accounts, GiveCredentialsOnlyToWhoMaySignIn)
{
    const auto mira = create("mira").value();
    const auto credentials = [&] {
        return db()
            .read([](Tx& tx) -> Result<std::optional<Credentials>> {
                return find_credentials(tx, "Mira");
            })
            .value();
    };
    ASSERT_TRUE(credentials());
    EXPECT_EQ(credentials()->password_hash, "no hash");

    db().write([&](Tx& tx) -> Result<void> {
            return set_password(tx, mira.id, "another hash"), Result<void>{};
        })
        .value();
    EXPECT_EQ(credentials()->password_hash, "another hash");

    db().sql("UPDATE accounts SET suspended_at = 1 WHERE id = $1", mira.id);
    EXPECT_FALSE(credentials());
}

TEST_P(Accounts, RememberWhenTheyWereLastActive)
{
    const auto mira = create("mira").value();

    db().write([&](Tx& tx) -> Result<void> { return touch_activity(tx, mira.id), Result<void>{}; }).value();

    EXPECT_EQ(number(db(), "SELECT last_active_at FROM users"), to_ms(db().clock.now()));
}

TEST_P(Accounts, ShowTheirRoleToThemselvesOnly)
{
    auto person = new_person("mira");
    person.role = Role::admin;
    const auto mira = db().write([&](Tx& tx) { return create_local(tx, person); }).value();

    const auto own = db().read([&](Tx& tx) -> Result<api::Account> { return render_own(tx, mira); });

    EXPECT_EQ(own->role->name, "Admin");
    EXPECT_EQ(own->source->language, "en");
    EXPECT_FALSE(render(db().site, mira).role);
    EXPECT_FALSE(render(db().site, mira).source);
}

TEST_P(Accounts, FromElsewhereAreRefreshedAndKeepTheirId)
{
    const auto first = upsert(remote_person("tomas", "harbour.example")).value();
    db().clock.advance(1h);
    auto changed = remote_person("tomas", "harbour.example");
    changed.display_name = "Tomás";
    changed.key_id += "-2";
    changed.key_pem = "new pem";

    const auto second = upsert(changed).value();

    EXPECT_EQ(second.id, first.id);
    EXPECT_EQ(second.display_name, "Tomás");
    EXPECT_EQ(second.created_at, first.created_at);
    EXPECT_EQ(second.fetched_at, db().clock.now());
    EXPECT_EQ(second.acct(), "tomas@harbour.example");
    const auto keys = db().read([&](Tx& tx) -> Result<std::pair<bool, std::string>> {
        return std::pair{find_key_by_id(tx, first.uri + "#main-key").has_value(),
                         find_key_by_id(tx, changed.key_id)->public_key};
    });
    EXPECT_FALSE(keys->first) << "the old key must not verify any more";
    EXPECT_EQ(keys->second, "new pem");
}

TEST_P(Accounts, KeepTheirHandleWhenAnotherActorClaimsIt)
{
    const auto tomas = upsert(remote_person("tomas", "harbour.example")).value();
    auto thief = remote_person("Tomas", "harbour.example");
    thief.uri = "https://harbour.example/users/thief";
    thief.key_id = thief.uri + "#main-key";

    const auto claimed = upsert(thief);

    ASSERT_FALSE(claimed);
    EXPECT_EQ(claimed.error().code, Errc::conflict);
    EXPECT_EQ(by_handle("tomas", "harbour.example")->uri, tomas.uri);
    EXPECT_FALSE(by_uri(thief.uri));
}

TEST_P(Accounts, KeepTheirKeyWhenAnotherActorClaimsIt)
{
    const auto tomas = upsert(remote_person("tomas", "harbour.example")).value();
    auto thief = remote_person("thief", "harbour.example");
    thief.key_id = tomas.uri + "#main-key";

    const auto claimed = upsert(thief);

    ASSERT_FALSE(claimed);
    EXPECT_EQ(claimed.error().code, Errc::conflict);
    const auto owner = db().read([&](Tx& tx) -> Result<AccountId> {
        return find_key_by_id(tx, tomas.uri + "#main-key")->account;
    });
    EXPECT_EQ(*owner, tomas.id);
    EXPECT_FALSE(by_uri(thief.uri));
}

TEST_P(Accounts, AreFoundInBulk)
{
    std::set<AccountId> ids{AccountId{12345}};
    for (int i = 0; i < 520; ++i) // more than one slice of a list
        ids.insert(add_person(db(), "p" + std::to_string(i)).id);

    const auto found =
        db().read([&](Tx& tx) -> Result<std::map<AccountId, Account>> { return find_many(tx, ids); });

    EXPECT_EQ(found->size(), 520U);
    EXPECT_FALSE(found->contains(AccountId{12345}));
}

TEST_P(Accounts, MissTheInstanceActorLoudly)
{
    EXPECT_EQ(db().read([](Tx& tx) { return instance_actor(tx); }).error().code, Errc::unavailable);
    auto actor = new_person(k_instance_actor);
    actor.password_hash.clear();
    db().write([&](Tx& tx) { return create_local(tx, actor); }).value();

    EXPECT_EQ(db().read([](Tx& tx) -> Result<Account> { return instance_actor(tx); })->uri,
              "https://test.example/actor");
    EXPECT_EQ(number(db(), "SELECT COUNT(*) FROM users"), 0) << "nobody signs in to it";
}

TEST(AccountNames, AreLettersDigitsAndUnderscores)
{
    EXPECT_EQ(*check_username("Mira_1", ReservedNames::Refuse), "mira_1");
    EXPECT_EQ(*check_username(std::string(30, 'a'), ReservedNames::Refuse), std::string(30, 'a'));
    for (const std::string bad : {"", "mi ra", "mi.ra", "mi-ra", "mïra", "@mira", "mira/", "m\n"})
        EXPECT_EQ(check_username(bad, ReservedNames::Refuse).error().code, Errc::invalid) << bad;
    EXPECT_FALSE(check_username(std::string(31, 'a'), ReservedNames::Refuse));
    EXPECT_FALSE(check_username(std::string{"mira\0x", 6}, ReservedNames::Refuse));
}

TEST(AccountNames, ThatMisleadAreReserved)
{
    for (const auto* name : {"admin", "Root", "support", "inbox", "kith"})
        EXPECT_FALSE(check_username(name, ReservedNames::Refuse)) << name;
    EXPECT_TRUE(check_username("admin", ReservedNames::Allow));
    EXPECT_FALSE(check_username(k_instance_actor, ReservedNames::Allow));
}

TEST(Passwords, HaveALengthAndAreNotTheName)
{
    EXPECT_FALSE(check_password("1234567", "mira"));
    EXPECT_TRUE(check_password("12345678", "mira"));
    EXPECT_TRUE(check_password(std::string(256, 'x'), "mira"));
    EXPECT_FALSE(check_password(std::string(257, 'x'), "mira"));
    EXPECT_FALSE(check_password("mira_mira", "mira_mira"));
}

TEST(LocalNames, AreReadFromOurAddressesOnly)
{
    const core::Site site{"test.example", "https://test.example"};
    EXPECT_EQ(local_name_of(site, "https://test.example/users/mira"), "mira");
    EXPECT_EQ(local_name_of(site, "https://test.example/actor"), k_instance_actor);
    for (const auto* uri : {"https://other.example/users/mira", "https://test.example.evil/users/mira",
                            "https://test.example/users/", "https://test.example/users/mira/inbox",
                            "https://test.example/users/mira?x", "https://test.example/users/mira#k",
                            "http://test.example/users/mira", ""})
        EXPECT_FALSE(local_name_of(site, uri)) << uri;
}

} // namespace kith::accounts
