// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/core/address.h"
#include "server/core/config.h"
#include "server/limits/counters.h"

#include <array>
#include <optional>
#include <vector>

namespace kith::limits {

/// The limits of one route class; limit 0 where there is none.
struct ClassRules {
    bool counts_for_address = true;  ///< also as one of all requests of the address
    bool counts_for_account = false; ///< also as one of all requests of the account
    Rule address{};
    Rule account{};
};

/// The table of all classes, with the numbers of the configuration.
struct Rules {
    Rule address{7500, std::chrono::minutes{5}};
    Rule account{300, std::chrono::minutes{5}};
    std::array<ClassRules, http::k_route_classes> classes{};

    const ClassRules& of(http::RouteClass route_class) const
    {
        return classes[static_cast<std::size_t>(route_class)];
    }
};
Rules rules_of(const core::Config& config);

/// Whether an address (Request::peer_address) is exempt from what counts per address.
class TrustedAddresses {
public:
    /// Ranges that the configuration has checked; one that cannot be read is left out.
    explicit TrustedAddresses(const std::vector<std::string>& ranges);
    bool contains(const std::string& address) const;

private:
    std::vector<core::IpRange> m_ranges;
};

/// The gate in front of the router's handlers. Per address (IPv6 per /64) before the token is looked up, also when the
/// answer will be an error; per account after it. Loopback is an address like any other.
class RequestLimits final : public http::RateGate {
public:
    /// `counters` outlives it.
    RequestLimits(Counters& counters, const core::Config& config, Now now);

    bool arrive(http::RouteClass route_class, const http::Request& request, http::RateStatus& status) override;
    bool admit(http::RouteClass route_class, const http::Request& request, http::RateStatus& status) override;
    /// Deliveries that this host signed, once the signature is known to be good. False: too many for now.
    bool take_delivery(std::string_view host, http::RateStatus& status);

private:
    Counters& m_counters;
    Rules m_rules;
    TrustedAddresses m_trusted;
    Now m_now;
};

} // namespace kith::limits
