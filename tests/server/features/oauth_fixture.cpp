// SPDX-License-Identifier: Apache-2.0
#include "tests/server/features/oauth_fixture.h"

namespace kith::tests {

void OAuth::SetUp()
{
    BothEngines::SetUp();
    if (IsSkipped())
        return;
    db().events.subscribe<auth::TokenRevoked>([this](Tx&, const auth::TokenRevoked& event) -> Result<void> {
        ended.push_back(event.token);
        return {};
    });
    mira = add_person(db(), "mira");
    program = register_program("Toots", "read write", {oauth::k_out_of_band, "https://app.example/back"});
}

oauth::RegisteredApplication OAuth::register_program(const std::string& name, const std::string& scopes,
                                                     std::vector<std::string> redirect_uris)
{
    oauth::NewApplication wanted;
    wanted.name = name;
    wanted.redirect_uris = std::move(redirect_uris);
    wanted.scopes = scopes;
    return db()
        .write([&](Tx& tx) -> Result<oauth::RegisteredApplication> {
            return oauth::register_application(tx, wanted);
        })
        .value();
}

std::string OAuth::issue(const std::optional<std::string>& challenge)
{
    oauth::Grant grant;
    grant.application = program.application.id;
    grant.account = mira.id;
    grant.redirect_uri = oauth::k_out_of_band;
    grant.scopes = "read";
    grant.code_challenge = challenge;
    return db().write([&](Tx& tx) -> Result<std::string> { return oauth::issue_code(tx, grant); }).value();
}

std::optional<oauth::Redeemed> OAuth::redeem(const std::string& code)
{
    return db().write([&](Tx& tx) { return oauth::redeem_code(tx, code); }).value();
}

std::string OAuth::token(std::optional<ApplicationId> of, std::optional<AccountId> account,
                         const std::string& scopes)
{
    auth::NewToken wanted;
    wanted.application = of;
    wanted.account = account;
    wanted.scopes = scopes;
    return db().write([&](Tx& tx) -> Result<std::string> { return auth::issue(tx, wanted).text; }).value();
}

bool OAuth::alive(const std::string& token)
{
    return db().read([&](Tx& tx) -> Result<bool> { return auth::find(tx, token).has_value(); }).value();
}

TokenId OAuth::id_of(const std::string& token)
{
    return db().read([&](Tx& tx) -> Result<TokenId> { return auth::find(tx, token).value().token; }).value();
}

void OAuthServer::SetUp()
{
    OAuth::SetUp();
    if (!IsSkipped())
        stage.emplace(db(), rates);
}

void OAuthServer::TearDown()
{
    stage.reset();
    OAuth::TearDown();
}

http::Response OAuthServer::exchange(const std::string& code, const std::string& redirect_uri,
                                     const Stage::Pairs& more)
{
    Stage::Pairs form{{"grant_type", "authorization_code"},
                      {"client_id", program.application.client_id},
                      {"client_secret", program.client_secret},
                      {"code", code},
                      {"redirect_uri", redirect_uri}};
    form.insert(form.end(), more.begin(), more.end());
    return stage->post("/oauth/token", form);
}

http::Response Visitor::call(http::Request request)
{
    if (!cookie.empty())
        request.headers.add("Cookie", "other=1; " + cookie);
    auto response = m_stage.call(std::move(request));
    if (const auto set = response.headers.find("Set-Cookie")) {
        last_set_cookie = *set;
        cookie = last_set_cookie.substr(0, last_set_cookie.find(';'));
    }
    return response;
}

http::Response Visitor::open(const std::string& target)
{
    http::Request request;
    request.target = target;
    return call(std::move(request));
}

http::Response Visitor::send(const HtmlForm& form)
{
    http::Request request;
    request.method = http::Method::post;
    request.target = form.action;
    request.headers.add("Content-Type", "application/x-www-form-urlencoded");
    for (const auto& [name, value] : form.fields)
        request.body +=
            (request.body.empty() ? "" : "&") + percent_encoded(name) + "=" + percent_encoded(value);
    return call(std::move(request));
}

http::Response Visitor::press(const http::Response& page, const std::string& decision, const Stage::Pairs& filled)
{
    auto form = first_form(page.body);
    for (const auto& [name, value] : filled)
        form.set(name, value);
    form.set("decision", decision);
    return send(form);
}

http::Response Visitor::follow(const http::Response& redirect)
{
    return open(location_of(redirect));
}

std::string location_of(const http::Response& response)
{
    return std::string{response.headers.find("Location").value_or("")};
}

} // namespace kith::tests
