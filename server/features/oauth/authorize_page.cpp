// SPDX-License-Identifier: Apache-2.0
#include "common/text/utf8.h"
#include "server/auth/scopes.h"
#include "server/db/database.h"
#include "server/features/oauth/oauth.h"
#include "server/features/oauth/sign_in.h"
#include "server/features/support/server.h"
#include "server/http/router.h"

#include <algorithm>

namespace kith::oauth {

using boost::asio::awaitable;
using features::Server;
using http::Access;
using http::Method;
using http::Params;
using http::Request;
using http::Response;
using text::escape_html;

namespace {

/// A request to /oauth/authorize whose application and redirect address are known to be right. Before that nothing may
/// be redirected anywhere (RFC 6749, 4.1.2.1).
struct Authorization {
    Application application;
    std::string redirect_uri;
    std::string scopes;
    std::string state;
    std::optional<std::string> code_challenge;
};

Response page(int status, const std::string& title, const std::string& body)
{
    auto response = http::html_response(
        status, "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">"
                "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>" +
                    escape_html(title) +
                    "</title><style>:root{color-scheme:light dark}body{font:16px/1.5 Inter,system-ui,sans-serif;max-width:26rem;"
                    "margin:10vh auto;padding:0 1rem;background:light-dark(#F7F4EF,#141210);color:light-dark(#1D1915,#F2EDE6)}"
                    "main{background:light-dark(#FFFFFF,#1C1916);border:1px solid light-dark(#E6DFD4,#322D27);border-radius:16px;padding:1.5rem}"
                    "h1{font-size:1.3rem;margin:0 0 1rem}label{display:block;margin:.75rem 0 .25rem}"
                    "input{font:inherit;width:100%;box-sizing:border-box;padding:.6rem .75rem;border-radius:10px;border:1px solid light-dark(#8A8177,#7D746A);background:transparent;color:inherit}"
                    "button{font:inherit;font-weight:600;margin-top:1.25rem;padding:.65rem 1.25rem;border:0;border-radius:999px;"
                    "background:light-dark(#C2410C,#FF8A5C);color:light-dark(#FFFFFF,#2A1206)}"
                    ":focus-visible{outline:2px solid light-dark(#C2410C,#FF8A5C);outline-offset:2px}"
                    ".error{color:light-dark(#B3261E,#FF8A80)}code{display:block;overflow-wrap:anywhere;font-size:1.1rem}</style></head><body><main>" +
                    body + "</main></body></html>");
    // form-action is left open on purpose: browsers apply it to the redirect after the form too, and that leads to the
    // client's own address, which was checked.
    response.headers.set("Content-Security-Policy",
                         "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'");
    response.headers.set("Cache-Control", "no-store");
    return response;
}

Response refusal(const std::string& sentence)
{
    return page(400, "Sign-in is not possible", "<h1>Sign-in is not possible</h1><p role=\"alert\">" + escape_html(sentence) + "</p>");
}

std::string hidden(const char* name, const std::string& value)
{
    return "<input type=\"hidden\" name=\"" + std::string{name} + "\" value=\"" + escape_html(value) + "\">";
}

Response form(const Authorization& wanted, const std::string& domain, const std::string& error, const std::string& username)
{
    std::string body = "<h1>" + escape_html(wanted.application.name) + " would like to use your account on " +
                       escape_html(domain) + "</h1><p>It asks for: " + escape_html(wanted.scopes) + ".</p>";
    if (!error.empty())
        body += "<p class=\"error\" role=\"alert\">" + escape_html(error) + "</p>";
    body += "<form method=\"post\" action=\"/oauth/authorize\">" + hidden("response_type", "code") +
            hidden("client_id", wanted.application.client_id) + hidden("redirect_uri", wanted.redirect_uri) +
            hidden("scope", wanted.scopes) + hidden("state", wanted.state);
    if (wanted.code_challenge)
        body += hidden("code_challenge", *wanted.code_challenge) + hidden("code_challenge_method", "S256");
    body += "<label for=\"username\">Name</label><input id=\"username\" name=\"username\" autocomplete=\"username\" "
            "autocapitalize=\"none\" spellcheck=\"false\" required value=\"" +
            escape_html(username) +
            "\"><label for=\"password\">Password</label><input id=\"password\" name=\"password\" type=\"password\" "
            "autocomplete=\"current-password\" required><button type=\"submit\">Sign in and allow</button></form>";
    return page(error.empty() ? 200 : 401, "Sign in", body);
}

awaitable<Result<Authorization>> parse(Server& server, const Params& params)
{
    Authorization wanted;
    const auto client_id = params.find("client_id").value_or("");
    auto work = [&](Tx& tx) -> Result<Application> {
        auto found = find_application(tx, client_id);
        if (!found)
            return fail(Errc::invalid, "The program that sent you here is not known to this server.");
        return std::move(*found);
    };
    CO_TRY(wanted.application, co_await server.database.read(work));
    wanted.redirect_uri = params.find("redirect_uri").value_or("");
    const auto& allowed = wanted.application.redirect_uris;
    if (std::find(allowed.begin(), allowed.end(), wanted.redirect_uri) == allowed.end())
        co_return fail(Errc::invalid, "The program that sent you here asked to return to an address that it did not register.");
    if (params.find("response_type").value_or("") != "code")
        co_return fail(Errc::invalid, "The program that sent you here asked for an unsupported kind of answer.");
    CO_TRY(wanted.scopes, auth::parse_scopes(params.find("scope").value_or("")));
    if (!auth::covers_all(wanted.application.scopes, wanted.scopes))
        co_return fail(Errc::invalid, "The program that sent you here asks for more than it registered for.");
    wanted.state = params.find("state").value_or("");
    if (wanted.state.size() > 2000)
        co_return fail(Errc::invalid, "The program that sent you here sent too long a state.");
    wanted.code_challenge = params.find("code_challenge");
    if (wanted.code_challenge) {
        if (params.find("code_challenge_method").value_or("") != "S256" || wanted.code_challenge->size() != 43)
            co_return fail(Errc::invalid, "The program that sent you here uses an unsupported code challenge; S256 is needed.");
    }
    co_return wanted;
}

std::string percent_encode(const std::string& text)
{
    constexpr const char* digits = "0123456789ABCDEF";
    std::string out;
    for (const unsigned char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == '~';
        if (plain)
            out += static_cast<char>(c);
        else
            out += {'%', digits[c >> 4], digits[c & 15]};
    }
    return out;
}

awaitable<Result<Response>> show(Server& server, Request& request)
{
    CO_TRY(auto params, request.params());
    const auto wanted = co_await parse(server, params);
    if (!wanted)
        co_return refusal(wanted.error().message);
    co_return form(*wanted, server.site.domain, {}, {});
}

awaitable<Result<Response>> submit(Server& server, Request& request)
{
    CO_TRY(auto params, request.params());
    const auto wanted = co_await parse(server, params);
    if (!wanted)
        co_return refusal(wanted.error().message);
    const auto username = params.find("username").value_or("");
    const auto password = params.find("password").value_or("");
    const auto account = co_await check_password(server, username, password);
    if (!account)
        co_return form(*wanted, server.site.domain, account.error().message, username);

    Grant grant;
    grant.application = wanted->application.id;
    grant.account = *account;
    grant.redirect_uri = wanted->redirect_uri;
    grant.scopes = wanted->scopes;
    grant.code_challenge = wanted->code_challenge;
    auto work = [&](Tx& tx) -> Result<std::string> { return issue_code(tx, grant); };
    CO_TRY(const auto code, co_await server.database.write(work));
    if (wanted->redirect_uri == k_out_of_band)
        co_return page(200, "Your code", "<h1>Your code</h1><p>Copy it into " + escape_html(wanted->application.name) +
                                             ":</p><code id=\"code\">" + escape_html(code) + "</code>");
    auto target = wanted->redirect_uri + (wanted->redirect_uri.find('?') == std::string::npos ? "?" : "&") + "code=" + code;
    if (!wanted->state.empty())
        target += "&state=" + percent_encode(wanted->state);
    auto response = http::redirect_response(303, target);
    response.headers.set("Cache-Control", "no-store");
    co_return response;
}

} // namespace

void register_authorize_page(Server& server)
{
    // toot sends people to the address with a slash at its end.
    for (const auto* address : {"/oauth/authorize", "/oauth/authorize/"})
        server.router.add(Method::get, address, Access::anyone(),
                          [&](Request& request) { return show(server, request); });
    server.router.add(Method::post, "/oauth/authorize", Access::anyone(),
                      [&](Request& request) { return submit(server, request); });
}

} // namespace kith::oauth
