// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/store/outbox_table.h"
#include "app/store/people_table.h"
#include "common/api/notification.h"
#include "common/api/status.h"

#include <QDateTime>
#include <QString>

#include <vector>

namespace kith::services {

/// Through whose eyes things are shown.
struct Viewer {
    QString account_id{};
    QString domain{}; ///< what completes the handles of people of the own server
    QString handle{};
    QString name{};
};

/// A post as it is shown: everything sanitised and in words. Made off the GUI thread.
struct Post {
    QString entry_id;  ///< its place in a timeline; a boost's own id
    QString status_id; ///< what one answers to, opens, deletes; "outbox:<key>" before it is sent
    QString sort;      ///< orders entries, newest is greatest
    QString account_id;
    QString author_name;
    QString author_handle;
    QString author_initial;
    QString author_color;
    QDateTime created_at;
    QString content_html; ///< for Text.StyledText
    QString plain_text;
    QString spoiler_text;
    bool sensitive = false;
    QString audience;
    int replies_count = 0;
    int boosts_count = 0;
    int favourites_count = 0;
    bool favourited = false;
    bool boosted = false;
    QString boosted_by;
    QString in_reply_to_id;
    QString reply_to_name;
    QString language;
    QString send_state = QStringLiteral("sent"); ///< sent, waiting, sending, failed
    QString send_error;
    bool own = false;
    QString url;
};

Post post_of(const api::Status& status, const Viewer& viewer);
std::vector<Post> posts_of(const std::vector<api::Status>& statuses, const Viewer& viewer);
/// A post that waits in the outbox. It sorts above everything sent.
Post post_of(const store::OutboxItem& item, const Viewer& viewer);

/// Somebody in a list.
struct PersonRow {
    QString account_id;
    QString name;
    QString handle;
    QString initial;
    QString color;
    QString note_html;
    int followers_count = 0;
    int following_count = 0;
    int statuses_count = 0;
    QString relation = QStringLiteral("none"); ///< none, following, requested, self
    bool locked = false;
};
PersonRow person_of(const store::Person& person, const Viewer& viewer);
/// "none", "following" or "requested".
QString relation_of(const api::Relationship& relationship);

/// A line among the notifications.
struct Notice {
    QString notification_id;
    QString sort;
    QString kind;
    QString from_account_id;
    QString from_name;
    QString from_handle;
    QString from_initial;
    QString from_color;
    QString sentence;
    QString status_id;
    QString status_text;
    QDateTime created_at;
};
Notice notice_of(const api::Notification& notification, const Viewer& viewer);

/// "@tomas@harbour.social", also for people of the viewer's own server.
QString handle_of(const api::Account& account, const Viewer& viewer);
/// The display name without what could confuse the eye, or the username.
QString name_of(const api::Account& account);
Viewer viewer_of(const api::Account& account, const std::string& domain);

} // namespace kith::services
