// SPDX-License-Identifier: Apache-2.0
#include "common/crypto/password.h"
#include "common/crypto/random.h"
#include "common/text/fold.h"
#include "common/text/post.h"
#include "server/cli/commands.h"
#include "server/cli/demo_content.h"
#include "server/features/follows/follow.h"
#include "server/features/notifications/notification_events.h"
#include "server/features/statuses/status.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <iostream>

namespace kith::cli {

using db::Tx;

namespace {

/// The demo's posts were written over the last three days.
class DemoClock final : public Clock {
public:
    Timestamp now() const override { return m_now; }
    void set(Timestamp at) { m_now = at; }

private:
    Timestamp m_now = SystemClock{}.now();
};

Result<void> write_private_file(const std::filesystem::path& path, const std::string& text)
{
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0 || ::fchmod(file, 0600) != 0 || ::write(file, text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
        if (file >= 0)
            ::close(file);
        return fail(Errc::unavailable, "The file " + path.string() + " cannot be written.");
    }
    ::close(file);
    return {};
}

Result<void> make_people(Environment& environment, const std::string& password)
{
    for (const auto& person : demo_people()) {
        accounts::NewAccount account;
        account.username = person.username;
        account.display_name = person.display_name;
        TRY(account.keys, environment.keys->make());
        // Only the first can be signed in to; the others have passwords that nobody knows.
        const bool first = &person == demo_people().data();
        TRY(account.password_hash, crypto::hash_password(first ? password : crypto::random_token()));
        auto work = [&](Tx& tx) { return accounts::create_local(tx, account); };
        TRY_VOID(environment.database->write_now(work));
    }
    return {};
}

Result<void> make_follows(Environment& environment)
{
    auto work = [](Tx& tx) -> Result<void> {
        const auto me = *accounts::find_by_handle(tx, demo_people().front().username, {});
        for (const auto& person : demo_people().subspan(1)) {
            const auto other = *accounts::find_by_handle(tx, person.username, {});
            TRY_VOID(follows::follow(tx, me, other));
            TRY_VOID(follows::follow(tx, other, me));
        }
        return {};
    };
    return environment.database->write_now(work);
}

Result<void> make_posts(Environment& environment, DemoClock& clock, Timestamp now)
{
    std::vector<StatusId> made;
    for (const auto& post : demo_posts()) {
        clock.set(now - std::chrono::hours{post.hours_ago} - std::chrono::minutes{12});
        statuses::Draft draft;
        draft.source = post.text;
        draft.source_type = "text/markdown";
        draft.spoiler_text = post.warning;
        TRY(draft.audience, statuses::parse_audience(post.audience));
        draft.language = "en";
        if (post.answers >= 0)
            draft.parent_id = made.at(static_cast<std::size_t>(post.answers));
        auto work = [&](Tx& tx) -> Result<statuses::Status> {
            auto filled = draft;
            text::Resolver resolver;
            std::map<std::string, accounts::Account> people;
            resolver.mention = [&](const text::Mention& mention) -> std::optional<text::ResolvedMention> {
                const auto account = accounts::find_by_handle(tx, mention.username, mention.domain);
                if (!account)
                    return std::nullopt;
                people.emplace(mention.username, *account);
                return text::ResolvedMention{account->url, account->username};
            };
            resolver.hashtag_url = [&](const text::Hashtag& tag) { return tx.site().uri("/tags/" + tag.folded); };
            TRY(const auto rendered, text::render_post(draft.source, text::SourceType::markdown, resolver));
            filled.html = rendered.html;
            for (const auto& mention : rendered.mentions)
                filled.mentions.push_back(people.at(mention.username).id);
            for (const auto& tag : rendered.hashtags)
                filled.tags.emplace_back(tag.folded, tag.name);
            const auto author = *accounts::find_by_handle(tx, post.author, {});
            return statuses::create(tx, author, filled);
        };
        TRY(const auto status, environment.database->write_now(work));
        made.push_back(status.id);
    }
    return {};
}

Result<std::string> fill(const CommonOptions& options)
{
    DemoClock clock;
    const auto now = clock.now();
    clock.set(now - std::chrono::hours{72});
    TRY(const auto environment, Environment::open(options, Lock::Yes, clock));
    notifications::subscribe(environment->events);
    const auto password_file = environment->data_dir->file("demo-password");
    auto look = [](Tx& tx) -> Result<bool> {
        return accounts::find_by_handle(tx, demo_people().front().username, {}).has_value();
    };
    TRY(const bool there, environment->database->read_now(look));
    if (there)
        return std::string{"The demo content is there already.\n"};
    const auto password = crypto::random_token(12);
    TRY_VOID(write_private_file(password_file, password + "\n"));
    TRY_VOID(make_people(*environment, password));
    TRY_VOID(make_follows(*environment));
    TRY_VOID(make_posts(*environment, clock, now));
    return "Made " + std::to_string(demo_people().size()) + " people and " + std::to_string(demo_posts().size()) +
           " posts. Sign in as " + demo_people().front().username + "; the password is in " + password_file.string() + ".\n";
}

} // namespace

int demo(const CommonOptions& options)
{
    const auto done = fill(options);
    if (!done)
        return report(done.error());
    std::cout << *done;
    return 0;
}

} // namespace kith::cli
