// SPDX-License-Identifier: Apache-2.0
#include "federation/discovery/webfinger.h"

#include "federation/vocab/read.h"

#include <algorithm>

namespace kith::discovery {

namespace {

/// RFC 7033, 4.1: all but the unreserved characters are escaped in the value of `resource`.
std::string escape(std::string_view text)
{
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (unsigned char c : text) {
        const bool unreserved = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                                (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
        if (unreserved) {
            out += static_cast<char>(c);
        } else {
            out += '%';
            out += digits[c >> 4];
            out += digits[c & 15];
        }
    }
    return out;
}

Finding refused(const Handle& handle, const char* reason)
{
    return Finding{Finding::State::Refused, handle, {}, reason};
}

} // namespace

std::string webfinger_address(const Handle& handle, std::string_view scheme)
{
    return std::string{scheme} + "://" + handle.domain +
           "/.well-known/webfinger?resource=" + escape(handle.acct());
}

Result<Resource> parse_resource(std::string_view text)
{
    Resource resource;
    if (text.find("://") == std::string_view::npos) {
        TRY(resource.handle, parse_handle(text));
        return resource;
    }
    const auto origin = addressing::origin_of(text);
    if (!origin)
        return fail(Errc::invalid, "The resource is neither a handle nor a web address.");
    auto path = text.substr(text.find("://") + 3);
    path.remove_prefix(std::min(path.find_first_of("/?#"), path.size()));
    if (path.empty() || path == "/") {
        resource.kind = Resource::Kind::Origin;
        resource.origin = origin->to_string();
    } else {
        resource.kind = Resource::Kind::Address;
        resource.address = text;
    }
    return resource;
}

Jrd account_jrd(const Handle& handle, std::string_view actor_id, std::string_view page, std::string_view subscribe_template)
{
    Jrd jrd;
    jrd.subject = handle.acct();
    jrd.aliases.emplace_back(actor_id);
    if (!page.empty() && page != actor_id)
        jrd.aliases.emplace_back(page);
    JrdLink self;
    self.rel = "self";
    self.type = k_activity_type;
    self.href = actor_id;
    jrd.links.push_back(std::move(self));
    if (!page.empty()) {
        JrdLink profile;
        profile.rel = k_profile_page_rel;
        profile.type = "text/html";
        profile.href = page;
        jrd.links.push_back(std::move(profile));
    }
    if (!subscribe_template.empty()) {
        JrdLink subscribe;
        subscribe.rel = k_subscribe_rel;
        subscribe.address_template = subscribe_template;
        jrd.links.push_back(std::move(subscribe));
    }
    return jrd;
}

Jrd server_jrd(std::string_view origin, std::string_view instance_actor)
{
    Jrd jrd;
    jrd.subject = std::string{origin} + (origin.ends_with('/') ? "" : "/");
    JrdLink service;
    service.rel = k_service_rel;
    service.type = k_activity_type;
    service.href = instance_actor;
    jrd.links.push_back(std::move(service));
    return jrd;
}

Finding read_finding(const Handle& asked, const Jrd& answer, addressing::IdPolicy policy)
{
    auto actor_id = self_link(answer);
    if (!addressing::is_acceptable_id(actor_id, policy))
        return refused(asked, "The WebFinger answer does not point to an actor.");
    const auto subject = parse_handle(answer.subject);
    if (!subject)
        return refused(asked, "The subject of the WebFinger answer is not a handle.");
    if (same_handle(*subject, asked))
        return Finding{Finding::State::Found, *subject, std::move(actor_id), {}};
    return Finding{Finding::State::AskAgain, *subject, std::move(actor_id),
                   "The subject of the WebFinger answer is another handle."};
}

Finding confirm(const Finding& first, const Jrd& answer, addressing::IdPolicy policy)
{
    auto second = read_finding(first.handle, answer, policy);
    if (second.state == Finding::State::AskAgain)
        return refused(first.handle, "The handle is passed from server to server.");
    if (second.state == Finding::State::Found && second.actor_id != first.actor_id)
        return refused(first.handle, "The two servers name different actors for one handle.");
    return second;
}

Result<void> check_actor_handle(const Finding& found, const vocab::Actor& actor)
{
    if (found.state != Finding::State::Found || found.actor_id != actor.id)
        return fail(Errc::invalid, "The handle names another actor.");
    const Handle own{actor.preferred_username, found.handle.domain};
    if (!same_handle(own, found.handle))
        return fail(Errc::invalid, "The actor calls itself by another name than the handle.");
    return {};
}

Result<Handle> claimed_handle(const vocab::Actor& actor)
{
    if (!actor.webfinger.empty()) {
        auto handle = parse_handle(actor.webfinger);
        if (handle)
            return handle;
    }
    TRY(const auto origin, addressing::origin_of(actor.id));
    return parse_handle(actor.preferred_username + "@" + origin.authority());
}

} // namespace kith::discovery
