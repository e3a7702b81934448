// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/api/account.h"
#include "server/db/tx.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

/// People, groups and programs, here and elsewhere: the same rows.
namespace kith::accounts {

using db::Tx;

/// Fixed numbers: they stand in the database.
enum class ActorType { person = 0, service = 1, application = 2, group = 3, organization = 4 };
enum class Role { user = 0, moderator = 1, admin = 2 };

struct Account {
    AccountId id;
    std::string username;
    std::string domain; ///< empty: here
    ActorType type = ActorType::person;
    std::string display_name;
    std::string note_html;
    std::string uri; ///< also for local accounts, computed
    std::string url;
    std::string inbox;
    std::string shared_inbox; ///< empty: none
    std::string followers_uri;
    bool locked = false;
    bool bot = false;
    bool discoverable = false;
    Timestamp created_at{};
    std::optional<Timestamp> fetched_at;
    std::optional<Timestamp> suspended_at;
    std::int64_t statuses_count = 0;
    std::int64_t followers_count = 0;
    std::int64_t following_count = 0;
    std::optional<Timestamp> last_status_at;

    bool local() const { return domain.empty(); }
    /// "mira" here, "tomas@harbour.social" elsewhere.
    std::string acct() const { return local() ? username : username + "@" + domain; }
};

/// The name of the server's own actor; the dot keeps it out of reach of sign-ups.
constexpr const char* k_instance_actor = "instance.actor";

std::optional<Account> find(Tx& tx, AccountId id);
std::optional<Account> find_by_handle(Tx& tx, const std::string& username, const std::string& domain);
std::optional<Account> find_by_uri(Tx& tx, const std::string& uri);
/// The accounts of these ids, by id; unknown ones are left out.
std::map<AccountId, Account> find_many(Tx& tx, const std::set<AccountId>& ids);
/// `unavailable` for the first moment of a new server's life, while its keys are made.
Result<Account> instance_actor(Tx& tx);

/// The name of the local account whose URI this is ("/users/NAME" under our base URL), or nothing.
std::optional<std::string> local_name_of(const core::Site& site, std::string_view uri);
/// "/users/NAME", and "/actor" for the server's own.
std::string actor_path(const std::string& username);

// --- local accounts

/// 1 to 30 of a–z, 0–9 and _; not one of the names that would mislead (admin, root, …) unless `reserved_allowed`.
enum class ReservedNames { Refuse, Allow };
Result<std::string> check_username(const std::string& name, ReservedNames reserved);
/// 8 to 256 bytes, not the name itself.
Result<void> check_password(const std::string& password, const std::string& username);

/// Both keys of a local actor, private parts sealed with secret.key.
struct SealedKeys {
    std::string rsa_public_pem;
    std::string rsa_private_sealed;
    std::string ed25519_public;
    std::string ed25519_private_sealed;
};

struct NewAccount {
    std::string username;
    std::string display_name;
    std::string password_hash; ///< empty: nobody signs in to it
    SealedKeys keys;
    ActorType type = ActorType::person;
    Role role = Role::user;
};
/// `conflict` when the name is taken.
Result<Account> create_local(Tx& tx, const NewAccount& account);

struct Credentials {
    AccountId id;
    std::string password_hash;
};
std::optional<Credentials> find_credentials(Tx& tx, const std::string& username);
/// The same by id, in a write: nobody changes the password before this transaction has ended.
std::optional<Credentials> hold_credentials(Tx& tx, AccountId id);
void set_password(Tx& tx, AccountId id, const std::string& password_hash);
void touch_activity(Tx& tx, AccountId id);

// --- keys

enum class KeyKind { rsa = 0, ed25519 = 1 };
struct StoredKey {
    AccountId account;
    std::string public_key; ///< PEM (RSA) or 32 bytes (Ed25519)
    std::string private_sealed; ///< local accounts only
    std::optional<Timestamp> fetched_at;
};
std::optional<StoredKey> find_key(Tx& tx, AccountId account, KeyKind kind);
/// Any private key of this server: what secret.key must open.
std::optional<StoredKey> find_any_sealed_key(Tx& tx);
/// A remote actor's key by its id. Local keys have computed ids and are not found here.
std::optional<StoredKey> find_key_by_id(Tx& tx, const std::string& key_id);

// --- remote accounts

struct RemoteAccount {
    std::string username;
    std::string domain;
    ActorType type = ActorType::person;
    std::string display_name;
    std::string note_html; ///< sanitised
    std::string uri;
    std::string url;
    std::string inbox;
    std::string shared_inbox;
    std::string followers_uri;
    bool locked = false;
    bool discoverable = false;
    std::optional<Timestamp> created_at;
    std::string key_id;
    std::string key_pem;
};
/// Makes or refreshes the row of a remote actor; its URI is what it is. `conflict` when its handle belongs to another
/// URI that is still alive, or its key to another actor.
Result<Account> upsert_remote(Tx& tx, const RemoteAccount& account);

// --- rendering

/// Mastodon's Account. Everybody sees the same.
api::Account render(const core::Site& site, const Account& account);
/// With `source` and `role`: for the account itself.
api::Account render_own(Tx& tx, const Account& account);

/// Domain event: somebody signed up here.
struct AccountCreated {
    AccountId id;
};

} // namespace kith::accounts
