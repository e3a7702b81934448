// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/net/api_client.h"
#include "app/services/post.h"
#include "app/store/session_table.h"
#include "app/store/store.h"

#include <QObject>

#include <optional>

namespace kith::services {

/// Who is signed in. GUI thread only.
class Session : public QObject {
    Q_OBJECT
public:
    Session(store::Store& store, net::ApiClient& api, QObject* parent = nullptr);

    /// Looks in the store who is signed in, then asks the server for news of them. Ends in signed_in or signed_out.
    void restore();
    void sign_in(const QString& server, const QString& name, const QString& password);
    void sign_up(const QString& server, const QString& name, const QString& password);
    /// Tells the server, without waiting for it, and forgets everything here.
    void sign_out();

    bool busy() const { return m_busy; }
    const std::optional<store::SavedSession>& current() const { return m_current; }
    Viewer viewer() const;

signals:
    void busy_changed();
    void signed_in();
    /// Before everything is forgotten: nobody may write to the store any more.
    void leaving();
    void signed_out();
    /// The account or the server's name changed.
    void updated();
    /// A sentence why signing in did not work; "" when a new try begins.
    void failed(const QString& sentence);
    /// The server does not take our token any more.
    void expired();

private:
    enum class Way { SignIn, SignUp };

    void begin(Way way, const QString& server, const QString& name, const QString& password);
    void with_token(const api::Token& token);
    void with_account(const api::Account& account);
    void with_instance(Result<api::Instance> instance);
    void take_instance(const Result<api::Instance>& instance);
    void give_up(const Error& error);
    void keep();
    void ask_for_news();
    void set_busy(bool busy);

    store::Store& m_store;
    net::ApiClient& m_api;
    std::optional<store::SavedSession> m_current;
    store::SavedSession m_coming; ///< while signing in
    bool m_busy = false;
    int m_generation = 0;
};

} // namespace kith::services
