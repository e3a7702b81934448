// SPDX-License-Identifier: Apache-2.0
#include "app/services/people_directory.h"

#include "app/base/strings.h"
#include "common/text/fold.h"

#include <QTimer>

namespace kith::services {

using app::to_q;
using app::to_std;
using store::Connection;

namespace {

constexpr int k_most_people = 40;
constexpr int k_asks_after_request = 5;

} // namespace

PeopleDirectory::PeopleDirectory(store::Store& store, net::ApiClient& api, QObject* parent)
    : QObject(parent), m_store(store), m_api(api)
{
}

void PeopleDirectory::start(const Viewer& viewer)
{
    stop();
    m_viewer = viewer;
}

void PeopleDirectory::stop()
{
    ++m_generation;
}

void PeopleDirectory::search(const QString& text, QObject* context, PeopleDone done)
{
    const QPointer<QObject> receiver(context);
    m_api.search_people(text, this, [this, text, receiver, done = std::move(done)](Result<api::Search> found) {
        if (!receiver)
            return;
        if (found)
            return store_found(std::move(found->accounts), receiver, done);
        if (found.error().code == Errc::unavailable)
            return search_known(text, found.error(), receiver, done);
        // Nobody of that name is an answer, not a failure.
        if (found.error().code == Errc::not_found)
            return done(Found{.people = {}});
        done(found.error());
    });
}

void PeopleDirectory::store_found(std::vector<api::Account> accounts, QPointer<QObject> context,
                                  const PeopleDone& done)
{
    QStringList ids;
    for (const auto& account : accounts)
        if (ids.size() < k_most_people)
            ids.append(to_q(account.id));
    if (ids.isEmpty())
        return done(Found{.people = {}});

    const auto keep = [this, accounts = std::move(accounts), ids, context,
                       done](Result<std::vector<api::Relationship>> relationships) {
        if (!context)
            return;
        const auto work = [accounts, ids, viewer = m_viewer,
                           relationships = relationships ? *relationships
                                                         : std::vector<api::Relationship>{}](Connection& connection) {
            store::save_people(connection, accounts);
            store::save_relationships(connection, relationships);
            Found found;
            for (const auto& id : ids)
                if (const auto person = store::read_person(connection, to_std(id)))
                    found.people.push_back(person_of(*person, viewer));
            return found;
        };
        m_store.write(context, work, done);
    };
    m_api.relationships(ids, this, keep);
}

void PeopleDirectory::search_known(const QString& text, const Error& why, QPointer<QObject> context,
                                   const PeopleDone& done)
{
    const auto work = [folded = text::fold(to_std(text)), sentence = to_q(why.message),
                       viewer = m_viewer](Connection& connection) {
        Found found{.people = {}, .only_known = true, .sentence = sentence};
        for (const auto& person : store::find_people(connection, folded, k_most_people))
            found.people.push_back(person_of(person, viewer));
        return found;
    };
    m_store.read(context, work, done);
}

void PeopleDirectory::follow(const QString& account_id, QObject* context, std::function<void(Result<void>)> done)
{
    const QPointer<QObject> receiver(context);
    m_api.follow(account_id, this, [this, account_id, receiver, done](Result<api::Relationship> answer) {
        const bool requested = answer && answer->requested && !answer->following;
        const bool following = answer && answer->following;
        take(account_id, std::move(answer), receiver, done);
        if (following)
            emit followed(account_id);
        if (requested)
            ask_again(account_id, k_asks_after_request);
    });
}

void PeopleDirectory::unfollow(const QString& account_id, QObject* context,
                               std::function<void(Result<void>)> done)
{
    const QPointer<QObject> receiver(context);
    m_api.unfollow(account_id, this, [this, account_id, receiver, done](Result<api::Relationship> answer) {
        take(account_id, std::move(answer), receiver, done);
    });
}

void PeopleDirectory::take(const QString& account_id, Result<api::Relationship> answer,
                           QPointer<QObject> context, const std::function<void(Result<void>)>& done)
{
    if (answer) {
        answer->id = to_std(account_id);
        keep({*answer});
    }
    if (context)
        done(answer ? Result<void>{} : Result<void>{answer.error()});
}

void PeopleDirectory::keep(std::vector<api::Relationship> relationships)
{
    for (const auto& relationship : relationships)
        emit relation_changed(to_q(relationship.id), relation_of(relationship));
    m_store.write([relationships = std::move(relationships)](Connection& connection) {
        store::save_relationships(connection, relationships);
    });
}

void PeopleDirectory::ask_again(const QString& account_id, int tries_left)
{
    // A server elsewhere says yes within seconds; a person may take days, and then a notification tells.
    constexpr int k_first_wait_ms = 1'000;
    const auto wait = k_first_wait_ms << (k_asks_after_request - tries_left);
    QTimer::singleShot(wait, this, [this, account_id, tries_left, generation = m_generation] {
        if (generation != m_generation)
            return;
        m_api.relationships(
            {account_id}, this,
            [this, account_id, tries_left, generation](Result<std::vector<api::Relationship>> answer) {
                if (generation != m_generation)
                    return;
                const bool still = !answer || answer->empty() ||
                                   (answer->front().requested && !answer->front().following);
                if (still) {
                    if (tries_left > 1)
                        ask_again(account_id, tries_left - 1);
                    return;
                }
                const bool following = answer->front().following;
                keep(std::move(*answer));
                if (following)
                    emit followed(account_id);
            });
    });
}

} // namespace kith::services
