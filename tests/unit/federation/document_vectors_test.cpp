// SPDX-License-Identifier: Apache-2.0
// What other servers really send: every document reads or is refused, none brings us down.
#include "federation/addressing/actor_trust.h"
#include "federation/addressing/ownership.h"
#include "federation/discovery/jrd.h"
#include "federation/discovery/nodeinfo.h"
#include "federation/discovery/webfinger.h"
#include "federation/vocab/activity.h"
#include "federation/vocab/actor.h"
#include "federation/vocab/collection.h"
#include "federation/vocab/tombstone.h"
#include "tests/unit/federation/vectors.h"

#include <gtest/gtest.h>

namespace kith {

using test::read_vector;

namespace {

/// Every reader on every part; what reads is written and read again.
std::size_t read_all(const json::value& value, unsigned depth = 0)
{
    std::size_t read = 0;
    if (const auto note = vocab::read_note(value)) {
        ++read;
        EXPECT_TRUE(vocab::read_note(vocab::write_note(*note))) << note->id;
    }
    if (const auto actor = vocab::read_actor(value)) {
        ++read;
        const auto again = vocab::read_actor(vocab::write_actor(*actor));
        EXPECT_TRUE(again) << actor->id;
        EXPECT_EQ(json::value(vocab::write_actor(*again)), json::value(vocab::write_actor(*actor)));
        EXPECT_TRUE(addressing::trusted_actor(*actor, addressing::IdPolicy{true})) << actor->id;
    }
    if (const auto activity = vocab::read_activity(value)) {
        ++read;
        EXPECT_TRUE(vocab::read_activity(vocab::write_activity(*activity))) << activity->id;
        const auto verdict =
            addressing::check_owner(activity->actor, *activity, {}, addressing::IdPolicy{true});
        EXPECT_EQ(verdict.reason.empty(), verdict.trust == addressing::Trust::Trusted);
        const auto stranger = addressing::check_owner("https://stranger.example/u", *activity);
        EXPECT_EQ(stranger.trust, addressing::Trust::Refused);
    }
    read += vocab::read_collection(value).has_value();
    read += vocab::read_tombstone(value).has_value();
    read += discovery::read_jrd(value).has_value();
    read += discovery::read_nodeinfo(value).has_value();
    read += discovery::read_nodeinfo_links(value).has_value();
    if (depth < 8) {
        if (const auto* members = value.if_object()) {
            for (const auto& member : *members)
                read_all(member.value(), depth + 1);
        }
    }
    return read;
}

} // namespace

TEST(DocumentVectors, EachIsReadOrRefused)
{
    SKIP_WITHOUT_VECTORS("activitypub");
    std::size_t documents = 0;
    std::size_t understood = 0;
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator{test::vectors_folder() / "activitypub"}) {
        if (entry.path().extension() != ".json")
            continue;
        SCOPED_TRACE(entry.path().filename().string());
        const auto document = parse_json(test::read_text(entry.path()));
        ++documents;
        if (document)
            understood += read_all(*document) > 0;
        else
            EXPECT_EQ(entry.path().parent_path().filename(), "hostile") << document.error().message;
    }
    EXPECT_GT(documents, 200u);
    // The rest are permissions, places, agreements and other types that nobody acts on yet, and documents with made-up
    // ids that are no addresses.
    EXPECT_GE(understood, 220u) << "of " << documents;
}

TEST(DocumentVectors, MastodonActorAndPost)
{
    SKIP_WITHOUT_VECTORS("activitypub");
    const auto actor =
        vocab::read_actor(read_vector("activitypub/mastodon/ms-actor-type-array.json"));
    const auto create = vocab::read_activity(
        read_vector("activitypub/mastodon/bf-mastodon-mastodon-post-activity-contentmap.json"));

    ASSERT_TRUE(actor && create);
    EXPECT_EQ(actor->id, "https://ap.example.com/users/foo");
    EXPECT_EQ(actor->type, "Person");
    EXPECT_EQ(actor->shared_inbox, "https://ap.example.com/inbox");
    EXPECT_EQ(actor->public_keys.at(0).id, "https://ap.example.com/users/foo#main-key");
    EXPECT_FALSE(actor->discoverable);
    const auto note = vocab::read_note(create->embedded);
    ASSERT_TRUE(note);
    EXPECT_EQ(note->attributed_to, "https://mastodon.local/users/admin");
    EXPECT_EQ(note->language, "en");
    EXPECT_TRUE(note->content.starts_with("<p><span class=\"h-card\">"));
    EXPECT_EQ(addressing::check_owner(create->actor, *create).trust, addressing::Trust::Trusted);
}

TEST(DocumentVectors, MisskeyPost)
{
    SKIP_WITHOUT_VECTORS("activitypub");
    const auto create = vocab::read_activity(
        read_vector("activitypub/misskey/rb-mk.absturztau.be-93e7nm8wqg-activity.json"));

    ASSERT_TRUE(create);
    const auto note = vocab::read_note(create->embedded);
    ASSERT_TRUE(note);
    EXPECT_EQ(note->id, "https://mk.absturztau.be/notes/93e7nm8wqg");
    EXPECT_EQ(note->content, "<p><span>meow</span></p>");
    EXPECT_EQ(to_iso8601(*note->published), "2022-08-01T11:06:49.568Z");
    EXPECT_EQ(note->cc.at(0), "https://mk.absturztau.be/users/8ozbzjs3o8/followers");
    EXPECT_FALSE(note->sensitive);
}

TEST(DocumentVectors, LemmyPersonGroupCommentAndAccept)
{
    SKIP_WITHOUT_VECTORS("activitypub");
    const auto person = vocab::read_actor(read_vector("activitypub/lemmy/lm-obj-person.json"));
    const auto group = vocab::read_actor(read_vector("activitypub/lemmy/lm-obj-group.json"));
    const auto comment = vocab::read_note(read_vector("activitypub/lemmy/lm-obj-comment.json"));
    const auto accept =
        vocab::read_activity(read_vector("activitypub/lemmy/lm-following-accept.json"));

    ASSERT_TRUE(person && group && comment && accept);
    EXPECT_EQ(person->preferred_username, "picard");
    EXPECT_EQ(person->icon.url, "https://enterprise.lemmy.ml/pictrs/image/ed9ej7.jpg");
    EXPECT_EQ(group->type, "Group");
    EXPECT_EQ(comment->in_reply_to, "https://enterprise.lemmy.ml/post/55143");
    EXPECT_EQ(comment->source->media_type, "text/markdown");
    EXPECT_EQ(comment->tags.mentions.size(), 2u);
    EXPECT_EQ(comment->language, "fr");
    const addressing::IdPolicy http{true};
    EXPECT_EQ(addressing::check_owner(accept->actor, *accept, {}, http).trust, addressing::Trust::Trusted);
}

TEST(DocumentVectors, PleromaPerson)
{
    SKIP_WITHOUT_VECTORS("activitypub");
    const auto person = vocab::read_actor(read_vector("activitypub/pleroma/lm-obj-person.json"));

    ASSERT_TRUE(person);
    EXPECT_EQ(person->id, "https://queer.hacktivis.me/users/lanodan");
    EXPECT_EQ(person->featured, "https://queer.hacktivis.me/users/lanodan/collections/featured");
    EXPECT_EQ(person->shared_inbox, "https://queer.hacktivis.me/inbox");
    EXPECT_EQ(person->public_keys.size(), 1u);
}

TEST(DocumentVectors, GoToSocialPostWithEmojisAndSplitHost)
{
    SKIP_WITHOUT_VECTORS("activitypub");
    const auto create = vocab::read_activity(
        read_vector("activitypub/gotosocial/gts-converter-2-Create-Note.json"));

    ASSERT_TRUE(create);
    const auto note = vocab::read_note(create->embedded);
    ASSERT_TRUE(note);
    EXPECT_EQ(note->url, "https://ondergrond.org/@dumpsterqueer/106221567884565704");
    EXPECT_EQ(note->tags.hashtags.at(1).name, "#emoji");
    ASSERT_EQ(note->tags.emojis.size(), 3u);
    EXPECT_EQ(note->tags.emojis[2].name, ":blobsunglasses:");
    EXPECT_EQ(addressing::check_owner(create->actor, *create).trust, addressing::Trust::Refused) << "http";
    EXPECT_EQ(addressing::check_owner(create->actor, *create, {}, addressing::IdPolicy{true}).trust,
              addressing::Trust::Trusted);
}

TEST(DocumentVectors, PeerTubeVideoAndChannel)
{
    SKIP_WITHOUT_VECTORS("activitypub");
    const auto video = vocab::read_note(read_vector("activitypub/peertube/lm-obj-video.json"));
    const auto channel = vocab::read_actor(read_vector("activitypub/peertube/lm-obj-group.json"));

    ASSERT_TRUE(video && channel);
    EXPECT_EQ(video->kind, "Video");
    EXPECT_EQ(video->attributed_to, "https://tilvids.com/accounts/thelinuxexperiment");
    EXPECT_EQ(video->also_attributed_to.at(0),
              "https://tilvids.com/video-channels/thelinuxexperiment_channel");
    EXPECT_EQ(video->url, "https://tilvids.com/videos/watch/e7946124-7b72-4ad7-9d22-844a84bb2de1");
    EXPECT_TRUE(video->name.starts_with("Mesa, Wayland"));
    EXPECT_EQ(channel->icon.url,
              "https://tilvids.com/lazy-static/avatars/13b0214b-edc0-4c5b-a04d-be648a3a370a.jpg");
}

TEST(DocumentVectors, SpoofedWebfingerIsNotFound)
{
    SKIP_WITHOUT_VECTORS("activitypub/hostile/rb-webfinger_spoof.json");
    const auto jrd =
        discovery::read_jrd(read_vector("activitypub/hostile/rb-webfinger_spoof.json"));
    ASSERT_TRUE(jrd);

    // gleasonator.com was asked, and says that alex is called trump@whitehouse.gov.
    const auto finding = discovery::read_finding(*discovery::parse_handle("alex@gleasonator.com"), *jrd);
    ASSERT_EQ(finding.state, discovery::Finding::State::AskAgain);
    EXPECT_EQ(finding.handle.domain, "whitehouse.gov");

    discovery::Jrd real;
    real.subject = "acct:trump@whitehouse.gov";
    real.links = {{"self", "application/activity+json", "https://whitehouse.gov/users/trump", ""}};
    EXPECT_EQ(discovery::confirm(finding, real).state, discovery::Finding::State::Refused);
}

} // namespace kith
