// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/net/api_client.h"
#include "app/net/loopback_redirect.h"

#include <QObject>
#include <QTimer>

#include <functional>

namespace kith::net {

/// Who a server takes us for; it is asked for once for every sign-in, for the redirect has a port of its own.
struct OauthClient {
    QString id;
    QString secret;
};

/// Signing in through the person's own browser, on any server that speaks Mastodon's API: OAuth 2's authorization code
/// with PKCE S256 (RFC 7636) and a loopback redirect (RFC 8252). One at a time. GUI thread only.
class BrowserSignIn : public QObject {
    Q_OBJECT
public:
    /// Opens an address in the browser; false when there is none.
    using OpenUrl = std::function<bool(const QUrl&)>;
    static constexpr std::chrono::minutes k_patience{5};

    /// `api` is set to the server already, and has no token.
    BrowserSignIn(ApiClient& api, OpenUrl open_url, QObject* parent = nullptr);

    void start(std::chrono::milliseconds patience = k_patience);
    /// Ends it without a word. Nothing when none is under way.
    void cancel();
    bool waiting() const { return m_waiting; }
    /// Once more, for whoever has closed the page.
    void open_again();

signals:
    /// The page is open in the browser (true), or that part is over (false).
    void waiting_changed(bool waiting);
    void finished(const kith::api::Token& token, const kith::net::OauthClient& client);
    void failed(const QString& sentence);

private:
    void registered(Result<api::Application> application);
    void arrived(const QUrlQuery& query);
    void exchange(const QString& code);
    void give_up(const QString& sentence);
    void end();

    ApiClient& m_api;
    OpenUrl m_open_url;
    LoopbackRedirect m_redirect;
    QTimer m_deadline;
    OauthClient m_client;
    QByteArray m_verifier;
    QByteArray m_state;
    QUrl m_page;
    bool m_waiting = false;
    int m_attempt = 0;
};

} // namespace kith::net
