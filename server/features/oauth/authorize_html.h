// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/features/oauth/authorization.h"
#include "server/http/message.h"

#include <string>

/// How the page looks: HTML without scripts, one style sheet inside it, light and dark as the browser wishes.
namespace kith::oauth {

/// What every page of one request needs.
struct PageContext {
    const core::Site& site;
    const Authorization& wanted;
    std::string form_token;
    std::string notice; ///< what went wrong, as a sentence; empty: nothing
};

http::Response sign_in_page(int status, const PageContext& page, const std::string& username);
/// `handle`: "@mira@hollow.town".
http::Response consent_page(int status, const PageContext& page, const std::string& handle, bool allowed_before);
/// Out of band: the person carries the code over.
http::Response code_page(const PageContext& page, const std::string& code);
/// The program gets an error, but cannot be reached by an address.
http::Response no_code_page(const PageContext& page);
/// The program may have its error, when the person follows the link: the page shows where that leads.
http::Response way_back_page(const PageContext& page, const std::string& error, const std::string& description);
/// Nobody can be sent anywhere.
http::Response refusal_page(const core::Site& site, const std::string& sentence);

} // namespace kith::oauth
