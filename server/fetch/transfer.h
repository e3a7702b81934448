// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/fetch/address_guard.h"
#include "server/fetch/fetch.h"
#include "server/fetch/trust.h"
#include "server/fetch/url.h"

#include <curl/curl.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace kith::fetch {

using SteadyTime = std::chrono::steady_clock::time_point;

struct FreeList {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
struct FreeEasy {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};

/// What all transfers of one Fetcher share; outlives them.
struct TransferContext {
    FetcherOptions options;
    AddressGuard guard;
    Trust trust;
    std::unique_ptr<curl_slist, FreeList> connect_to;
};

/// One request and its answer: a hop of a Fetch. Configured on the caller's thread, run on the loop's.
class Transfer {
public:
    struct Hop {
        http::Method method = http::Method::get;
        UrlParts url;
        http::Headers headers;
        std::string body;
        std::size_t max_bytes = 0;
        SteadyTime deadline;
        Priority priority = Priority::background;
    };
    Transfer(const TransferContext& context, Hop hop);
    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;

    /// Sets libcurl's options; the time that is left counts from here. `invalid` for headers that cannot be sent.
    Result<void> prepare(SteadyTime now);
    CURL* easy() const { return m_easy.get(); }
    const Hop& hop() const { return m_hop; }

    /// libcurl has ended with `code`: the answer, or what it means.
    Result<Answer> finish(CURLcode code);

    /// Called once, on the loop's thread.
    std::function<void(Result<Answer>)> on_done;

private:
    Result<void> set_headers();
    void set_method();
    void set_security();
    bool admit(const curl_sockaddr& address);
    bool take_header(std::string_view line);
    bool take_body(std::string_view bytes);

    static curl_socket_t open_socket(void* self, curlsocktype purpose, curl_sockaddr* address);
    static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self);
    static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self);
    static CURLcode on_tls(CURL* easy, void* tls, void* self);

    const TransferContext& m_context;
    Hop m_hop;
    std::unique_ptr<CURL, FreeEasy> m_easy;
    std::unique_ptr<curl_slist, FreeList> m_header_list;
    Answer m_answer;
    std::size_t m_header_bytes = 0;
    bool m_refused = false;
    bool m_too_large = false;
};

} // namespace kith::fetch
