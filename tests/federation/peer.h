// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/json.h"
#include "common/base/time.h"
#include "common/crypto/rsa.h"
#include "federation/signatures/signature.h"
#include "server/http/listener.h"
#include "tests/support/http_client.h"
#include "tests/support/test_ca.h"

#include <boost/asio/io_context.hpp>

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace kith::tests {

/// Somebody on a Peer, with a key of their own.
struct PeerActor {
    std::string name;
    std::string id;     ///< https://evil.test/users/NAME
    std::string key_id; ///< id#main-key
    crypto::RsaPrivateKey key;
};

/// A request as a peer would send it to an inbox; a test spoils a part of it before send().
struct Delivery {
    std::string path = "/inbox";
    HttpClient::Headers headers;
    std::string body;

    std::string& header(const std::string& name);
    HttpAnswer send(const HttpClient& to) const { return to.send("POST", path, headers, body); }
};

/// Another server of the fediverse, whose every word a test chooses: it serves actors and WebFinger over TLS, and remembers what is
/// delivered to it.
class Peer {
public:
    /// Listens on 127.0.0.1, or another address of this machine.
    Peer(TestCa& authority, const std::string& host, const std::string& address = "127.0.0.1");
    ~Peer();

    const std::string& host() const { return m_host; }
    /// What kithd's fetch.connect_to needs to find it.
    std::string connect_to() const { return connect_to(m_host); }
    std::string connect_to(const std::string& host) const;
    std::size_t connections() const { return m_seen; }

    /// Makes an actor, and serves its document and WebFinger.
    const PeerActor& add_actor(const std::string& name);
    json::object actor_document(const PeerActor& actor) const;
    /// Serves a document at this path (with its query, if any).
    void serve(const std::string& path, const json::value& document,
               const std::string& type = "application/activity+json");
    void redirect(const std::string& path, const std::string& to);
    void serve_webfinger(const std::string& name, const std::string& actor_id, const std::string& subject);

    /// The first delivered activity of that type whose `member` is `value`; null when none came within 10 s.
    json::value wait_for(const std::string& type) const;
    std::size_t count_of(const std::string& type) const;

    /// A new id on this host.
    std::string new_id(const std::string& kind);
    /// A public note by the actor, with to and cc.
    json::object note(const PeerActor& by, const std::string& text);
    /// An activity of the actor; `object` may be an id or an object.
    json::object activity(const std::string& type, const PeerActor& by, json::value object);

    /// Signed by this actor's key for `host`/inbox, as of `now`.
    static Delivery signed_delivery(const PeerActor& by, const json::value& activity,
                                    const std::string& host, Timestamp now = SystemClock{}.now());

private:
    http::awaitable<Result<http::Response>> answer(http::Request& request);

    std::string m_host;
    std::string m_address;
    boost::asio::io_context m_io{1};
    http::Router m_router;
    std::unique_ptr<http::Listener> m_listener;
    std::thread m_thread;
    std::map<std::string, PeerActor> m_actors;
    int m_ids = 0;
    std::atomic<std::size_t> m_seen = 0;
    mutable std::mutex m_mutex;
    std::map<std::string, http::Response> m_served;
    std::vector<json::value> m_delivered;
};

} // namespace kith::tests
