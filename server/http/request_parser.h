// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/http/head_check.h"
#include "server/http/message.h"

#include <memory>

namespace kith::http {

/// Reads one request after another into plain types. Beast's parser does the reading, behind this header; what it
/// would read too kindly was refused before, by check_head().
class RequestParser {
public:
    RequestParser();
    ~RequestParser();

    /// A complete head, checked here. Fills method, target, path, query and headers of `request`, which stays where it
    /// is until the next head.
    std::optional<Refusal> read_head(std::string_view head, Request& request, std::size_t body_limit);
    /// Takes what it can of `data`, and says how much; the rest must come again with more behind it.
    std::size_t read_body(std::string_view data, std::optional<Refusal>& refusal);
    /// There has been a head; before that the questions below have no answer.
    bool has_request() const;
    /// The whole request has been read.
    bool is_done() const;
    /// The client will send another request on this connection.
    bool keep_alive() const;
    bool is_http_1_0() const;

private:
    class Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace kith::http
