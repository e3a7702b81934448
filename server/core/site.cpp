// SPDX-License-Identifier: Apache-2.0
#include "server/core/address.h"
#include "server/core/config.h"

#include <algorithm>
#include <charconv>

namespace kith::core {

bool Config::Server::has_role(std::string_view role) const
{
    return std::find(roles.begin(), roles.end(), role) != roles.end();
}

Result<ListenAddress> parse_listen(const std::string& text)
{
    static constexpr std::string_view k_unix = "unix:";
    static constexpr std::size_t k_max_path = 107; // unix(7)
    if (text.starts_with(k_unix)) {
        ListenAddress listen;
        listen.unix_path = text.substr(k_unix.size());
        if (!listen.unix_path.is_absolute() || listen.unix_path.native().size() > k_max_path)
            return fail(Errc::invalid, "\"" + text + "\" is not \"unix:\" with an absolute path of at most 107 bytes.");
        return listen;
    }
    const auto colon = text.rfind(':');
    const auto bad = [&] {
        return fail(Errc::invalid, "\"" + text + "\" is not an IP address with a port.");
    };
    if (colon == std::string::npos)
        return bad();
    auto host = text.substr(0, colon);
    const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
    if (bracketed)
        host = host.substr(1, host.size() - 2);
    const auto address = IpAddress::parse(host);
    if (!address || bracketed != (host.find(':') != std::string::npos))
        return bad();
    ListenAddress listen;
    const auto* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data() + colon + 1, end, listen.port);
    if (error != std::errc{} || stop != end)
        return bad();
    listen.address = host;
    listen.loopback = address->v4 ? address->bytes[0] == 127 : host == "::1";
    return listen;
}

bool registration_open(const Config& config)
{
    const auto listen = parse_listen(config.server.listen);
    return config.registration.open.value_or(listen && listen->loopback);
}

std::filesystem::path database_file(const Config& config)
{
    return config.database.file.empty() ? config.server.data_dir / "kith.db" : config.database.file;
}

Result<Site> resolve_site(const Config& config, std::uint16_t port)
{
    const auto& server = config.server;
    Site site{server.domain, server.base_url};
    if (site.domain.empty()) {
        TRY(const auto listen, parse_listen(server.listen));
        if (!listen.loopback || !site.base_url.empty())
            return fail(Errc::invalid, "The server needs a name that others can reach it by: set "
                                       "server.domain (--domain).");
        site.domain = "localhost:" + std::to_string(port);
        site.base_url = (server.tls_certificate.empty() ? "http://" : "https://") + site.domain;
    }
    if (site.base_url.empty())
        site.base_url = "https://" + site.domain;
    return site;
}

} // namespace kith::core
