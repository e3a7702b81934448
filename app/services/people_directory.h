// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/net/api_client.h"
#include "app/services/post.h"
#include "app/store/store.h"

#include <QObject>

namespace kith::services {

/// Finding people and following them. GUI thread only.
class PeopleDirectory : public QObject {
    Q_OBJECT
public:
    PeopleDirectory(store::Store& store, net::ApiClient& api, QObject* parent = nullptr);

    void start(const Viewer& viewer);
    void stop();

    struct Found {
        std::vector<PersonRow> people{};
        bool only_known = false; ///< the server did not answer: people seen before
        QString sentence{};      ///< why
    };
    /// Asks the server, which asks other servers for a handle; without it, looks among the people seen before.
    void search(const QString& text, QObject* context, std::function<void(Result<Found>)> done);
    void follow(const QString& account_id, QObject* context, std::function<void(Result<void>)> done);
    void unfollow(const QString& account_id, QObject* context, std::function<void(Result<void>)> done);

signals:
    void relation_changed(const QString& account_id, const QString& relation);
    /// Somebody is followed from now on.
    void followed(const QString& account_id);

private:
    using PeopleDone = std::function<void(Result<Found>)>;

    void store_found(std::vector<api::Account> accounts, QPointer<QObject> context, const PeopleDone& done);
    void search_known(const QString& text, const Error& why, QPointer<QObject> context, const PeopleDone& done);
    void take(const QString& account_id, Result<api::Relationship> answer,
              QPointer<QObject> context, const std::function<void(Result<void>)>& done);
    void keep(std::vector<api::Relationship> relationships);
    void ask_again(const QString& account_id, int tries_left);

    store::Store& m_store;
    net::ApiClient& m_api;
    Viewer m_viewer;
    int m_generation = 0;
};

} // namespace kith::services
