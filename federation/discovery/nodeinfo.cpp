// SPDX-License-Identifier: Apache-2.0
#include "federation/discovery/nodeinfo.h"

#include "federation/vocab/read.h"
#include "federation/vocab/write.h"

namespace kith::discovery {

namespace {

constexpr std::string_view k_schema = "http://nodeinfo.diaspora.software/ns/schema/";
constexpr std::int64_t k_max_count = std::int64_t{1} << 53;

std::string number_of(NodeInfoVersion version)
{
    return version == NodeInfoVersion::v2_0 ? "2.0" : "2.1";
}

std::optional<std::int64_t> count_of(const json::value* object, std::string_view key)
{
    const auto count = object ? find_int(*object, key) : std::nullopt;
    return count && *count >= 0 && *count <= k_max_count ? count : std::nullopt;
}

void put_count(json::object& object, std::string_view key, std::optional<std::int64_t> count)
{
    if (count)
        object[key] = *count;
}

std::string text_of(const json::value* object, std::string_view key, std::size_t max)
{
    return object ? vocab::text_member(*object, key, max) : std::string{};
}

} // namespace

std::string nodeinfo_media_type(NodeInfoVersion version)
{
    return "application/json; profile=\"" + std::string{k_schema} + number_of(version) + "#\"";
}

std::string nodeinfo_path(NodeInfoVersion version)
{
    return "/nodeinfo/" + number_of(version);
}

json::object write_nodeinfo(const NodeInfo& info, NodeInfoVersion version)
{
    json::object software;
    software["name"] = info.software_name;
    software["version"] = info.software_version;
    if (version == NodeInfoVersion::v2_1) {
        vocab::put_text(software, "repository", info.repository);
        vocab::put_text(software, "homepage", info.homepage);
    }
    json::object services;
    services["inbound"] = json::array{};
    services["outbound"] = json::array{};
    json::object users;
    put_count(users, "total", info.users_total);
    put_count(users, "activeMonth", info.users_active_month);
    put_count(users, "activeHalfyear", info.users_active_halfyear);
    json::object usage;
    usage["users"] = std::move(users);
    put_count(usage, "localPosts", info.local_posts);
    json::object metadata;
    vocab::put_text(metadata, "nodeName", info.node_name);
    vocab::put_text(metadata, "nodeDescription", info.node_description);

    json::object out;
    out["version"] = number_of(version);
    out["software"] = std::move(software);
    vocab::put_list(out, "protocols", info.protocols);
    out["services"] = std::move(services);
    out["openRegistrations"] = info.open_registrations;
    out["usage"] = std::move(usage);
    out["metadata"] = std::move(metadata);
    return out;
}

Result<NodeInfo> read_nodeinfo(const json::value& document)
{
    const auto* software = find(document, "software");
    const auto* usage = find(document, "usage");
    const auto* users = usage ? find(*usage, "users") : nullptr;
    const auto* metadata = find(document, "metadata");
    NodeInfo info;
    info.software_name = text_of(software, "name", 128);
    if (info.software_name.empty())
        return fail(Errc::invalid, "The NodeInfo document does not name the software.");
    info.software_version = text_of(software, "version", 256);
    info.repository = text_of(software, "repository", vocab::k_max_id_bytes);
    info.homepage = text_of(software, "homepage", vocab::k_max_id_bytes);
    for (const auto* protocol : vocab::items_of(find(document, "protocols"), vocab::k_max_links)) {
        if (protocol->is_string() && protocol->get_string().size() <= 64)
            info.protocols.emplace_back(protocol->get_string());
    }
    info.open_registrations = find_bool(document, "openRegistrations").value_or(false);
    info.users_total = count_of(users, "total");
    info.users_active_month = count_of(users, "activeMonth");
    info.users_active_halfyear = count_of(users, "activeHalfyear");
    info.local_posts = count_of(usage, "localPosts");
    info.node_name = text_of(metadata, "nodeName", 512);
    info.node_description = text_of(metadata, "nodeDescription", vocab::k_max_name_bytes);
    return info;
}

json::object write_nodeinfo_links(std::string_view base)
{
    json::array links;
    for (auto version : {NodeInfoVersion::v2_0, NodeInfoVersion::v2_1}) {
        json::object link;
        link["rel"] = std::string{k_schema} + number_of(version);
        link["href"] = std::string{base} + nodeinfo_path(version);
        links.push_back(std::move(link));
    }
    json::object out;
    out["links"] = std::move(links);
    return out;
}

Result<std::string> read_nodeinfo_links(const json::value& document)
{
    std::string best;
    for (const auto* link : vocab::items_of(find(document, "links"), vocab::k_max_links)) {
        const auto rel = vocab::text_member(*link, "rel", 256);
        auto href = vocab::link_of(find(*link, "href"));
        if (href.empty() || !rel.starts_with(k_schema))
            continue;
        const auto version = rel.substr(k_schema.size());
        if (version == "2.1")
            return href;
        if (version == "2.0" && best.empty())
            best = std::move(href);
    }
    if (best.empty())
        return fail(Errc::invalid,
                    "The server links to no NodeInfo document that this server reads.");
    return best;
}

} // namespace kith::discovery
