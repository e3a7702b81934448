// SPDX-License-Identifier: Apache-2.0
#include "server/http/frame_queue.h"
#include "tests/server/http/raw_client.h"
#include "tests/server/http/test_server.h"
#include "tests/support/test_ca.h"

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

namespace kith::tests {

namespace asio = boost::asio;
namespace fs = std::filesystem;

namespace {

class Tls : public testing::Test {
protected:
    Tls()
    {
        auto pattern = (fs::temp_directory_path() / "kith-tls-XXXXXX").string();
        m_directory = ::mkdtemp(pattern.data());
        m_ca = std::make_unique<TestCa>(m_directory);
        m_alpha = m_ca->issue("alpha", {"alpha.test"}, {"127.0.0.1"});
    }
    ~Tls() override { fs::remove_all(m_directory); }

    http::ListenerOptions options() const
    {
        auto options = on_loopback();
        options.certificate = m_alpha.certificate;
        options.private_key = m_alpha.private_key;
        return options;
    }
    asio::ssl::context trusting() const
    {
        asio::ssl::context context{asio::ssl::context::tls_client};
        context.load_verify_file(m_ca->certificate().string());
        context.set_verify_mode(asio::ssl::verify_peer);
        return context;
    }

    fs::path m_directory;
    std::unique_ptr<TestCa> m_ca;
    TestCertificate m_alpha;
};

/// A blocking TLS connection.
class TlsClient {
public:
    TlsClient(std::uint16_t port, asio::ssl::context& context, const std::string& name,
              const std::string& protocols = {})
        : m_stream(m_io, context)
    {
        m_stream.next_layer().connect({asio::ip::address_v4::loopback(), port});
        m_stream.set_verify_callback(asio::ssl::host_name_verification(name));
        if (!protocols.empty())
            SSL_set_alpn_protos(m_stream.native_handle(),
                                reinterpret_cast<const unsigned char*>(protocols.data()),
                                static_cast<unsigned>(protocols.size()));
        m_stream.handshake(asio::ssl::stream_base::client, error);
    }
    std::string ask(const std::string& request)
    {
        asio::write(m_stream, asio::buffer(request), error);
        std::string answer;
        asio::read(m_stream, asio::dynamic_buffer(answer), error);
        return answer;
    }
    SSL* native() { return m_stream.native_handle(); }

    boost::system::error_code error;

private:
    asio::io_context m_io;
    asio::ssl::stream<asio::ip::tcp::socket> m_stream;
};

std::string subject_of(TlsClient& client)
{
    auto* certificate = SSL_get1_peer_certificate(client.native());
    std::string name(64, '\0');
    const int length =
        X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name.data(), 64);
    X509_free(certificate);
    name.resize(static_cast<std::size_t>(std::max(length, 0)));
    return name;
}

} // namespace

TEST_F(Tls, ServesOverTheCertificateOfItsName)
{
    TestServer server{options()};
    auto context = trusting();
    TlsClient client{server.port(), context, "alpha.test"};
    ASSERT_FALSE(client.error) << client.error.message();

    const auto answer =
        client.ask("GET /who HTTP/1.1\r\nHost: alpha.test\r\nConnection: close\r\n\r\n");

    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n"));
    EXPECT_TRUE(answer.ends_with("127.0.0.1 https"));
    EXPECT_EQ(client.error, asio::error::eof)
        << "ends with close_notify, not by truncation: " << client.error.message();
    TlsClient other{server.port(), context, "beta.test"};
    EXPECT_TRUE(other.error) << "a client sees a wrong name";
}

TEST_F(Tls, RefusesOldVersions)
{
    TestServer server{options()};
    auto context = trusting();
    SSL_CTX_set_security_level(context.native_handle(), 0);
    SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_VERSION);
    SSL_CTX_set_max_proto_version(context.native_handle(), TLS1_1_VERSION);
    SSL_CTX_set_cipher_list(context.native_handle(), "ALL:@SECLEVEL=0");

    TlsClient client{server.port(), context, "alpha.test"};

    EXPECT_EQ(ERR_GET_REASON(static_cast<unsigned long>(client.error.value())), SSL_R_TLSV1_ALERT_PROTOCOL_VERSION)
        << client.error.message();
}

TEST_F(Tls, SpeaksTls12WithForwardSecrecyOnly)
{
    TestServer server{options()};
    auto modern = trusting();
    SSL_CTX_set_max_proto_version(modern.native_handle(), TLS1_2_VERSION);
    TlsClient client{server.port(), modern, "alpha.test"};
    EXPECT_FALSE(client.error) << client.error.message();

    auto weak = trusting();
    SSL_CTX_set_max_proto_version(weak.native_handle(), TLS1_2_VERSION);
    SSL_CTX_set_cipher_list(weak.native_handle(), "ECDHE-ECDSA-AES128-SHA256:AES128-GCM-SHA256");
    TlsClient refused{server.port(), weak, "alpha.test"};
    EXPECT_TRUE(refused.error);
}

TEST_F(Tls, ChoosesHttp11AndNothingElse)
{
    TestServer server{options()};
    auto context = trusting();
    TlsClient both{server.port(), context, "alpha.test", "\x02h2\x08http/1.1"};
    ASSERT_FALSE(both.error);
    const unsigned char* chosen = nullptr;
    unsigned length = 0;
    SSL_get0_alpn_selected(both.native(), &chosen, &length);
    EXPECT_EQ((std::string_view{reinterpret_cast<const char*>(chosen), length}), "http/1.1");

    TlsClient only_h2{server.port(), context, "alpha.test", "\x02h2"};
    EXPECT_EQ(ERR_GET_REASON(static_cast<unsigned long>(only_h2.error.value())), SSL_R_TLSV1_ALERT_NO_APPLICATION_PROTOCOL)
        << only_h2.error.message();
}

TEST_F(Tls, ClosesAClientThatSpeaksPlainHttpOrNothing)
{
    auto impatient = options();
    impatient.limits.header_timeout = std::chrono::milliseconds{100};
    TestServer server{impatient};
    RawClient plain{server.port()};
    plain.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(plain.read_to_end().find("200 OK"), std::string::npos);

    RawClient silent{server.port()};
    EXPECT_EQ(silent.read_to_end(), "");
    EXPECT_TRUE(eventually([&] { return server.listener().connections() == 0; }));
}

TEST_F(Tls, SaysWhichFileCannotBeUsed)
{
    const auto beta = m_ca->issue("beta", {"beta.test"});
    std::ofstream{m_directory / "nonsense.pem"} << "no certificate";
    boost::asio::io_context context;
    const http::Router router;
    const auto message_of = [&](const fs::path& certificate, const fs::path& key) {
        auto bad = on_loopback();
        bad.certificate = certificate;
        bad.private_key = key;
        const auto listener = http::Listener::start(context.get_executor(), bad, router);
        if (listener)
            return std::string{"it started"};
        EXPECT_EQ(listener.error().code, Errc::invalid);
        return listener.error().message;
    };

    EXPECT_EQ(message_of(m_alpha.certificate, beta.private_key),
              "The private key " + beta.private_key.string() +
                  " does not belong to the certificate " + m_alpha.certificate.string() + ".");
    EXPECT_NE(message_of(m_directory / "absent.pem", beta.private_key).find("absent.pem cannot be used"),
              std::string::npos);
    EXPECT_NE(message_of(m_directory / "nonsense.pem", beta.private_key).find("nonsense.pem cannot be used"),
              std::string::npos);
    EXPECT_NE(message_of(m_alpha.certificate, m_directory / "nonsense.pem").find("private key"),
              std::string::npos);
}

TEST_F(Tls, ReloadsTheCertificateForNewConnections)
{
    TestServer server{options()};
    auto context = trusting();
    TlsClient before{server.port(), context, "alpha.test"};
    EXPECT_EQ(subject_of(before), "alpha");

    const auto renewed = m_ca->issue("renewed", {"alpha.test"});
    fs::copy_file(renewed.certificate, m_alpha.certificate, fs::copy_options::overwrite_existing);
    EXPECT_FALSE(server.listener().reload()) << "the key is still the old one";
    TlsClient still{server.port(), context, "alpha.test"};
    EXPECT_EQ(subject_of(still), "alpha");
    fs::copy_file(renewed.private_key, m_alpha.private_key, fs::copy_options::overwrite_existing);
    EXPECT_TRUE(server.listener().reload());
    TlsClient after{server.port(), context, "alpha.test"};

    EXPECT_EQ(subject_of(after), "renewed");
    EXPECT_NE(before.ask("GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").find("hello"), std::string::npos)
        << "an old connection goes on";
}

TEST_F(Tls, SendsALargeAnswerWhole)
{
    TestServer server{options()};
    auto context = trusting();
    TlsClient client{server.port(), context, "alpha.test"};

    const auto answer = client.ask("GET /big HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

    EXPECT_EQ(answer.size() - answer.find("\r\n\r\n") - 4, 1u << 20) << client.error.message();
}

TEST_F(Tls, CarriesEventStreams)
{
    const auto frame = http::event_frame("update", std::string(100000, 'x'));
    TestServer server{options(), [&](http::Router& router) {
                          router.add(http::Method::get, "/events", http::Access::anyone(), [&](http::Request&) {
                              return [](http::FrameQueue::Frame sent) -> http::awaitable<Result<http::Response>> {
                                  http::EventStream stream;
                                  stream.on_open = [sent](std::shared_ptr<http::FrameSink> sink) {
                                      sink->send(sent);
                                      sink->close(1000, "");
                                  };
                                  co_return http::event_response(std::move(stream));
                              }(frame);
                          });
                      }};
    auto context = trusting();
    TlsClient client{server.port(), context, "alpha.test"};
    ASSERT_FALSE(client.error) << client.error.message();

    const auto answer = client.ask("GET /events HTTP/1.1\r\nHost: alpha.test\r\n\r\n");

    EXPECT_TRUE(answer.ends_with("\r\n\r\n7\r\n:thump\n\r\n" + *frame + "0\r\n\r\n"))
        << answer.substr(0, 500);
    EXPECT_EQ(client.error, asio::error::eof) << "ended as TLS wants it";
}

} // namespace kith::tests
