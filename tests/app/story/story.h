// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/app/story/app_window.h"
#include "tests/support/kithd_process.h"

#include <QTemporaryDir>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace kith::tests {

inline const QString k_passphrase = QStringLiteral("four quiet grey herons");

/// Through the sign-in page, to the home page. `server` as a person types it.
void sign_up(AppWindow& app, const std::string& server, const std::string& name);
/// Writes a post and sends it; `warning` may be empty.
void write_post(AppWindow& app, const std::string& text, const std::string& warning = {});
/// Answers the passphrase page.
void unlock(AppWindow& app);

/// Stops the server while the apps go on, so that they see it go and can close their streams.
void stop(KithdProcess& server);

/// A client of the account that sign_up() made.
HttpClient sign_in(const KithdProcess& server, const std::string& name);
std::string own_id(const HttpClient& client);
/// The posts of the client's own account with the text in their content, as the server has them.
std::vector<json::value> own_posts(const HttpClient& client, const std::string& text);

/// The first file below the folder whose bytes contain the text; "" when none does.
std::string file_with(const QString& folder, const std::string& text);

} // namespace kith::tests
