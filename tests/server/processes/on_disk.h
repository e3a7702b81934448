// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/sqlite/connection.h"
#include "tests/support/kithd_process.h"
#include "tests/support/test_database.h"

#include <gmock/gmock.h>

#include <algorithm>

namespace kith::tests {

/// A server whose database lies in a folder of its own.
class OnDisk : public ::testing::Test {
protected:
    void start()
    {
        KithdOptions options;
        options.settings["KITH_DATABASE_FILE"] = database().string();
        m_server = std::make_unique<KithdProcess>(options);
        m_alice = std::make_unique<HttpClient>(server().sign_up("alice"));
    }
    std::filesystem::path folder() const { return m_folder.path(); }
    std::filesystem::path database() const { return folder() / "kith.db"; }
    KithdProcess& server() { return *m_server; }

    int post(const std::string& text)
    {
        const auto answer = m_alice->post("/api/v1/statuses", json::object{{"status", text}});
        if (answer.status == 200)
            m_kept.push_back(text);
        m_last = answer;
        return answer.status;
    }
    /// Posts until one is refused; how it was.
    HttpAnswer post_until_refused()
    {
        const std::string long_text(4000, 'x');
        for (int number = 0; number < 300; ++number)
            if (post(std::to_string(number) + " " + long_text) != 200)
                break;
        return m_last;
    }
    void expect_that_reading_goes_on()
    {
        EXPECT_EQ(server().client().get("/health/ready").status, 200);
        const auto home = m_alice->get("/api/v1/timelines/home");
        EXPECT_EQ(home.status, 200);
        EXPECT_EQ(home.json().as_array().size(), std::min<std::size_t>(m_kept.size(), 20));
    }
    /// Every post that was answered with 200 is there, also after a restart, and the file is whole.
    void expect_that_nothing_is_lost()
    {
        server().restart();
        expect_that_all_is_there();
    }
    void expect_that_all_is_there()
    {
        const auto account = m_alice->get("/api/v1/accounts/verify_credentials").json();
        EXPECT_EQ(account.at("statuses_count").as_int64(), static_cast<std::int64_t>(m_kept.size()));
        server().stop();
        sqlite::OpenOptions options;
        options.file = database();
        EXPECT_THAT(sqlite::Connection::open(options).value()->integrity_check(), ::testing::IsEmpty());
    }
    const HttpAnswer& last() const { return m_last; }
    void TearDown() override { m_server.reset(); }

private:
    TempDir m_folder;
    std::unique_ptr<KithdProcess> m_server;
    std::unique_ptr<HttpClient> m_alice;
    std::vector<std::string> m_kept;
    HttpAnswer m_last;
};

} // namespace kith::tests
