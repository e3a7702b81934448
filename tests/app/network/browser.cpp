// SPDX-License-Identifier: Apache-2.0
#include "tests/app/network/browser.h"

#include "tests/support/http_client.h"

#include <QUrl>
#include <QUrlQuery>

#include <map>
#include <regex>
#include <stdexcept>

namespace kith::tests {

namespace {

class Browser {
public:
    Browser(std::string name, std::string password) : m_name(std::move(name)), m_password(std::move(password)) { }

    std::string open(const std::string& address)
    {
        constexpr int k_most_pages = 8;
        QUrl url(QString::fromStdString(address));
        const auto begun_at = url.port();
        auto answer = send("GET", url, {});
        for (int page = 0; page < k_most_pages; ++page) {
            if (url.port() != begun_at)
                return answer.body;
            if (answer.status >= 300 && answer.status < 400) {
                url = url.resolved(QUrl(QString::fromStdString(answer.header("Location"))));
                answer = send("GET", url, {});
                continue;
            }
            if (answer.status != 200)
                throw std::runtime_error(std::to_string(answer.status) + ": " + answer.body);
            const auto form = fill(answer.body);
            url = url.resolved(QUrl(QString::fromStdString(m_action)));
            answer = send("POST", url, form);
        }
        throw std::runtime_error("The pages do not end.");
    }

private:
    static std::string attribute(const std::string& tag, const std::string& name)
    {
        std::smatch found;
        return std::regex_search(tag, found, std::regex("\\b" + name + "=\"([^\"]*)\"")) ? unescaped(found[1]) : std::string{};
    }
    static std::string unescaped(std::string text)
    {
        const std::pair<const char*, const char*> signs[] = {
            {"&quot;", "\""}, {"&lt;", "<"}, {"&gt;", ">"}, {"&#39;", "'"}, {"&amp;", "&"}};
        for (const auto& [entity, sign] : signs)
            text = std::regex_replace(text, std::regex(entity), sign);
        return text;
    }
    std::string fill(const std::string& page)
    {
        std::smatch form;
        if (!std::regex_search(page, form, std::regex("<form[^>]*>")))
            throw std::runtime_error("There is no form: " + page);
        m_action = attribute(form.str(), "action");
        const std::string after = form.suffix();
        const std::string rest = after.substr(0, after.find("</form>")); // a page may have more than one
        QUrlQuery fields;
        const auto add = [&](const std::string& name, const std::string& value) {
            fields.addQueryItem(QString::fromStdString(name), QString::fromLatin1(QUrl::toPercentEncoding(QString::fromStdString(value))));
        };
        static const std::regex s_input("<input[^>]*>");
        for (std::sregex_iterator input(rest.begin(), rest.end(), s_input), end; input != end; ++input) {
            const auto name = attribute(input->str(), "name");
            add(name, name == "username" ? m_name : name == "password" ? m_password : attribute(input->str(), "value"));
        }
        std::smatch button;
        if (std::regex_search(rest, button, std::regex("<button[^>]*>")))
            if (const auto name = attribute(button.str(), "name"); !name.empty())
                add(name, attribute(button.str(), "value"));
        return fields.toString(QUrl::FullyEncoded).toStdString();
    }
    HttpAnswer send(const std::string& method, const QUrl& url, const std::string& form)
    {
        const auto host = url.host().toStdString();
        HttpClient client({.host = host, .port = static_cast<std::uint16_t>(url.port()), .ca_file = {},
                           .host_header = host + ":" + std::to_string(url.port())});
        HttpClient::Headers headers;
        if (method == "POST") {
            headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
            headers.emplace_back("Origin", url.scheme().toStdString() + "://" + host + ":" + std::to_string(url.port()));
        }
        std::string cookies;
        for (const auto& [name, value] : m_cookies)
            cookies += (cookies.empty() ? "" : "; ") + name + "=" + value;
        if (!cookies.empty())
            headers.emplace_back("Cookie", cookies);
        const auto path = url.path(QUrl::FullyEncoded) + (url.hasQuery() ? QLatin1String("?") + url.query(QUrl::FullyEncoded) : QString());
        auto answer = client.send(method, path.toStdString(), headers, form);
        for (const auto& [name, value] : answer.headers)
            if (QByteArray::fromStdString(name).toLower() == "set-cookie")
                m_cookies[value.substr(0, value.find('='))] = value.substr(value.find('=') + 1, value.find(';') - value.find('=') - 1);
        return answer;
    }

    std::string m_name;
    std::string m_password;
    std::string m_action;
    std::map<std::string, std::string> m_cookies;
};

} // namespace

std::future<std::string> browse(const std::string& url, const std::string& name, const std::string& password)
{
    return std::async(std::launch::async, [=] { return Browser(name, password).open(url); });
}

} // namespace kith::tests
