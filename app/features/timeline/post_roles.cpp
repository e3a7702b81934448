// SPDX-License-Identifier: Apache-2.0
#include "app/features/timeline/post_roles.h"

#include "app/services/words.h"

namespace kith::timeline {

QHash<int, QByteArray> post_role_names()
{
    return {{StatusIdRole, "statusId"},
            {EntryIdRole, "entryId"},
            {AccountIdRole, "accountId"},
            {AuthorNameRole, "authorName"},
            {AuthorHandleRole, "authorHandle"},
            {AuthorInitialRole, "authorInitial"},
            {AuthorColorRole, "authorColor"},
            {CreatedAtRole, "createdAt"},
            {TimeTextRole, "timeText"},
            {ContentHtmlRole, "contentHtml"},
            {PlainTextRole, "plainText"},
            {SpoilerTextRole, "spoilerText"},
            {SensitiveRole, "sensitive"},
            {AudienceRole, "audience"},
            {AudienceSentenceRole, "audienceSentence"},
            {RepliesCountRole, "repliesCount"},
            {BoostsCountRole, "boostsCount"},
            {FavouritesCountRole, "favouritesCount"},
            {FavouritedRole, "favourited"},
            {BoostedRole, "boosted"},
            {BoostedByRole, "boostedBy"},
            {ReplyToNameRole, "replyToName"},
            {LanguageRole, "language"},
            {SendStateRole, "sendState"},
            {SendErrorRole, "sendError"},
            {IsOwnRole, "isOwn"},
            {UrlRole, "url"}};
}

QVariant post_data(const services::Post& post, int role, const QDateTime& now)
{
    switch (role) {
    case StatusIdRole: return post.status_id;
    case EntryIdRole: return post.entry_id;
    case AccountIdRole: return post.account_id;
    case AuthorNameRole: return post.author_name;
    case AuthorHandleRole: return post.author_handle;
    case AuthorInitialRole: return post.author_initial;
    case AuthorColorRole: return post.author_color;
    case CreatedAtRole: return post.created_at;
    case TimeTextRole: return services::time_text(post.created_at, now);
    case ContentHtmlRole: return post.content_html;
    case PlainTextRole: return post.plain_text;
    case SpoilerTextRole: return post.spoiler_text;
    case SensitiveRole: return post.sensitive;
    case AudienceRole: return post.audience;
    case AudienceSentenceRole: return services::audience_sentence(post.audience);
    case RepliesCountRole: return post.replies_count;
    case BoostsCountRole: return post.boosts_count;
    case FavouritesCountRole: return post.favourites_count;
    case FavouritedRole: return post.favourited;
    case BoostedRole: return post.boosted;
    case BoostedByRole: return post.boosted_by;
    case ReplyToNameRole: return post.reply_to_name;
    case LanguageRole: return post.language;
    case SendStateRole: return post.send_state;
    case SendErrorRole: return post.send_error;
    case IsOwnRole: return post.own;
    case UrlRole: return post.url;
    default: return {};
    }
}

} // namespace kith::timeline
