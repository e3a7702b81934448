// SPDX-License-Identifier: Apache-2.0
#include "tests/federation/peer.h"

#include <algorithm>
#include <stdexcept>

namespace kith::tests {

namespace {

constexpr const char* k_public = "https://www.w3.org/ns/activitystreams#Public";

} // namespace

std::string& Delivery::header(const std::string& name)
{
    const auto found = std::find_if(headers.begin(), headers.end(),
                                    [&](const auto& header) { return header.first == name; });
    if (found == headers.end())
        throw std::runtime_error("The delivery has no header " + name + ".");
    return found->second;
}

Peer::Peer(TestCa& authority, const std::string& host, const std::string& address)
    : m_host(host), m_address(address)
{
    const auto certificate = authority.issue(host, {host});
    http::ListenerOptions options;
    options.address = address;
    options.port = 0;
    options.certificate = certificate.certificate;
    options.private_key = certificate.private_key;
    std::string pattern;
    for (const char* segment : {"/:a", "/:b", "/:c", "/:d"}) {
        pattern += segment;
        for (const auto method : {http::Method::get, http::Method::post})
            m_router.add(method, pattern, http::Access::anyone(),
                         [this](http::Request& request) { return answer(request); });
    }
    auto listener = http::Listener::start(m_io.get_executor(), options, m_router);
    if (!listener)
        throw std::runtime_error(listener.error().message);
    m_listener = std::move(listener).value();
    m_thread = std::thread([this] {
        const auto stay = boost::asio::make_work_guard(m_io);
        m_io.run();
    });
}

Peer::~Peer()
{
    m_io.stop();
    m_thread.join();
}

std::string Peer::connect_to(const std::string& host) const
{
    return host + ":443:" + m_address + ":" + std::to_string(m_listener->port());
}

http::awaitable<Result<http::Response>> Peer::answer(http::Request& request)
{
    ++m_seen;
    const std::lock_guard lock{m_mutex};
    if (request.method == http::Method::post) {
        auto document = parse_json(request.body);
        if (document)
            m_delivered.push_back(std::move(*document));
        co_return http::text_response(202, "");
    }
    const auto found = m_served.find(request.target);
    if (found == m_served.end())
        co_return fail(Errc::not_found, "There is nothing at " + request.target + ".");
    co_return found->second;
}

void Peer::serve(const std::string& path, const json::value& document, const std::string& type)
{
    const std::lock_guard lock{m_mutex};
    m_served[path] = http::Response{200, type, to_text(document)};
}

void Peer::redirect(const std::string& path, const std::string& to)
{
    const std::lock_guard lock{m_mutex};
    m_served[path] = http::redirect_response(302, to);
}

void Peer::serve_webfinger(const std::string& name, const std::string& actor_id, const std::string& subject)
{
    const json::object self{{"rel", "self"}, {"type", "application/activity+json"}, {"href", actor_id}};
    const json::object jrd{{"subject", subject}, {"links", json::array{self}}};
    serve("/.well-known/webfinger?resource=acct%3A" + name + "%40" + m_host, jrd, "application/jrd+json");
}

json::object Peer::actor_document(const PeerActor& actor) const
{
    json::object key{
        {"id", actor.key_id}, {"owner", actor.id}, {"publicKeyPem", actor.key.public_key().to_pem()}};
    return {{"@context",
             json::array{"https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"}},
            {"id", actor.id},
            {"type", "Person"},
            {"preferredUsername", actor.name},
            {"inbox", actor.id + "/inbox"},
            {"outbox", actor.id + "/outbox"},
            {"followers", actor.id + "/followers"},
            {"publicKey", std::move(key)}};
}

const PeerActor& Peer::add_actor(const std::string& name)
{
    const auto id = "https://" + m_host + "/users/" + name;
    const auto [at, added] = m_actors.emplace(
        name, PeerActor{name, id, id + "#main-key", crypto::RsaPrivateKey::generate().value()});
    serve("/users/" + name, actor_document(at->second));
    serve_webfinger(name, id, "acct:" + name + "@" + m_host);
    return at->second;
}

json::value Peer::wait_for(const std::string& type) const
{
    json::value found;
    eventually([&] {
        const std::lock_guard lock{m_mutex};
        for (const auto& document : m_delivered)
            if (find_string(document, "type") == type)
                found = document;
        return !found.is_null();
    });
    return found;
}

std::size_t Peer::count_of(const std::string& type) const
{
    const std::lock_guard lock{m_mutex};
    return static_cast<std::size_t>(
        std::count_if(m_delivered.begin(), m_delivered.end(),
                      [&](const auto& document) { return find_string(document, "type") == type; }));
}

std::string Peer::new_id(const std::string& kind)
{
    return "https://" + m_host + "/" + kind + "/" + std::to_string(++m_ids);
}

json::object Peer::note(const PeerActor& by, const std::string& text)
{
    return {{"id", new_id("notes")},
            {"type", "Note"},
            {"attributedTo", by.id},
            {"content", "<p>" + text + "</p>"},
            {"published", to_iso8601(SystemClock{}.now())},
            {"to", json::array{k_public}},
            {"cc", json::array{by.id + "/followers"}}};
}

json::object Peer::activity(const std::string& type, const PeerActor& by, json::value object)
{
    return {{"@context", "https://www.w3.org/ns/activitystreams"},
            {"id", new_id("activities")},
            {"type", type},
            {"actor", by.id},
            {"object", std::move(object)},
            {"to", json::array{k_public}}};
}

Delivery Peer::signed_delivery(const PeerActor& by, const json::value& activity,
                               const std::string& host, Timestamp now)
{
    Delivery delivery;
    delivery.body = to_text(activity);
    auto message = signatures::outgoing_message("POST", "https://" + host + delivery.path,
                                                signatures::digest_of(delivery.body))
                       .value();
    message.headers.emplace_back("Content-Type", "application/activity+json");
    delivery.headers = message.headers;
    const auto added = signatures::sign_request(message, by.key_id, by.key, now).value();
    delivery.headers.insert(delivery.headers.end(), added.begin(), added.end());
    return delivery;
}

} // namespace kith::tests
