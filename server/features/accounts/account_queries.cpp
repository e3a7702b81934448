// SPDX-License-Identifier: Apache-2.0
#include "server/features/accounts/account_cards.h"

#include "common/text/fold.h"

#include <array>

namespace kith::accounts {

using db::Query;
using db::Row;

namespace {

#define KITH_ACCOUNT_COLUMNS                                                                       \
    "a.id, a.username, a.domain, a.actor_type, a.display_name, a.note_html, a.uri, a.url, "       \
    "a.inbox, a.shared_inbox, a.followers_uri, a.locked, a.bot, a.discoverable, a.created_at, "   \
    "a.fetched_at, a.suspended_at, c.statuses, c.followers, c.following, c.last_status_at "       \
    "FROM accounts a JOIN account_counts c ON c.account_id = a.id "

constexpr Query k_find{"accounts.find", "SELECT " KITH_ACCOUNT_COLUMNS "WHERE a.id = $1"};
constexpr Query k_find_many{"accounts.find_many", "SELECT " KITH_ACCOUNT_COLUMNS "WHERE a.id IN "};
constexpr Query k_find_by_handle{"accounts.find_by_handle",
                                 "SELECT " KITH_ACCOUNT_COLUMNS "WHERE a.username_folded = $1 AND a.domain = $2"};
constexpr Query k_find_by_uri{"accounts.find_by_uri", "SELECT " KITH_ACCOUNT_COLUMNS "WHERE a.uri = $1"};

constexpr Query k_insert_local{"accounts.insert_local", R"sql(
    INSERT INTO accounts (id, username, username_folded, domain, actor_type, display_name, discoverable, created_at, updated_at)
    VALUES ($1, $2, $3, '', $4, $5, TRUE, $6, $6)
    ON CONFLICT (username_folded, domain) DO NOTHING)sql"};
constexpr Query k_insert_counts{"accounts.insert_counts", "INSERT INTO account_counts (account_id) VALUES ($1)"};
constexpr Query k_insert_user{"accounts.insert_user", R"sql(
    INSERT INTO users (account_id, password_hash, role, created_at) VALUES ($1, $2, $3, $4))sql"};
constexpr Query k_insert_key{"accounts.insert_key", R"sql(
    INSERT INTO account_keys (account_id, kind, public_key, private_sealed) VALUES ($1, $2, $3, $4))sql"};

constexpr Query k_find_credentials{"accounts.find_credentials", R"sql(
    SELECT u.account_id, u.password_hash FROM users u JOIN accounts a ON a.id = u.account_id
    WHERE a.username_folded = $1 AND a.domain = '' AND a.suspended_at IS NULL)sql"};
constexpr Query k_hold_user{"accounts.hold_user", "SELECT account_id FROM users WHERE account_id = $1"};
constexpr Query k_credentials_of{"accounts.credentials_of", R"sql(
    SELECT u.account_id, u.password_hash FROM users u JOIN accounts a ON a.id = u.account_id
    WHERE u.account_id = $1 AND a.suspended_at IS NULL)sql"};
constexpr Query k_set_password{"accounts.set_password", "UPDATE users SET password_hash = $1 WHERE account_id = $2"};
constexpr Query k_touch{"accounts.touch", "UPDATE users SET last_active_at = $1 WHERE account_id = $2"};

constexpr Query k_find_key{"accounts.find_key", R"sql(
    SELECT account_id, public_key, private_sealed, fetched_at FROM account_keys
    WHERE account_id = $1 AND kind = $2)sql"};
constexpr Query k_find_any_sealed_key{"accounts.find_any_sealed_key", R"sql(
    SELECT account_id, public_key, private_sealed, fetched_at FROM account_keys
    WHERE kind = 0 AND private_sealed IS NOT NULL ORDER BY account_id LIMIT 1)sql"};
constexpr Query k_find_key_by_id{"accounts.find_key_by_id", R"sql(
    SELECT account_id, public_key, private_sealed, fetched_at FROM account_keys WHERE key_id = $1)sql"};

constexpr Query k_insert_remote{"accounts.insert_remote", R"sql(
    INSERT INTO accounts (id, username, username_folded, domain, actor_type, display_name, note_html, uri, url, inbox,
                          shared_inbox, followers_uri, locked, discoverable, created_at, updated_at, fetched_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $16)
    ON CONFLICT DO NOTHING)sql"};
constexpr Query k_update_remote{"accounts.update_remote", R"sql(
    UPDATE accounts SET actor_type = $1, display_name = $2, note_html = $3, url = $4, inbox = $5, shared_inbox = $6,
                        followers_uri = $7, locked = $8, discoverable = $9, updated_at = $10, fetched_at = $10
    WHERE uri = $11)sql"};
constexpr Query k_upsert_remote_key{"accounts.upsert_remote_key", R"sql(
    INSERT INTO account_keys (account_id, kind, key_id, public_key, fetched_at) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (account_id, kind) DO UPDATE
    SET key_id = excluded.key_id, public_key = excluded.public_key, fetched_at = excluded.fetched_at)sql"};

std::span<const std::byte> as_bytes(std::string_view text)
{
    return std::as_bytes(std::span{text.data(), text.size()});
}

std::string as_text(const db::Bytes& bytes)
{
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Account read(const core::Site& site, const Row& row)
{
    Account account;
    account.id = row.id<AccountId>(0);
    account.username = row.text(1);
    account.domain = row.text(2);
    account.type = row.as<ActorType>(3);
    account.display_name = row.text(4);
    account.note_html = row.text(5);
    if (account.local()) {
        account.uri = site.uri(actor_path(account.username));
        account.url = site.uri("/@" + account.username);
        account.inbox = account.uri + "/inbox";
        account.shared_inbox = site.uri("/inbox");
        account.followers_uri = account.uri + "/followers";
    } else {
        account.uri = row.maybe_text(6).value_or("");
        account.url = row.maybe_text(7).value_or(account.uri);
        account.inbox = row.maybe_text(8).value_or("");
        account.shared_inbox = row.maybe_text(9).value_or("");
        account.followers_uri = row.maybe_text(10).value_or("");
    }
    account.locked = row.boolean(11);
    account.bot = row.boolean(12);
    account.discoverable = row.boolean(13);
    account.created_at = row.time(14);
    account.fetched_at = row.maybe_time(15);
    account.suspended_at = row.maybe_time(16);
    account.statuses_count = row.integer(17);
    account.followers_count = row.integer(18);
    account.following_count = row.integer(19);
    account.last_status_at = row.maybe_time(20);
    return account;
}

std::optional<Account> read(const core::Site& site, const std::optional<Row>& row)
{
    if (!row)
        return std::nullopt;
    return read(site, *row);
}

std::optional<StoredKey> read_key(const std::optional<Row>& row)
{
    if (!row)
        return std::nullopt;
    StoredKey key;
    key.account = row->id<AccountId>(0);
    key.public_key = as_text(row->bytes(1));
    if (!row->is_null(2))
        key.private_sealed = as_text(row->bytes(2));
    key.fetched_at = row->maybe_time(3);
    return key;
}

} // namespace

std::optional<Account> find(Tx& tx, AccountId id)
{
    return read(tx.site(), tx.query_one(k_find, id));
}

std::optional<Account> find_by_handle(Tx& tx, const std::string& username, const std::string& domain)
{
    const auto here = domain == tx.site().domain ? std::string{} : domain;
    return read(tx.site(), tx.query_one(k_find_by_handle, text::fold(username), here));
}

std::optional<Account> find_by_uri(Tx& tx, const std::string& uri)
{
    if (const auto name = local_name_of(tx.site(), uri))
        return find_by_handle(tx, *name, {});
    return read(tx.site(), tx.query_one(k_find_by_uri, uri));
}

std::map<AccountId, Account> find_many(Tx& tx, const std::set<AccountId>& ids)
{
    std::map<AccountId, Account> found;
    std::vector<db::Param> slice;
    const auto run = [&] {
        if (slice.empty())
            return;
        const auto sql = k_find_many.sql + db::in_list(1, slice.size());
        for (const auto& row : tx.query_list(k_find_many, sql, slice)) {
            auto account = read(tx.site(), row);
            found.emplace(account.id, std::move(account));
        }
        slice.clear();
    };
    for (const auto id : ids) {
        slice.push_back(db::to_param(id));
        if (slice.size() == 500)
            run();
    }
    run();
    return found;
}

Result<Account> instance_actor(Tx& tx)
{
    auto actor = find_by_handle(tx, k_instance_actor, {});
    if (!actor)
        return fail(Errc::unavailable, "The server is making its keys. Please try again in a moment.");
    return std::move(*actor);
}

Result<Account> create_local(Tx& tx, const NewAccount& account)
{
    const auto id = tx.next_id<AccountId>();
    if (tx.execute(k_insert_local, id, account.username, text::fold(account.username), account.type,
                   account.display_name, tx.now()) == 0)
        return fail(Errc::conflict, "This name is already taken.");
    tx.execute(k_insert_counts, id);
    if (!account.password_hash.empty())
        tx.execute(k_insert_user, id, account.password_hash, account.role, tx.now());
    tx.execute(k_insert_key, id, KeyKind::rsa, as_bytes(account.keys.rsa_public_pem),
               as_bytes(account.keys.rsa_private_sealed));
    tx.execute(k_insert_key, id, KeyKind::ed25519, as_bytes(account.keys.ed25519_public),
               as_bytes(account.keys.ed25519_private_sealed));
    TRY_VOID(db::publish(tx, AccountCreated{id}));
    return *find(tx, id);
}

std::optional<Credentials> find_credentials(Tx& tx, const std::string& username)
{
    const auto row = tx.query_one(k_find_credentials, text::fold(username));
    if (!row)
        return std::nullopt;
    return Credentials{row->id<AccountId>(0), row->text(1)};
}

std::optional<Credentials> hold_credentials(Tx& tx, AccountId id)
{
    const std::array parameters{db::to_param(id)};
    tx.query_list(k_hold_user, std::string{k_hold_user.sql} + tx.for_update(), parameters);
    const auto row = tx.query_one(k_credentials_of, id);
    if (!row)
        return std::nullopt;
    return Credentials{row->id<AccountId>(0), row->text(1)};
}

void set_password(Tx& tx, AccountId id, const std::string& password_hash)
{
    tx.execute(k_set_password, password_hash, id);
}

void touch_activity(Tx& tx, AccountId id)
{
    tx.execute(k_touch, tx.now(), id);
}

std::optional<StoredKey> find_key(Tx& tx, AccountId account, KeyKind kind)
{
    return read_key(tx.query_one(k_find_key, account, kind));
}

std::optional<StoredKey> find_any_sealed_key(Tx& tx)
{
    return read_key(tx.query_one(k_find_any_sealed_key));
}

std::optional<StoredKey> find_key_by_id(Tx& tx, const std::string& key_id)
{
    return read_key(tx.query_one(k_find_key_by_id, key_id));
}

Result<Account> upsert_remote(Tx& tx, const RemoteAccount& account)
{
    const auto nullable = [](const std::string& text) {
        return text.empty() ? std::optional<std::string>{} : std::optional{text};
    };
    // A key verifies for one actor: who names another's key id would take it away, or break both.
    if (const auto known = find_key_by_id(tx, account.key_id); known && find(tx, known->account)->uri != account.uri)
        return fail(Errc::conflict, "This key already belongs to another actor.", account.key_id);
    const auto updated =
        tx.execute(k_update_remote, account.type, account.display_name, account.note_html, nullable(account.url),
                   account.inbox, nullable(account.shared_inbox), nullable(account.followers_uri), account.locked,
                   account.discoverable, tx.now(), account.uri);
    if (updated == 0) {
        const auto id = tx.next_id<AccountId>();
        if (tx.execute(k_insert_remote, id, account.username, text::fold(account.username), account.domain,
                       account.type, account.display_name, account.note_html, account.uri, nullable(account.url),
                       account.inbox, nullable(account.shared_inbox), nullable(account.followers_uri), account.locked,
                       account.discoverable, account.created_at.value_or(tx.now()), tx.now()) > 0)
            tx.execute(k_insert_counts, id);
        else if (!find_by_uri(tx, account.uri)) // another worker may have stored it between the update and the insert
            return fail(Errc::conflict, "This handle already belongs to another actor.",
                        account.username + "@" + account.domain + " is not " + account.uri);
    }
    const auto row = find_by_uri(tx, account.uri);
    changed(tx, row->id);
    if (!account.key_pem.empty())
        tx.execute(k_upsert_remote_key, row->id, KeyKind::rsa, account.key_id, as_bytes(account.key_pem), tx.now());
    return *row;
}

} // namespace kith::accounts
