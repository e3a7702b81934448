// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/kithd_process.h"

#include <string>
#include <vector>

namespace kith::tests {

/// Somebody with an account on a test's kithd, who only does what a client can. Answers other than 200 are failures of the
/// test (std::runtime_error), unless the function gives the status.
class Person {
public:
    /// Signs up.
    Person(const KithdProcess& server, const std::string& name);

    const HttpClient& http() const { return m_http; }
    const std::string& handle() const { return m_handle; }
    /// On their own server.
    const std::string& id() const { return m_id; }

    /// The account's id on this person's server; asks the other server. "" when there is none.
    std::string find(const std::string& handle) const;
    /// The relationship in the answer.
    json::object follow(const std::string& account) const;
    json::object unfollow(const std::string& account) const;
    json::object relationship(const std::string& account) const;
    /// Finds, follows, and waits until the other server has accepted.
    std::string befriend(const Person& other) const;

    /// The status as it is answered. `more`: visibility, kith_audience, spoiler_text, in_reply_to_id, …
    json::object post(const std::string& text, json::object more = {}) const;
    json::object status(const std::string& id) const
    {
        return get("/api/v1/statuses/" + id).as_object();
    }
    int status_of(const std::string& id) const
    {
        return m_http.get("/api/v1/statuses/" + id).status;
    }
    int context_status_of(const std::string& id) const
    {
        return m_http.get("/api/v1/statuses/" + id + "/context").status;
    }
    int remove(const std::string& id) const { return m_http.del("/api/v1/statuses/" + id).status; }

    json::array home() const { return get("/api/v1/timelines/home?limit=40").as_array(); }
    json::array public_timeline() const
    {
        return get("/api/v1/timelines/public?limit=40").as_array();
    }
    json::array timeline_of(const std::string& account) const
    {
        return get("/api/v1/accounts/" + account + "/statuses?limit=40").as_array();
    }
    json::array notifications() const { return get("/api/v1/notifications").as_array(); }
    json::object account(const std::string& id) const
    {
        return get("/api/v1/accounts/" + id).as_object();
    }
    /// Those of this type.
    json::array notifications(const std::string& type) const;
    /// The texts above and below.
    std::vector<std::string> ancestors(const std::string& status) const
    {
        return thread(status, "ancestors");
    }
    std::vector<std::string> descendants(const std::string& status) const
    {
        return thread(status, "descendants");
    }

    json::value get(const std::string& path) const;

private:
    json::value post_to(const std::string& path, const json::value& body) const;
    std::vector<std::string> thread(const std::string& status, const char* side) const;

    HttpClient m_http;
    std::string m_handle;
    std::string m_id;
};

/// How many of these statuses have the text in their content.
std::size_t count_with(const json::array& statuses, const std::string& text);
/// The id of the one that has it; "" when there is none.
std::string id_with(const json::array& statuses, const std::string& text);
/// A member that is a text; "" when there is none.
std::string text_of(const json::value& object, const char* member);

} // namespace kith::tests
