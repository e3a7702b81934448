// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/services/post.h"

#include <QByteArray>
#include <QHash>
#include <QVariant>

namespace kith::timeline {

/// What QML can ask of a post, shared by the models that show posts.
enum PostRole {
    StatusIdRole = Qt::UserRole + 1,
    EntryIdRole,
    AccountIdRole,
    AuthorNameRole,
    AuthorHandleRole,
    AuthorInitialRole,
    AuthorColorRole,
    CreatedAtRole,
    TimeTextRole,
    ContentHtmlRole,
    PlainTextRole,
    SpoilerTextRole,
    SensitiveRole,
    AudienceRole,
    AudienceSentenceRole,
    RepliesCountRole,
    BoostsCountRole,
    FavouritesCountRole,
    FavouritedRole,
    BoostedRole,
    BoostedByRole,
    ReplyToNameRole,
    LanguageRole,
    SendStateRole,
    SendErrorRole,
    IsOwnRole,
    UrlRole,
    FirstFreePostRole
};

QHash<int, QByteArray> post_role_names();
QVariant post_data(const services::Post& post, int role, const QDateTime& now);

} // namespace kith::timeline
