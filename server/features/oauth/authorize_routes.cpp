// SPDX-License-Identifier: Apache-2.0
#include "server/auth/browser_session.h"
#include "server/db/database.h"
#include "server/features/accounts/account.h"
#include "server/features/oauth/authorize_html.h"
#include "server/features/oauth/oauth.h"
#include "server/features/oauth/page_guard.h"
#include "server/features/oauth/sign_in.h"
#include "server/features/support/server.h"
#include "server/http/router.h"

namespace kith::oauth {

using boost::asio::awaitable;
using features::Server;
using http::Access;
using http::Method;
using http::Params;
using http::Request;
using http::Response;

namespace {

/// What stands in the database about a request.
struct Scene {
    Authorization wanted;
    std::optional<AccountId> signed_in;
    std::string handle; ///< of the signed-in
    bool allowed_before = false;
    bool knows_program = false; ///< the signed-in has allowed it something before
};

Result<Scene> look(Tx& tx, const Params& params, const std::string& key)
{
    Scene scene;
    TRY(scene.wanted, parse_authorization(tx, params));
    if (key.empty())
        return scene;
    scene.signed_in = auth::find_browser_session(tx, key);
    if (!scene.signed_in)
        return scene;
    scene.allowed_before =
        has_consented(tx, *scene.signed_in, scene.wanted.application.id, scene.wanted.scopes);
    scene.knows_program = has_consented(tx, *scene.signed_in, scene.wanted.application.id, {});
    if (const auto account = accounts::find(tx, *scene.signed_in))
        scene.handle = "@" + account->username + "@" + tx.site().domain;
    return scene;
}

Response go_to(std::string address)
{
    auto response = http::redirect_response(303, std::move(address));
    response.headers.set("Cache-Control", "no-store");
    return response;
}

/// The same request once more, as a page of its own: reloading it sends no form again.
Response start_over(const Authorization& wanted, const char* prompt)
{
    auto parameters = parameters_of(wanted);
    if (prompt)
        parameters.emplace_back("prompt", prompt);
    return go_to(with_parameters("/oauth/authorize", parameters));
}

/// The pages of one request, and the key that ties their forms to the browser.
class Pages {
public:
    Pages(Server& server, const Scene& scene, std::string key)
        : m_server(server), m_scene(scene), m_key(std::move(key)), m_key_is_new(m_key.empty())
    {
        if (m_key_is_new)
            m_key = new_browser_key();
    }

    Response sign_in(int status, std::string notice = {}, const std::string& username = {}) const
    {
        return with_key(sign_in_page(status, context(std::move(notice)), username));
    }
    Response consent(int status, std::string notice = {}) const
    {
        return with_key(consent_page(status, context(std::move(notice)), m_scene.handle, m_scene.allowed_before));
    }
    Response code(const std::string& code) const
    {
        if (m_scene.wanted.out_of_band())
            return code_page(context({}), code);
        return go_to(address_with_code(m_server.site, m_scene.wanted, code));
    }
    Response no_code(const std::string& error, const std::string& description) const
    {
        if (m_scene.wanted.out_of_band())
            return no_code_page(context({}));
        return go_to(address_with_error(m_server.site, m_scene.wanted, error, description));
    }
    /// The same where nobody has pressed anything. Everybody may register a program, with whatever address; so a link to us
    /// leads on by itself only for who has allowed that program something (RFC 9700, 4.11.2).
    Response turned_back(const std::string& error, const std::string& description) const
    {
        if (m_scene.knows_program || m_scene.wanted.out_of_band())
            return no_code(error, description);
        return way_back_page(context({}), error, description);
    }
    /// What the browser should see now, with a sentence about what went wrong.
    Response again(int status, const std::string& notice, const std::string& username = {}) const
    {
        return m_scene.signed_in ? consent(status, notice) : sign_in(status, notice, username);
    }

private:
    PageContext context(std::string notice) const
    {
        return {m_server.site, m_scene.wanted, form_token(m_key, m_server.clock.now()), std::move(notice)};
    }
    Response with_key(Response response) const
    {
        if (m_key_is_new)
            set_browser_key(response, m_server.site, m_key, std::chrono::seconds{0});
        return response;
    }

    Server& m_server;
    const Scene& m_scene;
    std::string m_key;
    bool m_key_is_new;
};

/// `unauthorized` when the browser is not signed in (any more).
Result<std::string> allow(Tx& tx, const Authorization& wanted, const std::string& key)
{
    const auto account = auth::hold_browser_session(tx, key);
    if (!account)
        return fail(
            Errc::unauthorized,
            "You have been signed out meanwhile, so nothing was allowed. Please sign in again.");
    remember_consent(tx, *account, wanted.application.id, wanted.scopes);
    Grant grant;
    grant.application = wanted.application.id;
    grant.account = *account;
    grant.redirect_uri = wanted.redirect_uri;
    grant.scopes = wanted.scopes;
    grant.code_challenge = wanted.code_challenge;
    return issue_code(tx, grant);
}

/// A request that was read, and whose program may be answered.
struct Visit {
    Server& server;
    Request& request;
    const Params& params;
    const std::string& key; ///< the browser's; "" when it has none
    const Scene& scene;
    const Pages& pages;
};
using Step = awaitable<Result<Response>> (*)(const Visit&);

/// Reads a request, and takes the step with it. What cannot be read is said on a page, and to no program.
awaitable<Result<Response>> begin(Server& server, Request& request, Step step)
{
    const auto params = request.params();
    if (!params)
        co_return refusal_page(server.site,
                               "What your browser sent cannot be read. " + params.error().message);
    const auto key = browser_key(server.site, request);
    auto work = [&](Tx& tx) { return look(tx, *params, key); };
    const auto scene = co_await server.database.read(work);
    if (!scene && scene.error().code != Errc::invalid)
        co_return scene.error();
    if (!scene)
        co_return refusal_page(server.site, scene.error().message);
    const Pages pages{server, *scene, key};
    if (const auto& wanted = scene->wanted; !wanted.error.empty())
        co_return pages.turned_back(wanted.error, wanted.error_description);
    const Visit read{server, request, *params, key, *scene, pages};
    co_return co_await step(read);
}

awaitable<Result<Response>> show(const Visit& visit)
{
    const auto& scene = visit.scene;
    const auto& pages = visit.pages;
    const auto& wanted = scene.wanted;
    const bool silent = wanted.prompt == Prompt::none;
    if (!scene.signed_in || wanted.prompt == Prompt::sign_in)
        co_return silent ? pages.turned_back("login_required", "Nobody is signed in in this browser.")
                         : pages.sign_in(200);
    // RFC 8252, 8.6 would ask anew whenever another program on the device could catch the code. Here every program has a
    // secret, without which a code is worth nothing. One on a page is for the eyes of who asked for it: that is asked anew.
    const bool remembered = scene.allowed_before && !wanted.out_of_band();
    if (!remembered || wanted.prompt == Prompt::consent)
        co_return silent ? pages.turned_back("consent_required", "The person has to be asked.")
                         : pages.consent(200);
    auto grant = [&](Tx& tx) { return allow(tx, wanted, visit.key); };
    const auto code = co_await visit.server.database.write(grant);
    if (!code && code.error().code == Errc::unauthorized)
        co_return pages.sign_in(200);
    if (!code)
        co_return code.error();
    co_return pages.code(*code);
}

awaitable<Result<Response>> sign_in(const Visit& visit)
{
    auto& server = visit.server;
    const auto& params = visit.params;
    const auto& pages = visit.pages;
    const auto username = params.find("username").value_or("");
    const auto password = params.find("password").value_or("");
    const auto verified = co_await check_password(server, visit.request, username, password);
    if (!verified)
        co_return pages.sign_in(http::status_of(verified.error().code), verified.error().message, username);
    auto work = [&](Tx& tx) -> Result<std::string> {
        TRY_VOID(begin_sign_in(tx, *verified));
        auth::end_browser_session(tx, visit.key);
        return auth::start_browser_session(tx, verified->account);
    };
    const auto new_key = co_await server.database.write(work);
    if (!new_key && http::status_of(new_key.error().code) >= 500)
        co_return new_key.error();
    if (!new_key)
        co_return pages.sign_in(http::status_of(new_key.error().code), new_key.error().message, username);
    // Always by way of the page that asks: a form that was sent with a password leads nowhere but to this server.
    auto response = start_over(visit.scene.wanted, "consent");
    set_browser_key(response, server.site, *new_key, auth::k_browser_session_life);
    co_return response;
}

awaitable<Result<Response>> sign_out(const Visit& visit)
{
    auto work = [&](Tx& tx) -> Result<void> {
        auth::end_browser_session(tx, visit.key);
        return {};
    };
    CO_TRY_VOID(co_await visit.server.database.write(work));
    auto response = start_over(visit.scene.wanted, nullptr);
    set_browser_key(response, visit.server.site, new_browser_key(), std::chrono::seconds{0});
    co_return response;
}

/// What to say about a form that does not count. Nothing has been done then.
const char* words_for(FormCheck check)
{
    switch (check) {
    case FormCheck::no_cookie:
        return "Your browser sent no cookie for this page, so nothing was done. Allow cookies for "
               "this site, then try again.";
    case FormCheck::old:
        return "This page had been open for too long, so nothing was done. Please try again.";
    case FormCheck::wrong:
        return "This page was out of date, so nothing was done. This is the current one; please "
               "try again.";
    case FormCheck::good: break;
    }
    return "";
}

awaitable<Result<Response>> submit(const Visit& visit)
{
    const auto& params = visit.params;
    const auto& scene = visit.scene;
    const auto& pages = visit.pages;
    const auto decision = params.find("decision").value_or("");
    const auto check = check_form(visit.key, params.find("form_token").value_or(""), visit.server.clock.now());
    // Pressed twice, or signed in from another tab: the person is where the form would have led.
    if (decision == "sign_in" && check == FormCheck::wrong && scene.signed_in)
        co_return start_over(scene.wanted, "consent");
    if (check != FormCheck::good)
        co_return pages.again(403, words_for(check), params.find("username").value_or(""));

    if (decision == "sign_in")
        co_return co_await sign_in(visit);
    if (decision == "sign_out")
        co_return co_await sign_out(visit);
    if (decision == "deny")
        co_return pages.no_code("access_denied",
                                "The resource owner or authorization server denied the request.");
    if (decision != "allow")
        co_return pages.again(
            400, "This page sent something unexpected, so nothing was done. Please try again.");
    auto grant = [&](Tx& tx) { return allow(tx, scene.wanted, visit.key); };
    const auto code = co_await visit.server.database.write(grant);
    if (!code && code.error().code == Errc::unauthorized)
        co_return pages.sign_in(403, code.error().message);
    if (!code)
        co_return code.error();
    co_return pages.code(*code);
}

} // namespace

void register_authorize_page(Server& server)
{
    // toot sends people to the address with a slash at its end.
    for (const auto* address : {"/oauth/authorize", "/oauth/authorize/"})
        server.router.add(Method::get, address, Access::anyone(),
                          [&](Request& request) { return begin(server, request, show); });
    server.router.add(Method::post, "/oauth/authorize", Access::anyone(),
                      [&](Request& request) { return begin(server, request, submit); }, http::RouteClass::sign_in);
}

} // namespace kith::oauth
