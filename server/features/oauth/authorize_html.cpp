// SPDX-License-Identifier: Apache-2.0
#include "server/features/oauth/authorize_html.h"

#include "common/crypto/hash.h"
#include "common/text/utf8.h"
#include "server/features/oauth/scope_words.h"

namespace kith::oauth {

using http::Response;
using text::escape_html;

namespace {

constexpr std::string_view k_style = R"css(
:root{color-scheme:light dark;--bg:#F7F4EF;--surface:#FFFFFF;--sunk:#EFEAE2;--ink:#1D1915;--ink2:#665E55;--line:#E6DFD4;--edge:#8A8177;--accent:#C2410C;--on:#FFFFFF;--soft:#FCE9DF;--danger:#B3261E}
@media (prefers-color-scheme:dark){:root{--bg:#141210;--surface:#1C1916;--sunk:#100E0C;--ink:#F2EDE6;--ink2:#A89F93;--line:#322D27;--edge:#7D746A;--accent:#FF8A5C;--on:#2A1206;--soft:#3A2318;--danger:#FF8A80}}
@media (prefers-contrast:more){:root{--ink2:var(--ink);--line:var(--ink);--edge:var(--ink)}}
*{box-sizing:border-box}
body{margin:0;padding:8vh 16px 32px;background:var(--bg);color:var(--ink);font:15px/22px Inter,system-ui,sans-serif}
main{max-width:416px;margin:0 auto;padding:24px;background:var(--surface);border:1px solid var(--line);border-radius:16px;overflow-wrap:anywhere}
.place{margin:0 0 4px;font-size:13px;line-height:18px;color:var(--ink2)}
h1{margin:0 0 12px;font-size:22px;line-height:28px;font-weight:700}
h2{margin:20px 0 4px;font-size:15px;line-height:22px;font-weight:600}
p{margin:0 0 12px}
ul{margin:0 0 16px;padding-left:20px}
.quiet{font-size:13px;line-height:18px;color:var(--ink2)}
.notice{padding:12px;border-radius:12px;background:var(--soft);color:var(--danger);font-weight:500}
label{display:block;margin:16px 0 4px;font-weight:500}
input{width:100%;min-height:44px;padding:8px 12px;border:1px solid var(--edge);border-radius:10px;background:transparent;color:inherit;font:inherit}
button{min-height:44px;padding:8px 20px;border:0;border-radius:22px;background:var(--accent);color:var(--on);font:inherit;font-weight:600;cursor:pointer}
.second{background:var(--soft);color:var(--ink)}
.buttons{display:flex;flex-wrap:wrap;gap:12px;margin:20px 0 0}
.below{display:flex;flex-wrap:wrap;align-items:center;gap:4px 12px;margin:20px 0 0;padding:12px 0 0;border-top:1px solid var(--line)}
.below p{margin:0}
.link{padding:8px 0;background:none;color:var(--accent);text-decoration:underline}
a{display:inline-block;padding:11px 0;color:var(--accent);font-weight:600}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
code{display:block;padding:12px;border-radius:12px;background:var(--sunk);font-size:17px;line-height:24px;user-select:all}
)css";

std::string style_source()
{
    return "'sha256-" + crypto::to_base64(crypto::sha256(k_style)) + "'";
}

/// `form_action` as the policy wants it; empty: there is no form.
Response page(int status, const core::Site& site, const std::string& title, const std::string& body,
              const std::string& form_action)
{
    static const auto style = style_source();
    std::string html =
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>" +
        escape_html(title) + " · " + escape_html(site.domain) + "</title><style>";
    html += k_style;
    html += "</style></head><body><main><p class=\"place\">" + escape_html(site.domain) +
            "</p><h1>" + escape_html(title) + "</h1>" + body + "</main></body></html>";
    auto response = http::html_response(status, std::move(html));
    response.headers.set("Content-Security-Policy",
                         "default-src 'none'; style-src " + style + "; form-action " +
                             (form_action.empty() ? "'none'" : form_action) +
                             "; base-uri 'none'; frame-ancestors 'none'");
    response.headers.set("Cache-Control", "no-store");
    return response;
}

std::string notice(const PageContext& page)
{
    if (page.notice.empty())
        return {};
    return "<p class=\"notice\" role=\"alert\" id=\"notice\">" + escape_html(page.notice) + "</p>";
}

std::string hidden(std::string_view name, std::string_view value)
{
    return "<input type=\"hidden\" name=\"" + escape_html(name) + "\" value=\"" + escape_html(value) + "\">";
}

/// With everything that the request said, so that the answer to the form can say it again.
std::string open_form(const PageContext& page, const std::string& attributes = {})
{
    std::string form = "<form method=\"post\" action=\"/oauth/authorize\"" + attributes + ">";
    for (const auto& [name, value] : parameters_of(page.wanted))
        form += hidden(name, value);
    return form + hidden("form_token", page.form_token);
}

std::string field(const std::string& name, const std::string& label, const std::string& attributes)
{
    return "<label for=\"" + name + "\">" + label + "</label><input id=\"" + name + "\" name=\"" +
           name + "\" required " + attributes + ">";
}

std::string bold(const std::string& text)
{
    return "<strong>" + escape_html(text) + "</strong>";
}

/// Browsers hold the redirects after a form to form-action too (Chromium does), and the program may send people on from
/// its own address to another. So once the password is out of the way every web site is allowed, and the program's scheme.
std::string after_consent(const Authorization& wanted)
{
    if (wanted.out_of_band())
        return "'self'";
    const auto scheme = scheme_of(wanted.redirect_uri);
    return scheme == "https:" ? "'self' https:" : "'self' https: " + scheme;
}

std::string what_comes_next(const Authorization& wanted)
{
    if (wanted.out_of_band())
        return "You will get a code to copy into it.";
    const auto place = shown_place(wanted.redirect_uri);
    return place.empty() ? "You will then go back to the program on this device."
                         : "You will then go on to " + bold(place) + ".";
}

} // namespace

Response sign_in_page(int status, const PageContext& page_context, const std::string& username)
{
    const auto& wanted = page_context.wanted;
    const bool wrong = !page_context.notice.empty();
    const std::string described = wrong ? " aria-describedby=\"notice\"" : "";
    const std::string focus = " autofocus";
    std::string body =
        "<p>You will then go on to " + bold(wanted.application.name) + ".</p>" + notice(page_context);
    body += open_form(page_context);
    body += field("username", "Name",
                  "autocomplete=\"username\" autocapitalize=\"none\" spellcheck=\"false\" "
                  "maxlength=\"300\" value=\"" +
                      escape_html(username) + "\"" + described + (username.empty() ? focus : ""));
    body += field("password", "Password",
                  "type=\"password\" autocomplete=\"current-password\" maxlength=\"1000\"" +
                      described + (username.empty() ? "" : focus));
    body += "<div class=\"buttons\"><button name=\"decision\" value=\"sign_in\">Sign "
            "in</button></div></form>";
    if (!wanted.out_of_band())
        body += "<div class=\"below\"><a href=\"" +
                escape_html(address_with_error(page_context.site, wanted, "access_denied",
                                               "The person did not want to sign in.")) +
                "\">Go back without signing in</a></div>";
    return page(status, page_context.site, wrong ? "Sign in again" : "Sign in", body, "'self'");
}

Response consent_page(int status, const PageContext& page_context, const std::string& handle, bool allowed_before)
{
    const auto& wanted = page_context.wanted;
    std::string body = notice(page_context) + "<p>It may then, as " + bold(handle) + ":</p><ul>";
    for (const auto& line : scope_words(wanted.scopes))
        body += "<li>" + escape_html(line) + "</li>";
    body += "</ul>";
    if (allowed_before)
        body += "<p>You have allowed this before.</p>";
    body += "<p class=\"quiet\">" + what_comes_next(wanted) + "</p>";
    body += open_form(page_context) +
            "<div class=\"buttons\"><button name=\"decision\" value=\"allow\">Allow</button>"
            "<button class=\"second\" name=\"decision\" value=\"deny\">Don’t "
            "allow</button></div></form>";
    body += open_form(page_context, " class=\"below\"") + "<p class=\"quiet\">Not you?</p>" +
            "<button class=\"link\" name=\"decision\" value=\"sign_out\">Sign out</button></form>";
    return page(status, page_context.site, wanted.application.name + " would like to use your account",
                body, after_consent(wanted));
}

Response code_page(const PageContext& page_context, const std::string& code)
{
    return page(200, page_context.site, "Your code",
                "<p>Copy it into " + bold(page_context.wanted.application.name) + ":</p><code id=\"code\">" +
                    escape_html(code) + "</code><p class=\"quiet\">It works once, for ten minutes. Give it to nobody else.</p>",
                {});
}

Response no_code_page(const PageContext& page_context)
{
    const auto& wanted = page_context.wanted;
    if (wanted.error.empty())
        return page(200, page_context.site, "Nothing was allowed",
                    "<p>" + bold(wanted.application.name) + " may not use your account. You can close this page.</p>",
                    {});
    return page(400, page_context.site, "Sign-in is not possible",
                "<p role=\"alert\">" + bold(wanted.application.name) + " asked for something that is not possible. " +
                    escape_html(wanted.error_description) + "</p>",
                {});
}

Response way_back_page(const PageContext& page_context, const std::string& error, const std::string& description)
{
    const auto& wanted = page_context.wanted;
    const auto place = shown_place(wanted.redirect_uri);
    const auto address = address_with_error(page_context.site, wanted, error, description);
    return page(400, page_context.site, "Sign-in is not possible",
                "<p role=\"alert\">" + bold(wanted.application.name) + " sent you here, but cannot go on. " +
                    escape_html(description) + "</p><p>Nothing has been done. This link leads " +
                    (place.empty() ? "to a program on this device" : "to " + bold(place) + ", which is not part of this server") +
                    ":</p><div class=\"below\"><a href=\"" + escape_html(address) + "\">Go back" +
                    (place.empty() ? "" : " to " + escape_html(place)) + "</a></div>",
                {});
}

Response refusal_page(const core::Site& site, const std::string& sentence)
{
    return page(400, site, "Sign-in is not possible",
                "<p role=\"alert\">" + escape_html(sentence) + "</p>", {});
}

} // namespace kith::oauth
