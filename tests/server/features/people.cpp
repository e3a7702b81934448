// SPDX-License-Identifier: Apache-2.0
#include "tests/server/features/people.h"

#include <latch>
#include <thread>

namespace kith::tests {

accounts::NewAccount new_person(const std::string& name)
{
    accounts::NewAccount account;
    account.username = name;
    account.display_name = "The " + name;
    account.password_hash = "no hash";
    account.keys = {"pem", "sealed pem", "public", "sealed"};
    return account;
}

Account add_person(TestDb& db, const std::string& name)
{
    return db.write([&](Tx& tx) { return accounts::create_local(tx, new_person(name)); }).value();
}

accounts::RemoteAccount remote_person(const std::string& name, const std::string& domain)
{
    const auto base = "https://" + domain;
    accounts::RemoteAccount account;
    account.username = name;
    account.domain = domain;
    account.display_name = name;
    account.note_html = "<p>Hello</p>";
    account.uri = base + "/users/" + name;
    account.url = base + "/@" + name;
    account.inbox = account.uri + "/inbox";
    account.shared_inbox = base + "/inbox";
    account.followers_uri = account.uri + "/followers";
    account.key_id = account.uri + "#main-key";
    account.key_pem = "pem of " + name;
    return account;
}

Account add_remote(TestDb& db, const std::string& name, const std::string& domain)
{
    return db
        .write([&](Tx& tx) { return accounts::upsert_remote(tx, remote_person(name, domain)); })
        .value();
}

Account reload(TestDb& db, const Account& account)
{
    return db.read([&](Tx& tx) -> Result<Account> { return *accounts::find(tx, account.id); }).value();
}

std::optional<Status> reload(TestDb& db, const Status& status)
{
    return db
        .read([&](Tx& tx) -> Result<std::optional<Status>> { return statuses::find(tx, status.id); })
        .value();
}

statuses::Draft draft(const std::string& text, Audience audience)
{
    statuses::Draft wanted;
    wanted.source = text;
    wanted.html = "<p>" + text + "</p>";
    wanted.audience = audience;
    return wanted;
}

Status post(TestDb& db, const Account& author, const statuses::Draft& wanted)
{
    db.clock.advance(std::chrono::milliseconds{1}); // so that ids and times have one order
    return db.write([&](Tx& tx) { return statuses::create(tx, author, wanted); }).value();
}

Status post(TestDb& db, const Account& author, const std::string& text, Audience audience)
{
    return post(db, author, draft(text, audience));
}

Status reply(TestDb& db, const Account& author, const Status& parent, Audience audience)
{
    auto wanted = draft("An answer", audience);
    wanted.parent_id = parent.id;
    return post(db, author, wanted);
}

statuses::RemoteStatus remote_post(TestDb& db, const std::string& uri)
{
    statuses::RemoteStatus status;
    status.uri = uri;
    status.url = uri + "/page";
    status.html = "<p>From afar</p>";
    status.published = db.clock.now();
    return status;
}

Status add_remote_post(TestDb& db, const Account& author, const statuses::RemoteStatus& wanted)
{
    return db.write([&](Tx& tx) { return statuses::create_remote(tx, author, wanted); }).value();
}

void follow(TestDb& db, const Account& account, const Account& target)
{
    db.write([&](Tx& tx) { return follows::follow(tx, account, target); }).value();
}

std::int64_t number(TestDb& db, const char* sql)
{
    return db.sql(sql).at(0).integer(0);
}

void race(TestDb& db, const std::function<void(db::Database&, int thread)>& action)
{
    const auto other = db.open_another();
    std::latch start{k_racers};
    std::vector<std::thread> threads;
    for (int thread = 0; thread < k_racers; ++thread)
        threads.emplace_back([&, thread] {
            start.arrive_and_wait();
            action(thread % 2 ? *other : db.database(), thread);
        });
    for (auto& thread : threads)
        thread.join();
}

std::vector<StatusId> ids_of(const std::vector<Status>& statuses)
{
    std::vector<StatusId> ids;
    for (const auto& status : statuses)
        ids.push_back(status.id);
    return ids;
}

} // namespace kith::tests
