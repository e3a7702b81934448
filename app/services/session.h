// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/net/api_client.h"
#include "app/net/browser_sign_in.h"
#include "app/net/server_discovery.h"
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
    /// `open_url` shows an address in the person's browser; for sign_in_with_browser().
    Session(store::Store& store, net::ApiClient& api, net::BrowserSignIn::OpenUrl open_url, QObject* parent = nullptr);

    /// Looks in the store who is signed in, then asks the server for news of them. Ends in signed_in or signed_out.
    void restore();
    void sign_in(const QString& server, const QString& name, const QString& password);
    void sign_up(const QString& server, const QString& name, const QString& password);
    /// On any server that speaks Mastodon's API; `server` may also be the domain of a handle.
    void sign_in_with_browser(const QString& server);
    /// After expired(), the same way.
    void sign_in_again_with_browser();
    /// While the browser is waited for.
    void cancel_browser();
    void open_browser_again() { m_browser.open_again(); }
    bool waits_for_browser() const { return m_browser.waiting(); }
    /// Whether the server has what is Kith's own.
    bool has_kith() const { return m_current && m_current->kith_version > 0; }
    /// After expired(): a new token for the same account on the same server. Ends in renewed() or failed().
    void sign_in_again(const QString& password);
    /// Asks the server for news of the account, and with it whether it takes our token.
    void ask_for_news();
    /// Forgets everything here, and tells the server without waiting for it. Ends in signed_out(); or, when the store
    /// cannot forget, in signed_in() and failed().
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
    void waits_for_browser_changed();
    /// A sentence why signing in did not work; "" when a new try begins.
    void failed(const QString& sentence);
    /// The server does not take our token any more.
    void expired();
    /// It does again.
    void renewed();

private:
    enum class Way { SignIn, SignUp };

    void begin(Way way, const QString& server, const QString& name, const QString& password);
    void with_token(const api::Token& token);
    void with_account(const api::Account& account);
    void ask_old_instance();
    void with_instance(Result<api::Instance> instance);
    void take_instance(const Result<api::Instance>& instance);
    void give_up(const Error& error);
    void keep();
    bool begin_at(const QUrl& server);
    void browser_finished(const api::Token& token, const net::OauthClient& client);
    void browser_failed(const QString& sentence);
    void renew(const api::Token& token, const net::OauthClient& client);
    void settle(const store::SavedSession& session);
    void take_back(const Error& error);
    void stay(const Error& error);
    void set_busy(bool busy);

    store::Store& m_store;
    net::ApiClient& m_api;
    std::optional<store::SavedSession> m_current;
    store::SavedSession m_coming; ///< while signing in
    net::ServerDiscovery m_discovery;
    net::BrowserSignIn m_browser;
    bool m_busy = false;
    bool m_leaving = false;
    int m_generation = 0;
};

} // namespace kith::services
