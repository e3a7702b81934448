// SPDX-License-Identifier: Apache-2.0
#include "server/core/address.h"
#include "server/core/config.h"
#include "server/core/redis_address.h"

#include <algorithm>
#include <cctype>

namespace kith::core {

namespace {

// A check's message is the end of a sentence that begins with the key and its place.

bool is_host_character(char character)
{
    return (character >= 'a' && character <= 'z') || (character >= '0' && character <= '9') ||
           character == '.' || character == '-';
}

Result<void> check_domain(const std::string& text)
{
    const auto colon = text.find(':');
    const auto host = text.substr(0, colon);
    const auto port = colon == std::string::npos ? "1" : text.substr(colon + 1);
    const bool port_ok = !port.empty() && port.size() <= 5 &&
                         std::all_of(port.begin(), port.end(), ::isdigit) && std::stol(port) <= 65535;
    const bool host_ok = !host.empty() && host.size() <= 253 &&
                         std::all_of(host.begin(), host.end(), is_host_character) &&
                         host.front() != '.' && host.back() != '.' && host.front() != '-' &&
                         host.find("..") == std::string::npos;
    if (text.empty() || (port_ok && host_ok))
        return {};
    return fail(Errc::invalid, "is not a domain: lower-case letters, digits, dots and hyphens, "
                               "such as \"hollow.town\" (names in other "
                               "scripts in their xn-- form)");
}

Result<void> check_base_url(const std::string& text)
{
    if (text.empty())
        return {};
    const std::string_view scheme = text.starts_with("https://") ? "https://" : "http://";
    const auto host = text.starts_with(scheme) ? text.substr(scheme.size()) : std::string{};
    if (!host.empty() && check_domain(host))
        return {};
    return fail(Errc::invalid, "is not an address without a path, such as \"https://hollow.town\"");
}

Result<void> check_listen(const std::string& text)
{
    if (parse_listen(text))
        return {};
    return fail(Errc::invalid,
                "is not an IP address with a port, such as \"127.0.0.1:8080\" or \"[::1]:8080\", nor a path such as "
                "\"unix:/run/kith/http\"");
}

Result<void> check_optional_listen(const std::string& text)
{
    return text.empty() ? Result<void>{} : check_listen(text);
}

Result<void> check_range(const std::string& text)
{
    if (IpRange::parse(text))
        return {};
    return fail(Errc::invalid, "holds \"" + text + "\", which is neither an IP address nor a range such as \"10.0.0.0/8\"");
}

Result<void> check_proxy(const std::string& text)
{
    return text == "unix" ? Result<void>{} : check_range(text);
}

Result<void> check_endpoint(const std::string& text)
{
    const auto colon = text.find("://");
    const bool scheme = text.starts_with("http://") || text.starts_with("https://");
    if (text.empty() || (scheme && text.size() > colon + 3 && text.find_first_of(" @?#\"\r\n") == text.npos))
        return {};
    return fail(Errc::invalid, "is not an address such as \"http://127.0.0.1:4318\"");
}

Result<void> check_connect_to(const std::string& text)
{
    if (std::count(text.begin(), text.end(), ':') >= 3)
        return {};
    return fail(Errc::invalid, "holds \"" + text + "\", which is not of the form host:port:address:port");
}

Result<void> check_language(const std::string& text)
{
    const auto fits = [](char character) {
        return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
               character == '-';
    };
    if (text.size() >= 2 && text.size() <= 35 && std::all_of(text.begin(), text.end(), fits))
        return {};
    return fail(Errc::invalid, "holds \"" + text + "\", which is not a language code such as \"en\" or \"pt-BR\"");
}

Result<void> check_user_agent(const std::string& text)
{
    if (!text.empty() && text.size() <= 200)
        return {};
    return fail(Errc::invalid, "must have 1 to 200 characters");
}

Result<void> check_redis(const std::string& text)
{
    if (text.empty())
        return {};
    TRY_VOID(RedisAddress::parse(text));
    return {};
}

std::vector<ConfigKey> make_keys()
{
    return {
        {.section = "server",
         .name = "data_dir",
         .help = "Where kithd keeps its database and keys.",
         .field = [](Config& config) -> ConfigField { return &config.server.data_dir; },
         .default_text = "kithd in the user's data directory"},
        {.section = "server",
         .name = "domain",
         .help = "What stands after the @ of a handle. It can never change: every address is made "
                 "from it.",
         .field = [](Config& config) -> ConfigField { return &config.server.domain; },
         .check = check_domain,
         .default_text = "localhost and the port, on loopback only"},
        {.section = "server",
         .name = "base_url",
         .help = "How others reach this server, when it is not https://DOMAIN.",
         .field = [](Config& config) -> ConfigField { return &config.server.base_url; },
         .check = check_base_url,
         .default_text = "from the domain"},
        {.section = "server",
         .name = "listen",
         .help = "Numeric address and port to accept connections on, or unix:/PATH. A socket from systemd goes before it.",
         .field = [](Config& config) -> ConfigField { return &config.server.listen; },
         .check = check_listen},
        {.section = "server",
         .name = "threads",
         .help = "Threads for connections; 0 means one per core.",
         .field = [](Config& config) -> ConfigField { return &config.server.threads; },
         .maximum = 256},
        {.section = "server",
         .name = "tls_certificate",
         .help = "Certificate chain (PEM). Without it the server speaks plain HTTP, for loopback "
                 "or behind a proxy.",
         .field = [](Config& config) -> ConfigField { return &config.server.tls_certificate; }},
        {.section = "server",
         .name = "tls_key",
         .help = "Private key (PEM) of the certificate.",
         .field = [](Config& config) -> ConfigField { return &config.server.tls_key; }},
        {.section = "server",
         .name = "trusted_proxies",
         .help = "Addresses or ranges of proxies that may say for whom they ask, and by which protocol; unix: all on the Unix "
                 "socket.",
         .field = [](Config& config) -> ConfigField { return &config.server.trusted_proxies; },
         .check = check_proxy},
        {.section = "server",
         .name = "proxy_header",
         .help = "Where they say it: X-Forwarded-For with X-Forwarded-Proto, or Forwarded (RFC 7239). The other is never read: "
                 "a proxy that does not write it passes on what a stranger wrote.",
         .field = [](Config& config) -> ConfigField { return &config.server.proxy_header; },
         .choices = {"x-forwarded-for", "forwarded"}},
        {.section = "server",
         .name = "compress_bytes",
         .help = "The smallest answer that is compressed for a client that asks for it (zstd, gzip); 0: none.",
         .field = [](Config& config) -> ConfigField { return &config.server.compress_bytes; },
         .maximum = 1 << 30},
        {.section = "server",
         .name = "stop_delay_ms",
         .help = "Milliseconds between saying \"not ready\" to load balancers and taking no more connections, at a stop.",
         .field = [](Config& config) -> ConfigField { return &config.server.stop_delay_ms; },
         .maximum = 60000},
        {.section = "server",
         .name = "roles",
         .help = "What this process does.",
         .field = [](Config& config) -> ConfigField { return &config.server.roles; },
         .choices = {"web", "streaming", "worker"}},
        {.section = "database",
         .name = "engine",
         .help = "One machine: sqlite. Several processes: postgres.",
         .field = [](Config& config) -> ConfigField { return &config.database.engine; },
         .choices = {"sqlite", "postgres"}},
        {.section = "database",
         .name = "file",
         .help = "The SQLite file.",
         .field = [](Config& config) -> ConfigField { return &config.database.file; },
         .default_text = "kith.db in the data directory"},
        {.section = "database",
         .name = "connection",
         .help = "PostgreSQL's connection string, such as \"host=/run/postgresql dbname=kith\".",
         .field = [](Config& config) -> ConfigField { return &config.database.connection; },
         .secret = true},
        {.section = "database",
         .name = "readers",
         .help = "Reading threads on SQLite.",
         .field = [](Config& config) -> ConfigField { return &config.database.readers; },
         .minimum = 1,
         .maximum = 64},
        {.section = "database",
         .name = "connections",
         .help = "Connections to PostgreSQL.",
         .field = [](Config& config) -> ConfigField { return &config.database.connections; },
         .minimum = 2,
         .maximum = 256},
        {.section = "database",
         .name = "longest_read_ms",
         .help = "A request that reads for longer is answered 503, so that one cannot hold up the others.",
         .field = [](Config& config) -> ConfigField { return &config.database.longest_read_ms; },
         .minimum = 100,
         .maximum = 300000},
        {.section = "database",
         .name = "migrate_at_start",
         .help =
             "Bring the schema up to date when the server starts; otherwise with `kithd migrate`.",
         .field = [](Config& config) -> ConfigField { return &config.database.migrate_at_start; }},
        {.section = "database",
         .name = "backup_before_migration",
         .help = "Copy the database before its schema changes; PostgreSQL with pg_dump.",
         .field = [](Config& config) -> ConfigField { return &config.database.backup_before_migration; }},
        {.section = "registration",
         .name = "open",
         .help = "Whether anybody may sign up; auto: only while listening on loopback.",
         .field = [](Config& config) -> ConfigField { return &config.registration.open; }},
        {.section = "instance",
         .name = "title",
         .help = "The server's name, as people see it.",
         .field = [](Config& config) -> ConfigField { return &config.instance.title; }},
        {.section = "instance",
         .name = "description",
         .help = "What this server is for, in a sentence or two.",
         .field = [](Config& config) -> ConfigField { return &config.instance.description; }},
        {.section = "instance",
         .name = "contact_email",
         .help = "Where people reach who runs the server.",
         .field = [](Config& config) -> ConfigField { return &config.instance.contact_email; }},
        {.section = "instance",
         .name = "languages",
         .help = "Languages spoken here, the main one first.",
         .field = [](Config& config) -> ConfigField { return &config.instance.languages; },
         .check = check_language},
        {.section = "limits",
         .name = "status_characters",
         .help = "The longest post, in characters.",
         .field = [](Config& config) -> ConfigField { return &config.limits.status_characters; },
         .minimum = 100,
         .maximum = 100000},
        {.section = "limits",
         .name = "body_bytes",
         .help = "The largest request body, without uploads.",
         .field = [](Config& config) -> ConfigField { return &config.limits.body_bytes; },
         .minimum = 16384,
         .maximum = 64 << 20},
        {.section = "limits",
         .name = "connections",
         .help = "Connections at once; further ones wait to be accepted.",
         .field = [](Config& config) -> ConfigField { return &config.limits.connections; },
         .minimum = 10,
         .maximum = 1000000},
        {.section = "limits",
         .name = "connections_per_address",
         .help = "Connections at once from one address (IPv6: one /64), proxies and loopback aside; 0: any number.",
         .field = [](Config& config) -> ConfigField { return &config.limits.connections_per_address; },
         .maximum = 1000000},
        {.section = "limits",
         .name = "streams_per_account",
         .help = "Streams (WebSockets and server-sent events) that one account may have open.",
         .field = [](Config& config) -> ConfigField { return &config.limits.streams_per_account; },
         .minimum = 1,
         .maximum = 1000000},
        {.section = "limits",
         .name = "streams_per_address",
         .help = "Streams that may be open from one IPv4 address or IPv6 /64.",
         .field = [](Config& config) -> ConfigField { return &config.limits.streams_per_address; },
         .minimum = 1,
         .maximum = 1000000},
        {.section = "cache",
         .name = "statuses_bytes",
         .help = "Memory for posts as they are sent to clients; a quarter of it again for their authors.",
         .field = [](Config& config) -> ConfigField { return &config.cache.statuses_bytes; },
         .minimum = 1 << 16,
         .maximum = std::int64_t{1} << 36},
        {.section = "cache",
         .name = "feeds_bytes",
         .help = "Memory for the newest posts of home timelines that were read lately.",
         .field = [](Config& config) -> ConfigField { return &config.cache.feeds_bytes; },
         .minimum = 1 << 16,
         .maximum = std::int64_t{1} << 36},
        {.section = "fetch",
         .name = "allow_addresses",
         .help = "Ranges of private addresses that this server may connect to all the same.",
         .field = [](Config& config) -> ConfigField { return &config.fetch.allow_addresses; },
         .check = check_range},
        {.section = "fetch",
         .name = "connect_to",
         .help =
             "host:port:address:port, to reach a host elsewhere than its name says (split DNS).",
         .field = [](Config& config) -> ConfigField { return &config.fetch.connect_to; },
         .check = check_connect_to},
        {.section = "fetch",
         .name = "ca_file",
         .help = "Certificates (PEM) to trust besides the system's.",
         .field = [](Config& config) -> ConfigField { return &config.fetch.ca_file; }},
        {.section = "fetch",
         .name = "allow_plain_http",
         .help = "Speak plain HTTP with addresses of allow_addresses.",
         .field = [](Config& config) -> ConfigField { return &config.fetch.allow_plain_http; }},
        {.section = "fetch",
         .name = "timeout_ms",
         .help = "Milliseconds for one exchange with another server.",
         .field = [](Config& config) -> ConfigField { return &config.fetch.timeout_ms; },
         .minimum = 100,
         .maximum = 120000},
        {.section = "fetch",
         .name = "user_agent",
         .help = "How this server introduces itself to others.",
         .field = [](Config& config) -> ConfigField { return &config.fetch.user_agent; },
         .check = check_user_agent},
        {.section = "federation",
         .name = "enabled",
         .help = "Exchange posts with other servers.",
         .field = [](Config& config) -> ConfigField { return &config.federation.enabled; }},
        {.section = "log",
         .name = "level",
         .help = "The least important lines to write.",
         .field = [](Config& config) -> ConfigField { return &config.log.level; },
         .choices = {"debug", "info", "warning", "error", "off"}},
        {.section = "log",
         .name = "format",
         .help = "One line per event, for people or for programs.",
         .field = [](Config& config) -> ConfigField { return &config.log.format; },
         .choices = {"text", "json"}},
        {.section = "log",
         .name = "access",
         .help = "Write a line for each request; at the level debug there is one anyway. Never holds tokens, "
                 "codes, passwords or what was searched for.",
         .field = [](Config& config) -> ConfigField { return &config.log.access; }},
        {.section = "log",
         .name = "access_peer",
         .help = "The client's address in the log; truncated: the first three numbers (IPv4), the /48 (IPv6).",
         .field = [](Config& config) -> ConfigField { return &config.log.access_peer; },
         .choices = {"full", "truncated", "none"}},
        {.section = "metrics",
         .name = "listen",
         .help = "Address and port of the listener for Prometheus; empty: none. Keep it private.",
         .field = [](Config& config) -> ConfigField { return &config.metrics.listen; },
         .check = check_optional_listen},
        {.section = "tracing",
         .name = "endpoint",
         .help = "Where traces go by OTLP/HTTP, such as \"http://127.0.0.1:4318\"; empty: nowhere.",
         .field = [](Config& config) -> ConfigField { return &config.tracing.endpoint; },
         .check = check_endpoint},
        {.section = "tracing",
         .name = "sample_per_mille",
         .help = "Of 1,000 requests and jobs that nobody else has decided about, how many are traced.",
         .field = [](Config& config) -> ConfigField { return &config.tracing.sample_per_mille; },
         .minimum = 0,
         .maximum = 1000},
        {.section = "tracing",
         .name = "allow_addresses",
         .help = "Ranges of private addresses where the collector may be. What stands in endpoint as a number, and "
                 "localhost, need not.",
         .field = [](Config& config) -> ConfigField { return &config.tracing.allow_addresses; },
         .check = check_range},
        {.section = "rate_limit",
         .name = "enabled",
         .help = "Limit how often one address or account may ask.",
         .field = [](Config& config) -> ConfigField { return &config.rate_limit.enabled; }},
        {.section = "rate_limit",
         .name = "address_requests",
         .help = "Requests in 5 minutes from one address (IPv6: one /64), deliveries aside.",
         .field = [](Config& config) -> ConfigField { return &config.rate_limit.address_requests; },
         .minimum = 10,
         .maximum = 100000000},
        {.section = "rate_limit",
         .name = "account_requests",
         .help = "API requests in 5 minutes for one account.",
         .field = [](Config& config) -> ConfigField { return &config.rate_limit.account_requests; },
         .minimum = 10,
         .maximum = 100000000},
        {.section = "rate_limit",
         .name = "media_uploads",
         .help = "Uploads in 30 minutes for one account.",
         .field = [](Config& config) -> ConfigField { return &config.rate_limit.media_uploads; },
         .minimum = 1,
         .maximum = 1000000},
        {.section = "rate_limit",
         .name = "deletions",
         .help = "Posts deleted or boosts taken back in 30 minutes by one account.",
         .field = [](Config& config) -> ConfigField { return &config.rate_limit.deletions; },
         .minimum = 1,
         .maximum = 1000000},
        {.section = "rate_limit",
         .name = "sign_ins",
         .help = "Sign-ins in 5 minutes from one address. Failures besides make the next attempts wait.",
         .field = [](Config& config) -> ConfigField { return &config.rate_limit.sign_ins; },
         .minimum = 1,
         .maximum = 1000000},
        {.section = "rate_limit",
         .name = "sign_ups",
         .help = "Sign-ups in 30 minutes from one address.",
         .field = [](Config& config) -> ConfigField { return &config.rate_limit.sign_ups; },
         .minimum = 1,
         .maximum = 1000000},
        {.section = "rate_limit",
         .name = "app_registrations",
         .help = "Programs registered in 10 minutes from one address.",
         .field = [](Config& config) -> ConfigField { return &config.rate_limit.app_registrations; },
         .minimum = 1,
         .maximum = 1000000},
        {.section = "rate_limit",
         .name = "deliveries",
         .help = "Deliveries in 5 minutes from one address, and signed by one server.",
         .field = [](Config& config) -> ConfigField { return &config.rate_limit.deliveries; },
         .minimum = 10,
         .maximum = 100000000},
        {.section = "rate_limit",
         .name = "trusted",
         .help = "Addresses or ranges for which nothing is counted per address: monitoring, say. Not for proxies; "
                 "those go into server.trusted_proxies.",
         .field = [](Config& config) -> ConfigField { return &config.rate_limit.trusted; },
         .check = check_range},
        {.section = "rate_limit",
         .name = "entries",
         .help = "Counters kept at most, of 24 bytes each.",
         .field = [](Config& config) -> ConfigField { return &config.rate_limit.entries; },
         .minimum = 1024,
         .maximum = 16777216},
        {.section = "redis",
         .name = "address",
         .help = "A Redis in which several processes count rates together, such as \"redis://:PASSWORD@127.0.0.1:6379/0\" or "
                 "\"unix:/run/redis/redis.sock\"; empty: each counts for itself.",
         .field = [](Config& config) -> ConfigField { return &config.redis.address; },
         .check = check_redis,
         .secret = true},
        {.section = "oauth",
         .name = "token_idle_days",
         .help = "Days after which a sign-in that nobody used is ended; 0 means never.",
         .field = [](Config& config) -> ConfigField { return &config.oauth.token_idle_days; },
         .maximum = 3650},
    };
}

} // namespace

const std::vector<ConfigKey>& config_keys()
{
    static const auto keys = make_keys();
    return keys;
}

std::string ConfigKey::full_name() const
{
    return std::string{section} + "." + name;
}

std::string ConfigKey::environment() const
{
    auto text = "KITH_" + std::string{section} + "_" + name;
    std::transform(text.begin(), text.end(), text.begin(), ::toupper);
    return text;
}

std::string ConfigKey::type_name() const
{
    Config config;
    static constexpr const char* k_names[] = {"text",   "path",       "list",
                                              "number", "true/false", "auto/true/false"};
    return k_names[field(config).index()];
}

} // namespace kith::core
