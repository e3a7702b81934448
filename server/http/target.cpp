// SPDX-License-Identifier: Apache-2.0
#include "server/http/target.h"

#include "server/http/syntax.h"

#include <algorithm>

namespace kith::http {

namespace {

Error bad_target(const char* cause)
{
    return fail(Errc::malformed, "The address of the request is not valid.", cause);
}

bool has_dot_segment(std::string_view path)
{
    if (path.find("/.") == path.npos)
        return false;
    while (!path.empty()) {
        path.remove_prefix(1); // '/'
        const auto segment = path.substr(0, path.find('/'));
        if (segment == "." || segment == "..")
            return true;
        path.remove_prefix(segment.size());
    }
    return false;
}

/// Takes `http://host` from the front and makes the host the request's. RFC 9112, 3.2.2 lets the target win over Host; but a
/// client must send the same in both (3.2), and a proxy in front may have looked at the other one: they must agree.
Result<std::string_view> strip_authority(Request& request, std::string_view target)
{
    const std::size_t scheme = iequals(target.substr(0, 7), "http://")    ? 7
                               : iequals(target.substr(0, 8), "https://") ? 8
                                                                          : 0;
    if (scheme == 0)
        return bad_target("neither a path nor an http address");
    target.remove_prefix(scheme);
    const auto end = std::min(target.find_first_of("/?"), target.size());
    const auto authority = target.substr(0, end);
    if (!is_host(authority))
        return bad_target("the authority is not a host");
    const auto host = request.headers.find("Host");
    if (host && !iequals(*host, authority))
        return bad_target("the authority is not the one in Host");
    request.headers.set("Host", std::string{authority});
    return target.substr(end);
}

} // namespace

Result<void> set_target(Request& request, std::string_view target)
{
    if (target == "*") {
        if (request.method != Method::options)
            return bad_target("* is for OPTIONS");
        request.target = request.path = "*";
        return {};
    }
    if (!target.starts_with('/')) {
        TRY(target, strip_authority(request, target));
        if (target.empty() || target.starts_with('?'))
            return set_target(request, "/" + std::string{target});
    }
    if (target.find('#') != target.npos)
        return bad_target("a fragment");
    const auto question = target.find('?');
    const auto raw_path = target.substr(0, question);
    if (raw_path.find('%') == raw_path.npos) {
        request.path = raw_path;
    } else {
        auto path = percent_decode(raw_path, Plus::literal);
        if (!path)
            return bad_target("a broken percent escape");
        request.path = std::move(*path);
    }
    const auto is_unsafe = [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7F || c == '\\';
    };
    if (std::any_of(request.path.begin(), request.path.end(), is_unsafe) || !is_utf8(request.path))
        return bad_target("a character that no path of ours has");
    if (has_dot_segment(request.path))
        return bad_target("a dot segment");
    request.target = target;
    request.query = question == target.npos ? std::string_view{} : target.substr(question + 1);
    return {};
}

} // namespace kith::http
