// SPDX-License-Identifier: Apache-2.0
#include "tests/federation/person.h"

#include <algorithm>
#include <stdexcept>

namespace kith::tests {

namespace {

json::value expect_ok(const HttpAnswer& answer, const std::string& what)
{
    if (answer.status != 200)
        throw std::runtime_error(what + " was answered " + std::to_string(answer.status) + ": " +
                                 answer.body);
    return answer.json();
}

bool has_text(const json::value& status, const std::string& text)
{
    return text_of(status, "content").find(text) != std::string::npos;
}

} // namespace

Person::Person(const KithdProcess& server, const std::string& name)
    : m_http(server.sign_up(name)), m_handle(name + "@" + server.domain())
{
    m_id = text_of(get("/api/v1/accounts/verify_credentials"), "id");
}

json::value Person::get(const std::string& path) const
{
    return expect_ok(m_http.get(path), "GET " + path);
}

json::value Person::post_to(const std::string& path, const json::value& body) const
{
    return expect_ok(m_http.post(path, body), "POST " + path);
}

std::string Person::find(const std::string& handle) const
{
    const auto found = get("/api/v2/search?type=accounts&resolve=true&q=%40" + handle);
    const auto& accounts = found.at("accounts").as_array();
    return accounts.empty() ? "" : text_of(accounts.front(), "id");
}

json::object Person::follow(const std::string& account) const
{
    return post_to("/api/v1/accounts/" + account + "/follow", json::object{}).as_object();
}

json::object Person::unfollow(const std::string& account) const
{
    return post_to("/api/v1/accounts/" + account + "/unfollow", json::object{}).as_object();
}

json::object Person::relationship(const std::string& account) const
{
    return get("/api/v1/accounts/relationships?id=" + account).as_array().at(0).as_object();
}

std::string Person::befriend(const Person& other) const
{
    const auto account = find(other.handle());
    follow(account);
    if (!eventually([&] { return relationship(account).at("following").as_bool(); }))
        throw std::runtime_error(other.handle() + " was not followed in time.");
    return account;
}

json::object Person::post(const std::string& text, json::object more) const
{
    more["status"] = text;
    return post_to("/api/v1/statuses", more).as_object();
}

json::array Person::notifications(const std::string& type) const
{
    json::array out;
    for (const auto& item : notifications())
        if (text_of(item, "type") == type)
            out.push_back(item);
    return out;
}

std::vector<std::string> Person::thread(const std::string& status, const char* side) const
{
    std::vector<std::string> texts;
    const auto context = get("/api/v1/statuses/" + status + "/context");
    for (const auto& item : context.at(side).as_array())
        texts.push_back(text_of(item, "content"));
    return texts;
}

std::size_t count_with(const json::array& statuses, const std::string& text)
{
    return static_cast<std::size_t>(std::count_if(
        statuses.begin(), statuses.end(), [&](const auto& status) { return has_text(status, text); }));
}

std::string id_with(const json::array& statuses, const std::string& text)
{
    const auto found = std::find_if(statuses.begin(), statuses.end(),
                                    [&](const auto& status) { return has_text(status, text); });
    return found == statuses.end() ? "" : text_of(*found, "id");
}

std::string text_of(const json::value& object, const char* member)
{
    return find_string(object, member).value_or("");
}

} // namespace kith::tests
