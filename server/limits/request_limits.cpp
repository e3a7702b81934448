// SPDX-License-Identifier: Apache-2.0
#include "server/limits/request_limits.h"

#include "server/auth/auth.h"
#include "server/http/client_key.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace kith::limits {

using http::RateStatus;
using http::Request;
using http::RouteClass;

namespace {

using std::chrono::minutes;

std::uint8_t number_of(RouteClass route_class)
{
    return static_cast<std::uint8_t>(route_class);
}

std::uint32_t limit(std::int64_t configured)
{
    return static_cast<std::uint32_t>(configured);
}

/// As the name of a counter.
struct AccountName {
    explicit AccountName(AccountId account)
    {
        end = std::to_chars(text.data(), text.data() + text.size(), account.value).ptr;
    }
    std::string_view view() const { return {text.data(), static_cast<std::size_t>(end - text.data())}; }

    std::array<char, 20> text{};
    char* end;
};

} // namespace

// The numbers that clients know are Mastodon's: https://docs.joinmastodon.org/api/rate-limits/
Rules rules_of(const core::Config& config)
{
    const auto& wanted = config.rate_limit;
    Rules rules;
    rules.address = Rule{limit(wanted.address_requests), minutes{5}};
    rules.account = Rule{limit(wanted.account_requests), minutes{5}};
    const auto of = [&](RouteClass route_class) -> ClassRules& { return rules.classes[number_of(route_class)]; };
    for (const auto route_class : {RouteClass::none, RouteClass::standard, RouteClass::inbox})
        of(route_class).counts_for_address = false;
    for (const auto route_class : {RouteClass::api, RouteClass::search, RouteClass::media, RouteClass::deletion})
        of(route_class).counts_for_account = true;
    // A search may fetch from other servers: nobody uses us to knock on many doors.
    of(RouteClass::search).address = Rule{300, minutes{5}};
    of(RouteClass::search).account = Rule{100, minutes{5}};
    of(RouteClass::media).account = Rule{limit(wanted.media_uploads), minutes{30}};
    of(RouteClass::deletion).account = Rule{limit(wanted.deletions), minutes{30}};
    of(RouteClass::sign_in).address = Rule{limit(wanted.sign_ins), minutes{5}};
    of(RouteClass::sign_up).address = Rule{limit(wanted.sign_ups), minutes{30}};
    of(RouteClass::app).address = Rule{limit(wanted.app_registrations), minutes{10}};
    of(RouteClass::token).address = Rule{300, minutes{5}};
    // Deliveries are many, and each is checked; the address is that of a server.
    of(RouteClass::inbox).address = Rule{limit(wanted.deliveries), minutes{5}};
    // Clients that lost their connection come back together, but not forever.
    of(RouteClass::streaming).address = Rule{600, minutes{5}};
    of(RouteClass::streaming).account = Rule{100, minutes{5}};
    return rules;
}

TrustedAddresses::TrustedAddresses(const std::vector<std::string>& ranges)
{
    for (const auto& text : ranges)
        if (auto range = core::IpRange::parse(text))
            m_ranges.push_back(*range);
}

bool TrustedAddresses::contains(const std::string& address) const
{
    if (m_ranges.empty())
        return false;
    const auto parsed = core::IpAddress::parse(address);
    return parsed && std::any_of(m_ranges.begin(), m_ranges.end(),
                                 [&](const core::IpRange& range) { return range.contains(*parsed); });
}

RequestLimits::RequestLimits(Counters& counters, const core::Config& config, Now now)
    : m_counters(counters), m_rules(rules_of(config)), m_trusted(config.rate_limit.trusted), m_now(now)
{
}

bool RequestLimits::arrive(RouteClass route_class, const Request& request, RateStatus& status)
{
    const auto& rules = m_rules.of(route_class);
    const bool own = rules.address.limit != 0;
    if ((!rules.counts_for_address && !own) || m_trusted.contains(request.peer_address))
        return true;
    const auto client = http::client_key(request.peer_address);
    const auto now = m_now();
    if (rules.counts_for_address &&
        !m_counters.take(m_counters.key(Counted::address, 0, client), m_rules.address, now, status))
        return false;
    return !own || m_counters.take(m_counters.key(Counted::address_class, number_of(route_class), client),
                                   rules.address, now, status);
}

bool RequestLimits::admit(RouteClass route_class, const Request& request, RateStatus& status)
{
    const auto& rules = m_rules.of(route_class);
    const bool own = rules.account.limit != 0;
    if (!rules.counts_for_account && !own)
        return true;
    const auto account = auth::viewer(request);
    if (!account)
        return true;
    const AccountName name{*account};
    const auto now = m_now();
    if (rules.counts_for_account &&
        !m_counters.take(m_counters.key(Counted::account, 0, name.view()), m_rules.account, now, status))
        return false;
    return !own || m_counters.take(m_counters.key(Counted::account_class, number_of(route_class), name.view()),
                                   rules.account, now, status);
}

bool RequestLimits::take_delivery(std::string_view host, RateStatus& status)
{
    const auto& rule = m_rules.of(RouteClass::inbox).address;
    return m_counters.take(m_counters.key(Counted::host, 0, host), rule, m_now(), status);
}

} // namespace kith::limits
