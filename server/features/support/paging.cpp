// SPDX-License-Identifier: Apache-2.0
#include "server/features/support/paging.h"

#include "common/base/id.h"

#include <charconv>

namespace kith::features {

namespace {

Result<std::optional<std::int64_t>> parse_bound(const http::Params& params, const char* name)
{
    const auto text = params.find(name);
    if (!text || text->empty())
        return std::optional<std::int64_t>{};
    if (*text == "0")
        return std::optional<std::int64_t>{0}; // clients ask "since the beginning" with it
    auto id = parse_id(*text);
    if (!id)
        return fail(Errc::invalid, std::string{name} + " is not an id.");
    return std::optional{*id};
}

} // namespace

Result<Page> parse_page(const http::Params& params, std::size_t usual, std::size_t most)
{
    Page page;
    page.limit = usual;
    TRY(page.max_id, parse_bound(params, "max_id"));
    TRY(page.since_id, parse_bound(params, "since_id"));
    TRY(page.min_id, parse_bound(params, "min_id"));
    if (const auto limit = params.find("limit")) {
        std::size_t number = 0;
        const auto [end, ec] = std::from_chars(limit->data(), limit->data() + limit->size(), number);
        if (ec != std::errc{} || end != limit->data() + limit->size() || number == 0)
            return fail(Errc::invalid, "limit is not a number above 0.");
        page.limit = std::min(number, most);
    }
    return page;
}

std::string link_header(const core::Site& site, const http::Request& request, std::int64_t newest, std::int64_t oldest)
{
    std::string kept;
    std::string_view query = request.query;
    while (!query.empty()) {
        const auto end = std::min(query.find('&'), query.size());
        const auto pair = query.substr(0, end);
        if (!pair.empty() && !pair.starts_with("max_id=") && !pair.starts_with("since_id=") && !pair.starts_with("min_id="))
            kept += std::string{pair} + "&";
        query.remove_prefix(std::min(end + 1, query.size()));
    }
    const auto path = request.target.substr(0, request.target.find('?'));
    const auto base = site.uri(path) + "?" + kept;
    return "<" + base + "max_id=" + std::to_string(oldest) + ">; rel=\"next\", <" + base +
           "min_id=" + std::to_string(newest) + ">; rel=\"prev\"";
}

} // namespace kith::features
