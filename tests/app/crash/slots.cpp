// SPDX-License-Identifier: Apache-2.0
#include "tests/app/crash/slots.h"

#include "app/store/outbox_table.h"
#include "app/store/rows.h"
#include "app/store/status_table.h"
#include "app/store/timeline_table.h"

#include <algorithm>
#include <charconv>

namespace kith::tests {

namespace {

enum class Kind { Post, Page, Outbox, Draft, Setting };

Kind kind_of(std::int64_t number)
{
    return static_cast<Kind>(number % 5);
}

std::string slot_of(std::int64_t number)
{
    return std::to_string(10'000 + number % k_slots);
}

std::string text_of(std::int64_t number)
{
    return std::to_string(number) + " " + k_marker;
}

std::int64_t number_of(std::string_view text)
{
    std::int64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

api::Status post_of(const std::string& id, std::int64_t number)
{
    api::Status status;
    status.id = id;
    status.account.id = "2";
    status.account.acct = "tomas@harbour.example";
    status.content = text_of(number);
    return status;
}

std::string id_in_page(std::int64_t number, int row)
{
    return slot_of(number) + std::to_string(100 + row);
}

store::WrittenPost written_of(std::int64_t number)
{
    store::WrittenPost post;
    post.text = text_of(number);
    return post;
}

std::int64_t read_post(sqlite::Connection& connection, const std::string& id)
{
    const auto status = store::read_status(connection, id);
    return status ? number_of(status->content) : 0;
}

std::int64_t read_page(sqlite::Connection& connection, std::int64_t number)
{
    const auto first = read_post(connection, id_in_page(number, 0));
    for (int row = 1; row < k_posts_of_a_page; ++row)
        if (read_post(connection, id_in_page(number, row)) != first)
            return -1;
    return first;
}

std::int64_t read_outbox_slot(sqlite::Connection& connection, const std::string& key)
{
    const auto items = store::read_outbox(connection);
    const auto found = std::find_if(items.begin(), items.end(), [&](const auto& item) { return item.key == key; });
    return found == items.end() ? 0 : number_of(found->post.text);
}

} // namespace

crypto::Secret crash_key()
{
    crypto::Secret key(32);
    std::fill(key.bytes().begin(), key.bytes().end(), std::byte{9});
    return key;
}

void write_slot(sqlite::Connection& connection, std::int64_t number)
{
    const auto slot = slot_of(number);
    switch (kind_of(number)) {
    case Kind::Post: return store::add_entries(connection, store::k_home, {post_of(slot, number)});
    case Kind::Page: {
        std::vector<api::Status> page;
        for (int row = 0; row < k_posts_of_a_page; ++row)
            page.push_back(post_of(id_in_page(number, row), number));
        return store::add_entries(connection, store::k_home, page);
    }
    case Kind::Outbox:
        store::remove_from_outbox(connection, slot);
        return store::add_to_outbox(connection, {.key = slot, .created_at = number, .post = written_of(number)});
    case Kind::Draft: return store::save_draft(connection, slot, written_of(number), number);
    case Kind::Setting: return store::write_setting(connection, slot, text_of(number));
    }
}

std::int64_t read_slot(sqlite::Connection& connection, std::int64_t number)
{
    const auto slot = slot_of(number);
    switch (kind_of(number)) {
    case Kind::Post: return read_post(connection, slot);
    case Kind::Page: return read_page(connection, number);
    case Kind::Outbox: return read_outbox_slot(connection, slot);
    case Kind::Draft: {
        const auto draft = store::read_draft(connection, slot);
        return draft ? number_of(draft->text) : 0;
    }
    case Kind::Setting: return number_of(store::read_setting(connection, slot).value_or("0"));
    }
    return 0;
}

} // namespace kith::tests
