// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/app/unit/home_server.h"

class QNetworkAccessManager;

namespace kith::test {

/// A server of another kind, as the documents of Mastodon's API describe it: nothing of Kith's own, sign-in through OAuth
/// only. And the browser of somebody who is asked by it.
class MastodonServer : public HomeServer {
    Q_OBJECT
public:
    MastodonServer();

    bool allows = true;       ///< what the person answers on the page
    bool has_version_2 = true; ///< GET /api/v2/instance, since 4.0
    int revoked = 0;          ///< tokens, by POST /oauth/revoke as it wants it
    /// What went wrong in the program's requests, as the server sees it.
    QStringList complaints;
    /// What is asked of it before its own answer.
    std::function<std::optional<HttpReply>(const HttpRequest&)> first;

    /// What the browser does with an address: opens it, and follows where it leads.
    std::function<bool(const QUrl&)> browser();
    /// The address that was opened last.
    QUrl opened() const { return m_opened; }

private:
    HttpReply register_application(const HttpRequest& request);
    HttpReply authorize(const HttpRequest& request);
    HttpReply token(const HttpRequest& request);
    HttpReply revoke(const HttpRequest& request);
    HttpReply instance(const HttpRequest& request) const;
    void expect(bool holds, const char* otherwise);

    QNetworkAccessManager* m_browser;
    QUrl m_opened;
    QString m_redirect;
    QString m_challenge;
    QString m_code;
};

} // namespace kith::test
