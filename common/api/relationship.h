// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/api/mapping.h"

namespace kith::api {

/// How the signed-in account and another one stand.
struct Relationship {
    std::string id;
    bool following = false;
    bool showing_reblogs = false;
    bool notifying = false;
    std::optional<std::vector<std::string>> languages;
    bool followed_by = false;
    bool blocking = false;
    bool blocked_by = false;
    bool muting = false;
    bool muting_notifications = false;
    std::optional<Timestamp> muting_expires_at;
    bool requested = false;
    bool requested_by = false;
    bool domain_blocking = false;
    bool endorsed = false;
    std::string note;
};
template <class V>
void describe(V& v, Relationship& e)
{
    v("id", e.id);
    v.require(!e.id.empty());
    v("following", e.following);
    v("showing_reblogs", e.showing_reblogs);
    v("notifying", e.notifying);
    v("languages", e.languages);
    v("followed_by", e.followed_by);
    v("blocking", e.blocking);
    v("blocked_by", e.blocked_by);
    v("muting", e.muting);
    v("muting_notifications", e.muting_notifications);
    v("muting_expires_at", e.muting_expires_at);
    v("requested", e.requested);
    v("requested_by", e.requested_by);
    v("domain_blocking", e.domain_blocking);
    v("endorsed", e.endorsed);
    v("note", e.note);
}

} // namespace kith::api
