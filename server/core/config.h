// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/result.h"
#include "server/core/site.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace kith::core {

/// All settings of kithd, checked. One table (config_keys) describes each of them.
struct Config {
    struct Server {
        std::filesystem::path data_dir; ///< never empty after load_config
        std::string domain;             ///< empty: see resolve_site
        std::string base_url;
        std::string listen = "127.0.0.1:8080";
        std::int64_t threads = 0; ///< 0: one per core
        std::filesystem::path tls_certificate;
        std::filesystem::path tls_key;
        std::vector<std::string> trusted_proxies;
        std::string proxy_header = "x-forwarded-for"; ///< or "forwarded"
        std::int64_t compress_bytes = 1400; ///< 0: never
        std::int64_t stop_delay_ms = 0;
        std::vector<std::string> roles{"web", "streaming", "worker"};

        bool has_role(std::string_view role) const;
    } server;
    struct Database {
        std::string engine = "sqlite"; ///< "sqlite" or "postgres"
        std::filesystem::path file;    ///< empty: kith.db in the data directory
        std::string connection;
        std::int64_t readers = 2;
        std::int64_t connections = 8;
        std::int64_t longest_read_ms = 1000;
        bool migrate_at_start = true;
        bool backup_before_migration = true;
    } database;
    struct Registration {
        std::optional<bool> open; ///< nothing ("auto"): only while listening on loopback, see registration_open
    } registration;
    struct Instance {
        std::string title = "Kith";
        std::string description;
        std::string contact_email;
        std::vector<std::string> languages{"en"};
    } instance;
    struct Limits {
        std::int64_t status_characters = 5000;
        std::int64_t body_bytes = 1 << 20;
        std::int64_t connections = 20000;
        std::int64_t connections_per_address = 1000; ///< 0: any number
        std::int64_t streams_per_account = 100;
        std::int64_t streams_per_address = 1000;
    } limits;
    struct Cache {
        std::int64_t statuses_bytes = 32 << 20;
        std::int64_t feeds_bytes = 16 << 20;
    } cache;
    struct Fetch {
        std::vector<std::string> allow_addresses;
        std::vector<std::string> connect_to;
        std::filesystem::path ca_file;
        bool allow_plain_http = false;
        std::int64_t timeout_ms = 10000;
        std::string user_agent = "Kith/0.1";
    } fetch;
    struct Federation {
        bool enabled = true;
    } federation;
    struct Log {
        std::string level = "info";
        std::string format = "text"; ///< "text" or "json"
        bool access = false;
        std::string access_peer = "truncated"; ///< "full", "truncated" or "none"
    } log;
    struct Metrics {
        std::string listen; ///< empty: off
    } metrics;
    struct Tracing {
        std::string endpoint; ///< empty: off
        std::int64_t sample_per_mille = 100;
        std::vector<std::string> allow_addresses;
    } tracing;
    struct RateLimit {
        bool enabled = true;
        std::int64_t address_requests = 7500; ///< in 5 min
        std::int64_t account_requests = 300;  ///< in 5 min
        std::int64_t media_uploads = 30;      ///< in 30 min
        std::int64_t deletions = 30;          ///< in 30 min
        std::int64_t sign_ins = 25;           ///< in 5 min
        std::int64_t sign_ups = 5;            ///< in 30 min
        std::int64_t app_registrations = 10;  ///< in 10 min
        std::int64_t deliveries = 30000;      ///< in 5 min
        std::vector<std::string> trusted;
        std::int64_t entries = 131072;
    } rate_limit;
    struct Redis {
        std::string address; ///< empty: none; see RedisAddress
    } redis;
    struct OAuth {
        std::int64_t token_idle_days = 365; ///< 0: a token never ends by itself
    } oauth;
};

/// Where a key's value lives; which pointer it is says the type.
using ConfigField =
    std::variant<std::string*, std::filesystem::path*, std::vector<std::string>*, std::int64_t*, bool*, std::optional<bool>*>;

/// One line of the table that parsing, the environment, `kithd doctor` and docs/configuration.md come from.
struct ConfigKey {
    const char* section;
    const char* name;
    const char* help; ///< one line
    ConfigField (*field)(Config&);
    std::int64_t minimum = 0; ///< of a number
    std::int64_t maximum = 0;
    std::vector<std::string> choices = {}; ///< of a text or of a list's items; empty: any
    Result<void> (*check)(const std::string&) = nullptr; ///< of a text or of a list's items; the message is half a sentence: "is not …"
    bool secret = false;                ///< never shown
    const char* default_text = nullptr; ///< shown instead of the default, where that is computed

    std::string full_name() const;   ///< "server.listen"
    std::string environment() const; ///< "KITH_SERVER_LISTEN"
    std::string type_name() const; ///< "text", "path", "list", "number", "true/false", "auto/true/false"
};

/// Every key, in the order of the reference.
const std::vector<ConfigKey>& config_keys();
/// A key's value as it would stand in the file; "(hidden)" for a secret one that is set.
std::string config_value(const Config& config, const ConfigKey& key);

using Environment = std::vector<std::pair<std::string, std::string>>;
/// The variables of this process: KITH_…, and XDG_DATA_HOME and HOME for the data directory's default.
Environment process_environment();

/// From the command line: ("server.listen", "127.0.0.1:9000"). Lists are separated by commas.
using Overrides = std::vector<std::pair<std::string, std::string>>;

/// Defaults, then the file, then the environment, then `overrides`. `invalid` with one sentence that names key, place
/// (file and line, variable, or option) and what would be right; an unknown key comes with the nearest known one.
/// `KITH_CONFIG` names the file when `file` is empty. KITH_VECTORS, KITH_TEST_… and KITH_APP_… are not ours and left alone.
Result<Config> load_config(const std::optional<std::filesystem::path>& file,
                           const Environment& environment, const Overrides& overrides = {});

/// "127.0.0.1:8080", "[::1]:8080" or "unix:/run/kith/http". Numeric address, port 0 to 65535 (0: any free one); or the
/// absolute path of a Unix socket, which never counts as loopback: who reaches it is the proxy's choice.
struct ListenAddress {
    std::string address;
    std::uint16_t port = 0;
    bool loopback = false;
    std::filesystem::path unix_path; ///< empty: address and port
};
Result<ListenAddress> parse_listen(const std::string& text);

/// Whether anybody may sign up.
bool registration_open(const Config& config);
/// The SQLite file.
std::filesystem::path database_file(const Config& config);
/// Who this server is. Without a domain, and only on loopback: `localhost:PORT` at `http://localhost:PORT`. With a
/// domain and no base_url: `https://DOMAIN`. `invalid` when it cannot be told. `port`: what is really listened on.
Result<Site> resolve_site(const Config& config, std::uint16_t port);

/// docs/configuration.md; a test holds the file to this.
std::string render_configuration_reference();

} // namespace kith::core
