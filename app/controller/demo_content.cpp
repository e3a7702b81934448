// SPDX-License-Identifier: Apache-2.0
#include "app/controller/demo_content.h"

#include "app/base/strings.h"
#include "app/store/notification_table.h"
#include "app/store/outbox_table.h"
#include "app/store/people_table.h"
#include "app/store/rows.h"
#include "app/store/session_table.h"
#include "app/store/status_table.h"
#include "app/store/timeline_table.h"
#include "common/base/id.h"

#include <chrono>

namespace kith::app {

using namespace std::chrono_literals;
using sqlite::Connection;

const char* const k_demo_thread_id = "1000";

namespace {

Timestamp ago(std::chrono::milliseconds time)
{
    return SystemClock{}.now() - time;
}

api::Account person(const char* id, const char* acct, const char* name, const char* note = "")
{
    api::Account account;
    account.id = id;
    account.acct = acct;
    account.username = account.acct.substr(0, account.acct.find('@'));
    account.display_name = name;
    account.note = note;
    account.followers_count = 40 + std::stoi(id) * 7;
    account.following_count = 30 + std::stoi(id) * 3;
    account.statuses_count = 100 + std::stoi(id) * 11;
    return account;
}

struct People {
    api::Account mira = person("1", "mira", "Mira Okafor", "<p>Walks, letters, slow bread.</p>");
    api::Account tomas =
        person("2", "tomas@harbour.social", "Tomas Berg", "<p>Baker. The oven is the boss.</p>");
    api::Account street = person("3", "millstreet", "Neighbours of Mill Street",
                                 "<p>What happens between the bridge and the bakery.</p>");
    api::Account ines =
        person("4", "ines@cloudtop.example", "Ines Duarte", "<p>Maps, birds, maps of birds.</p>");
    api::Account kofi = person("5", "kofi", "Kofi Mensah", "<p>Teaches physics, repairs bicycles.</p>");
    api::Account club =
        person("6", "bookclub@harbour.social", "Book club", "<p>One book a month, tea always.</p>");
    api::Account leila =
        person("7", "leila@studio.example", "Leila Haddad", "<p>Draws the city before it changes.</p>");
    api::Account arno = person("8", "arno", "Arno Visser", "<p>Radio, soldering, soup.</p>");
    api::Account sana = person("9", "sana@harbour.social", "Sana Idris", "<p>Gardener on the third floor.</p>");
};

api::Status post(const char* id, const api::Account& author, std::chrono::milliseconds age, const char* html)
{
    api::Status status;
    status.id = id;
    status.account = author;
    status.created_at = ago(age);
    status.content = html;
    status.uri = "https://hollow.town/posts/" + status.id;
    status.url = status.uri;
    status.language = "en";
    return status;
}

void count(api::Status& status, int replies, int boosts, int favourites)
{
    status.replies_count = replies;
    status.reblogs_count = boosts;
    status.favourites_count = favourites;
}

void answers(api::Status& status, const api::Status& parent)
{
    status.in_reply_to_id = parent.id;
    status.in_reply_to_account_id = parent.account.id;
    api::StatusMention mention;
    mention.id = parent.account.id;
    mention.acct = parent.account.acct;
    mention.username = parent.account.username;
    status.mentions.push_back(mention);
}

void for_audience(api::Status& status, const char* audience, const char* visibility)
{
    api::StatusKith kith;
    kith.audience = audience;
    status.kith = kith;
    status.visibility = visibility;
}

std::vector<api::Status> home_posts(const People& people)
{
    auto bread = post(
        "1000", people.tomas, 12min,
        "<p>First bread from the wood oven we rebuilt last week. The crust sings when it cools. "
        "<a href=\"https://harbour.social/tags/sourdough\">#<span>sourdough</span></a></p>");
    count(bread, 4, 9, 57);
    bread.favourited = true;
    auto walk = post("990", people.street, 1h,
                     "<p>We meet at dusk, bring a light and something warm to drink. "
                     "Lantern walk along the old canal, Saturday at 18:30, Mill Bridge.</p>");
    count(walk, 6, 12, 34);
    for_audience(walk, "followers", "private");
    auto heron =
        post("980", people.ines, 2h,
             "<p>A heron has moved in behind the library. It reads nothing, but it stays until "
             "closing time.</p>"
             "<p>The map of the day: <a "
             "href=\"https://cloudtop.example/maps/heron\">cloudtop.example/maps/heron</a></p>");
    count(heron, 3, 21, 88);
    auto bike = post("970", people.kofi, 3h,
                     "<p>Class 9 built a bicycle light that needs no battery. "
                     "It took them forty minutes and every spoon in the canteen.</p>");
    count(bike, 11, 5, 61);
    for_audience(bike, "friends", "private");
    auto book = post("960", people.club,
                     5h, "<p>No spoilers before Thursday, please. The next lines are about the last chapter.</p>");
    book.spoiler_text = "The last chapter";
    book.sensitive = true;
    count(book, 8, 0, 14);
    auto sketch =
        post("950", people.leila, 7h,
             "<p>Drew the corner shop again. It has had <em>three</em> names this year and "
             "<strong>one</strong> cat.</p>");
    count(sketch, 2, 7, 45);
    auto mine = post("940", people.mira,
                     9h, "<p>Found my grandmother's recipe cards. Half of them end with “until it is enough”.</p>");
    count(mine, 5, 3, 29);
    auto radio = post("930", people.arno, 26h,
                      "<p>Tonight on 88.4: an hour of rain, recorded on six different roofs.</p>");
    count(radio, 1, 4, 17);
    auto shared = post("925", people.kofi, 25h, "");
    shared.reblog = std::make_shared<api::Status>(radio);
    return {bread, walk, heron, bike, book, sketch, mine, shared};
}

std::vector<api::Status> answers_to(const api::Status& bread, const People& people)
{
    auto first = post("1001", people.ines, 10min, "<p>What flour did you take? Ours never sings.</p>");
    answers(first, bread);
    auto second = post("1002", people.tomas,
                       8min, "<p>Two thirds wheat, one third rye from the mill upstream. And patience.</p>");
    answers(second, first);
    auto third = post("1003", people.mira, 6min, "<p>I could hear it from the bridge.</p>");
    answers(third, bread);
    auto fourth = post("1004", people.sana, 3min, "<p>Is there a loaf left for the third floor?</p>");
    answers(fourth, bread);
    return {first, second, third, fourth};
}

api::Notification notice(const char* id, const char* type, const api::Account& from, std::chrono::milliseconds age)
{
    api::Notification item;
    item.id = id;
    item.type = type;
    item.account = from;
    item.created_at = ago(age);
    return item;
}

std::vector<api::Notification> notices(const People& people, const std::vector<api::Status>& posts)
{
    auto mention = notice("510", "mention", people.ines, 20min);
    mention.status =
        post("1010", people.ines, 20min, "<p>@mira will you bring the big thermos on Saturday?</p>");
    auto liked = notice("508", "favourite", people.kofi, 3h);
    liked.status = posts[6];
    auto shared = notice("505", "reblog", people.leila, 8h);
    shared.status = posts[6];
    return {mention, notice("509", "follow", people.sana, 2h), liked, shared,
            notice("500", "follow", people.tomas, 50h)};
}

} // namespace

void fill_with_demo(Connection& connection)
{
    const People people;
    store::SavedSession session{.server = "https://hollow.town", .token = "none", .account = people.mira};
    session.instance_title = "Hollow Town";
    session.instance_domain = "hollow.town";
    store::write_session(connection, session);

    const auto posts = home_posts(people);
    store::add_entries(connection, store::k_home, posts);
    store::save_statuses(connection, answers_to(posts.front(), people));
    store::save_notifications(connection, notices(people, posts));
    store::write_setting(connection, "notifications.seen", to_std(sort_key(to_q("505")))); // three are new
    store::save_people(connection,
                       {people.tomas, people.ines, people.kofi, people.leila, people.arno, people.sana});
    api::Relationship followed;
    followed.following = true;
    std::vector<api::Relationship> relationships;
    for (const auto* id : {"2", "4", "5"}) {
        followed.id = id;
        relationships.push_back(followed);
    }
    store::save_relationships(connection, relationships);
    const store::WrittenPost draft{
        .text = "The first frost is on the allotment. Everything smells of apples and smoke.",
        .audience = "friends"};
    store::save_draft(connection, "new", draft, to_ms(SystemClock{}.now()));
}

} // namespace kith::app
