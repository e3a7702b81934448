// SPDX-License-Identifier: Apache-2.0
#include "app/services/post.h"

#include "app/base/strings.h"
#include "app/services/styled_text.h"
#include "app/services/words.h"
#include "common/text/sanitise.h"
#include "common/text/utf8.h"

#include <QCoreApplication>

#include <algorithm>
#include <climits>

namespace kith::services {

using app::to_q;
using app::to_std;

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("Post", text);
}

int to_int(std::int64_t number)
{
    return static_cast<int>(std::clamp<std::int64_t>(number, 0, INT_MAX));
}

QDateTime to_time(Timestamp at)
{
    return QDateTime::fromMSecsSinceEpoch(to_ms(at), Qt::UTC);
}

/// The exact audience where the server tells it, else the one that Mastodon's word stands for.
QString audience_of(const api::Status& status)
{
    if (status.kith)
        return to_q(status.kith->audience);
    if (status.visibility == "private")
        return QStringLiteral("followers");
    return to_q(status.visibility);
}

QString reply_to_name_of(const api::Status& status)
{
    if (!status.in_reply_to_account_id)
        return {};
    if (*status.in_reply_to_account_id == status.account.id)
        return name_of(status.account);
    for (const auto& mention : status.mentions)
        if (mention.id == *status.in_reply_to_account_id)
            return QLatin1Char('@') + to_q(text::clean_line(mention.acct));
    return {};
}

QString sentence_of(const std::string& type, const QString& name)
{
    if (type == "follow")
        return tr("%1 follows you now.").arg(name);
    if (type == "follow_request")
        return tr("%1 would like to follow you.").arg(name);
    if (type == "mention")
        return tr("%1 mentioned you.").arg(name);
    if (type == "reblog")
        return tr("%1 shared your post.").arg(name);
    if (type == "favourite")
        return tr("%1 likes your post.").arg(name);
    if (type == "status")
        return tr("%1 posted.").arg(name);
    if (type == "update")
        return tr("%1 changed a post.").arg(name);
    return tr("Something happened with %1.").arg(name);
}

} // namespace

QString name_of(const api::Account& account)
{
    const auto name = text::clean_line(account.display_name, 100);
    return to_q(name.empty() ? text::clean_line(account.username, 100) : name);
}

QString handle_of(const api::Account& account, const Viewer& viewer)
{
    const auto acct = to_q(text::clean_line(account.acct, 300));
    if (acct.contains(QLatin1Char('@')) || viewer.domain.isEmpty())
        return QLatin1Char('@') + acct;
    return QLatin1Char('@') + acct + QLatin1Char('@') + viewer.domain;
}

Viewer viewer_of(const api::Account& account, const std::string& domain)
{
    Viewer viewer{.account_id = to_q(account.id), .domain = to_q(domain)};
    viewer.handle = handle_of(account, viewer);
    viewer.name = name_of(account);
    return viewer;
}

Post post_of(const api::Status& status, const Viewer& viewer)
{
    const auto& shown = status.reblog ? *status.reblog : status;
    const auto html = text::sanitise_html(shown.content);
    Post post;
    post.entry_id = to_q(status.id);
    post.status_id = to_q(shown.id);
    post.sort = app::sort_key(post.entry_id);
    post.account_id = to_q(shown.account.id);
    post.author_name = name_of(shown.account);
    post.author_handle = handle_of(shown.account, viewer);
    post.author_initial = initial_of(post.author_name);
    post.author_color = color_of(post.author_handle);
    post.created_at = to_time(shown.created_at);
    post.content_html = to_q(to_styled_text(html));
    post.plain_text = to_q(text::plain_text(html));
    post.spoiler_text = to_q(text::clean_line(shown.spoiler_text, 500));
    post.sensitive = shown.sensitive;
    post.audience = audience_of(shown);
    post.replies_count = to_int(shown.replies_count);
    post.boosts_count = to_int(shown.reblogs_count);
    post.favourites_count = to_int(shown.favourites_count);
    post.favourited = shown.favourited.value_or(false);
    post.boosted = shown.reblogged.value_or(false);
    post.boosted_by = status.reblog ? name_of(status.account) : QString{};
    post.in_reply_to_id = to_q(shown.in_reply_to_id.value_or(std::string{}));
    post.reply_to_name = reply_to_name_of(shown);
    post.language = to_q(shown.language.value_or(std::string{})).left(20);
    post.own = post.account_id == viewer.account_id;
    post.url = to_q(shown.url.value_or(shown.uri));
    return post;
}

std::vector<Post> posts_of(const std::vector<api::Status>& statuses, const Viewer& viewer)
{
    std::vector<Post> posts;
    posts.reserve(statuses.size());
    for (const auto& status : statuses)
        posts.push_back(post_of(status, viewer));
    return posts;
}

Post post_of(const store::OutboxItem& item, const Viewer& viewer)
{
    Post post;
    post.entry_id = QStringLiteral("outbox:") + to_q(item.key);
    post.status_id = post.entry_id;
    post.sort = QStringLiteral("~%1").arg(item.created_at, 20, 10, QLatin1Char('0')); // above every server's id
    post.account_id = viewer.account_id;
    post.author_name = viewer.name;
    post.author_handle = viewer.handle;
    post.author_initial = initial_of(viewer.name);
    post.author_color = color_of(viewer.handle);
    post.created_at = QDateTime::fromMSecsSinceEpoch(item.created_at, Qt::UTC);
    post.plain_text = to_q(item.post.text);
    post.content_html =
        post.plain_text.toHtmlEscaped().replace(QLatin1Char('\n'), QLatin1String("<br>"));
    post.spoiler_text = to_q(item.post.spoiler_text);
    post.sensitive = !post.spoiler_text.isEmpty();
    post.audience = to_q(item.post.audience);
    post.in_reply_to_id = to_q(item.post.in_reply_to_id);
    post.reply_to_name = to_q(item.post.in_reply_to_name);
    post.send_state = to_q(item.state);
    post.send_error = to_q(item.error);
    post.own = true;
    return post;
}

QString relation_of(const api::Relationship& relationship)
{
    if (relationship.following)
        return QStringLiteral("following");
    return relationship.requested ? QStringLiteral("requested") : QStringLiteral("none");
}

PersonRow person_of(const store::Person& person, const Viewer& viewer)
{
    PersonRow row;
    row.account_id = to_q(person.account.id);
    row.name = name_of(person.account);
    row.handle = handle_of(person.account, viewer);
    row.initial = initial_of(row.name);
    row.color = color_of(row.handle);
    row.note_html = to_q(to_styled_text(text::sanitise_html(person.account.note)));
    row.followers_count = to_int(person.account.followers_count);
    row.following_count = to_int(person.account.following_count);
    row.statuses_count = to_int(person.account.statuses_count);
    row.locked = person.account.locked;
    if (row.account_id == viewer.account_id)
        row.relation = QStringLiteral("self");
    else if (person.relationship)
        row.relation = relation_of(*person.relationship);
    return row;
}

Notice notice_of(const api::Notification& notification, const Viewer& viewer)
{
    Notice notice;
    notice.notification_id = to_q(notification.id);
    notice.sort = app::sort_key(notice.notification_id);
    notice.kind = to_q(notification.type).left(40);
    notice.from_account_id = to_q(notification.account.id);
    notice.from_name = name_of(notification.account);
    notice.from_handle = handle_of(notification.account, viewer);
    notice.from_initial = initial_of(notice.from_name);
    notice.from_color = color_of(notice.from_handle);
    notice.sentence = sentence_of(notification.type, notice.from_name);
    notice.created_at = to_time(notification.created_at);
    if (notification.status) {
        constexpr int k_max_characters = 280;
        notice.status_id = to_q(notification.status->id);
        const auto& warning = notification.status->spoiler_text;
        const auto shown = warning.empty() ? text::plain_text(notification.status->content)
                                           : text::clean_line(warning);
        notice.status_text = to_q(shown).simplified().left(k_max_characters);
    }
    return notice;
}

} // namespace kith::services
