// SPDX-License-Identifier: Apache-2.0
#include "server/fetch/transfer.h"

#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <algorithm>

namespace kith::fetch {

namespace {

constexpr std::size_t k_max_header_bytes = 64 << 10;

using std::chrono::duration_cast;
using std::chrono::milliseconds;

bool is_sendable(const std::string& name, const std::string& value)
{
    const auto bad_name = [](unsigned char c) { return c <= 0x20 || c >= 0x7f || c == ':'; };
    const auto bad_value = [](unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7f; };
    return !name.empty() && std::none_of(name.begin(), name.end(), bad_name) &&
           std::none_of(value.begin(), value.end(), bad_value);
}

/// The address and port that a socket would connect to. False for anything but IPv4 and IPv6.
bool read_address(const curl_sockaddr& from, core::IpAddress& address, unsigned& port)
{
    if (from.family == AF_INET) {
        const auto& v4 = reinterpret_cast<const sockaddr_in&>(from.addr);
        address = core::IpAddress::from_v4(reinterpret_cast<const std::uint8_t*>(&v4.sin_addr));
        port = ntohs(v4.sin_port);
        return true;
    }
    if (from.family == AF_INET6) {
        const auto& v6 = reinterpret_cast<const sockaddr_in6&>(from.addr);
        address = core::IpAddress::from_v6(v6.sin6_addr.s6_addr);
        port = ntohs(v6.sin6_port);
        return true;
    }
    return false;
}

std::string_view trim(std::string_view text)
{
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

} // namespace

Transfer::Transfer(const TransferContext& context, Hop hop)
    : m_context(context), m_hop(std::move(hop)), m_easy(curl_easy_init())
{
}

Result<void> Transfer::prepare(SteadyTime now)
{
    auto* easy = m_easy.get();
    if (easy == nullptr)
        return fail(Errc::internal, "The request cannot be made.", "curl_easy_init failed");
    const auto left = duration_cast<milliseconds>(m_hop.deadline - now);
    if (left <= milliseconds::zero())
        return fail(Errc::unavailable, "The other server took too long.",
                    "no time left before " + m_hop.url.origin());
    TRY_VOID(set_headers());
    set_method();
    set_security();
    curl_easy_setopt(easy, CURLOPT_URL, m_hop.url.text.c_str());
    curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L); // a signature covers the path as it is
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    curl_easy_setopt(easy, CURLOPT_USERAGENT, m_context.options.user_agent.c_str());
    curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(left.count()));
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                     static_cast<long>(std::min<std::int64_t>(left.count(), 10000)));
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, 16384L);
    curl_easy_setopt(easy, CURLOPT_CONNECT_TO, m_context.connect_to.get());
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &Transfer::on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, this);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &Transfer::on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, this);
    return {};
}

void Transfer::set_security()
{
    auto* easy = m_easy.get();
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_PROXY, ""); // none, whatever the environment says
    curl_easy_setopt(easy, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, &Transfer::open_socket);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, this);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    curl_easy_setopt(easy, CURLOPT_CAINFO, nullptr); // on_tls gives the store
    curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);
    curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, &Transfer::on_tls);
    curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, this);
}

void Transfer::set_method()
{
    auto* easy = m_easy.get();
    if (m_hop.method == http::Method::head) {
        curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
        return;
    }
    const bool has_body = !m_hop.body.empty() || m_hop.method == http::Method::post ||
                          m_hop.method == http::Method::put || m_hop.method == http::Method::patch;
    if (has_body) {
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(m_hop.body.size()));
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, m_hop.body.data()); // borrowed, m_hop outlives the transfer
    }
    const char* name = "GET";
    switch (m_hop.method) {
    case http::Method::get:
    case http::Method::head: break;
    case http::Method::post: name = "POST"; break;
    case http::Method::put: name = "PUT"; break;
    case http::Method::patch: name = "PATCH"; break;
    case http::Method::del: name = "DELETE"; break;
    case http::Method::options: name = "OPTIONS"; break;
    }
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, name);
}

Result<void> Transfer::set_headers()
{
    curl_slist* list = nullptr;
    const auto append = [&](const std::string& line) {
        if (auto* longer = curl_slist_append(list, line.c_str()))
            list = longer;
    };
    append("Expect:"); // no 100-continue
    if (!m_hop.headers.find("Content-Type"))
        append("Content-Type:"); // libcurl would claim a form
    for (const auto& [name, value] : m_hop.headers.all()) {
        if (!is_sendable(name, value)) {
            curl_slist_free_all(list);
            return fail(Errc::invalid, "A header of the request cannot be sent.", "header " + name);
        }
        append(value.empty() ? name + ";" : name + ": " + value);
    }
    m_header_list.reset(list);
    curl_easy_setopt(m_easy.get(), CURLOPT_HTTPHEADER, list);
    return {};
}

bool Transfer::admit(const curl_sockaddr& address)
{
    core::IpAddress ip;
    unsigned port = 0;
    // After one refused address none of the same name is tried: a name that points inside is not to be trusted.
    if (m_refused || !read_address(address, ip, port) ||
        !m_context.guard.admits(ip, port, m_hop.url.scheme == "http"))
        m_refused = true;
    return !m_refused;
}

curl_socket_t Transfer::open_socket(void* self, curlsocktype, curl_sockaddr* address)
{
    if (!static_cast<Transfer*>(self)->admit(*address))
        return CURL_SOCKET_BAD;
    return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

CURLcode Transfer::on_tls(CURL*, void* tls, void* self)
{
    auto* store = static_cast<Transfer*>(self)->m_context.trust.store();
    SSL_CTX_set1_cert_store(static_cast<SSL_CTX*>(tls), store);
    return CURLE_OK;
}

bool Transfer::take_header(std::string_view line)
{
    m_header_bytes += line.size();
    if (m_header_bytes > k_max_header_bytes)
        return m_too_large = true, false;
    if (line.starts_with("HTTP/")) { // a new answer: what came before was 1xx
        m_answer.headers = {};
        return true;
    }
    const auto colon = line.find(':');
    if (colon != std::string_view::npos)
        m_answer.headers.add(std::string{line.substr(0, colon)}, std::string{trim(line.substr(colon + 1))});
    return true;
}

bool Transfer::take_body(std::string_view bytes)
{
    if (bytes.size() > m_hop.max_bytes - m_answer.body.size())
        return m_too_large = true, false;
    m_answer.body += bytes;
    return true;
}

std::size_t Transfer::on_header(char* data, std::size_t size, std::size_t count, void* self)
{
    return static_cast<Transfer*>(self)->take_header({data, size * count}) ? size * count : 0;
}

std::size_t Transfer::on_body(char* data, std::size_t size, std::size_t count, void* self)
{
    return static_cast<Transfer*>(self)->take_body({data, size * count}) ? size * count : 0;
}

Result<Answer> Transfer::finish(CURLcode code)
{
    const auto cause = m_hop.url.origin() + ": " + curl_easy_strerror(code);
    if (code == CURLE_OK) {
        long status = 0;
        curl_easy_getinfo(m_easy.get(), CURLINFO_RESPONSE_CODE, &status);
        m_answer.status = static_cast<int>(status);
        m_answer.url = m_hop.url.text;
        return std::move(m_answer);
    }
    if (m_refused)
        return fail(Errc::forbidden, "That address is not on the public internet.", cause);
    if (m_too_large)
        return fail(Errc::too_large, "The other server's answer is too large.", cause);
    if (code == CURLE_URL_MALFORMAT)
        return fail(Errc::invalid, "That web address is not usable.", cause);
    if (code == CURLE_UNSUPPORTED_PROTOCOL)
        return fail(Errc::forbidden, "Only http and https addresses can be fetched.", cause);
    if (code == CURLE_OPERATION_TIMEDOUT)
        return fail(Errc::unavailable, "The other server took too long.", cause);
    return fail(Errc::unavailable, "The other server cannot be reached.", cause);
}

} // namespace kith::fetch
