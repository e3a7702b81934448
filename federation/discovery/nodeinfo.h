// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/json.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kith::discovery {

/// What a server says about itself (NodeInfo 2.0 and 2.1). Nothing about what it can do follows from it.
struct NodeInfo {
    std::string software_name;
    std::string software_version;
    std::string repository; ///< 2.1 only
    std::string homepage;   ///< 2.1 only
    std::vector<std::string> protocols;
    bool open_registrations = false;
    std::optional<std::int64_t> users_total;
    std::optional<std::int64_t> users_active_month;
    std::optional<std::int64_t> users_active_halfyear;
    std::optional<std::int64_t> local_posts;
    std::string node_name;        ///< metadata.nodeName
    std::string node_description; ///< metadata.nodeDescription
};

enum class NodeInfoVersion { v2_0, v2_1 };

/// The Content-Type of the document, with its profile.
std::string nodeinfo_media_type(NodeInfoVersion version);
/// Where Kith serves it, below the base address: `/nodeinfo/2.1`.
std::string nodeinfo_path(NodeInfoVersion version);

json::object write_nodeinfo(const NodeInfo& info, NodeInfoVersion version);
/// `invalid` when the document names no software. Counts that are no plausible numbers are left out.
Result<NodeInfo> read_nodeinfo(const json::value& document);

/// `/.well-known/nodeinfo`. `base` is scheme and host without a slash at the end.
json::object write_nodeinfo_links(std::string_view base);
/// The best document that a server links to: 2.1, else 2.0. `invalid` when it links to none that is a web address. It
/// may be anywhere: the address guard applies when it is fetched.
Result<std::string> read_nodeinfo_links(const json::value& document);

} // namespace kith::discovery
