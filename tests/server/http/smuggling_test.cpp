// SPDX-License-Identifier: Apache-2.0
#include "tests/server/http/raw_client.h"
#include "tests/server/http/test_server.h"

#include <gtest/gtest.h>

namespace kith::tests {

namespace {

struct Form {
    const char* name;
    std::string request;
    int status = 400;
};

/// Every form is followed by a second request that must never be answered.
const std::string k_smuggled = "GET /hello HTTP/1.1\r\nHost: inner\r\n\r\n";

std::string post(const std::string& fields, const std::string& body)
{
    return "POST /echo HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n" + body;
}

std::string fields(int count)
{
    std::string text;
    for (int i = 0; i < count; ++i)
        text += "X: y\r\n";
    return text;
}

std::vector<Form> refused_forms()
{
    using namespace std::string_literals;
    return {
        {"gzip alone", post("Transfer-Encoding: gzip\r\n", "")},
        {"chunked, gzip", post("Transfer-Encoding: chunked, gzip\r\n", "0\r\n\r\n")},
        {"gzip, chunked", post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n")},
        {"Chunked, GZIP", post("Transfer-Encoding: Chunked, GZIP\r\n", "0\r\n\r\n")},
        {"chunked and an empty item", post("Transfer-Encoding: chunked,\r\n", "0\r\n\r\n")},
        {"an empty item and chunked", post("Transfer-Encoding: ,chunked\r\n", "0\r\n\r\n")},
        {"gzip, then chunked in a second field",
         post("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")},
        {"chunked with a NUL behind it", post("Transfer-Encoding: chunked\0\r\n"s, "0\r\n\r\n")},
        {"identity in HTTP/1.0", "POST /echo HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\n"},
        {"identity", post("Transfer-Encoding: identity\r\n", "")},
        {"xchunked", post("Transfer-Encoding: xchunked\r\n", "")},
        {"chunked twice in one field",
         post("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n")},
        {"two Transfer-Encoding fields",
         post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")},
        {"quoted chunked", post("Transfer-Encoding: \"chunked\"\r\n", "0\r\n\r\n")},
        {"chunked with a parameter", post("Transfer-Encoding: chunked;q=1\r\n", "0\r\n\r\n")},
        {"chunked behind a vertical tab", post("Transfer-Encoding: \x0b"
                                               "chunked\r\n",
                                               "0\r\n\r\n")},
        {"empty Transfer-Encoding", post("Transfer-Encoding:\r\n", "")},
        {"chunked in HTTP/1.0",
         "POST /echo HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
        {"length, then chunked",
         post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")},
        {"chunked, then length",
         post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n")},
        {"two different lengths", post("Content-Length: 5\r\nContent-Length: 6\r\n", "hello")},
        {"two equal lengths", post("Content-Length: 5\r\nContent-Length: 5\r\n", "hello")},
        {"a list of lengths", post("Content-Length: 5, 5\r\n", "hello")},
        {"a list of different lengths", post("Content-Length: 5, 6\r\n", "hello")},
        {"a length and an empty item", post("Content-Length: 5,\r\n", "hello")},
        {"a length in quotes", post("Content-Length: \"5\"\r\n", "hello")},
        {"a length with a fraction", post("Content-Length: 5.0\r\n", "hello")},
        {"a length with an exponent", post("Content-Length: 5e0\r\n", "hello")},
        {"a length that wraps around 64 bits to 0", post("Content-Length: 18446744073709551616\r\n", "")},
        {"a length of a hundred digits", post("Content-Length: " + std::string(100, '1') + "\r\n", "hello")},
        {"a length larger than the limit", post("Content-Length: 999999999999\r\n", "hello"), 413},
        {"a length with plus", post("Content-Length: +5\r\n", "hello")},
        {"a negative length", post("Content-Length: -5\r\n", "hello")},
        {"a hexadecimal length", post("Content-Length: 0x5\r\n", "hello")},
        {"a length with a space inside", post("Content-Length: 1 5\r\n", "hello")},
        {"an empty length", post("Content-Length:\r\n", "")},
        {"a length beyond 64 bits", post("Content-Length: 18446744073709551621\r\n", "hello")},
        {"obs-fold", post("X-A: b\r\n c\r\nContent-Length: 0\r\n", "")},
        {"obs-fold before the first field", "GET /hello HTTP/1.1\r\n Host: a\r\n\r\n"},
        {"obs-fold of Transfer-Encoding", post("Transfer-Encoding:\r\n chunked\r\n", "0\r\n\r\n")},
        {"bare LF after the request line", "GET /hello HTTP/1.1\nHost: a\r\n\r\n"},
        {"bare LF between fields", post("X-A: b\nContent-Length: 0\r\n", "")},
        {"bare LF at the end", "GET /hello HTTP/1.1\r\nHost: a\r\n\n"},
        {"bare CR in a value", post("X-A: b\rContent-Length: 5\r\n", "")},
        {"bare CR in the request line", "GET /hello\r HTTP/1.1\r\nHost: a\r\n\r\n"},
        {"space before the colon", post("Content-Length : 5\r\n", "hello")},
        {"tab before the colon", post("Transfer-Encoding\t: chunked\r\n", "0\r\n\r\n")},
        {"no colon", post("Content-Length 5\r\n", "")},
        {"an empty name", post(": b\r\n", "")},
        {"a name with NUL", post("X\0A: b\r\n"s, "")},
        {"a value with NUL", post("X-A: b\0c\r\n"s, "")},
        {"a value with DEL", post("X-A: b\x7f\r\n", "")},
        {"a value with ESC", post("X-A: \x1b[0m\r\n", "")},
        {"a name with a high byte", post("X-\xe9: b\r\n", "")},
        {"no Host", "GET /hello HTTP/1.1\r\nX-A: b\r\n\r\n"},
        {"two hosts", "GET /hello HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"},
        {"two equal hosts", "GET /hello HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"},
        {"an empty host", "GET /hello HTTP/1.1\r\nHost:\r\n\r\n"},
        {"a host with a path", "GET /hello HTTP/1.1\r\nHost: a/b\r\n\r\n"},
        {"a host with a user", "GET /hello HTTP/1.1\r\nHost: a@b\r\n\r\n"},
        {"a list of hosts", "GET /hello HTTP/1.1\r\nHost: a, b\r\n\r\n"},
        {"no version", "GET /hello\r\nHost: a\r\n\r\n"},
        {"two spaces in the request line", "GET  /hello HTTP/1.1\r\nHost: a\r\n\r\n"},
        {"a tab in the request line", "GET\t/hello HTTP/1.1\r\nHost: a\r\n\r\n"},
        {"a space at its end", "GET /hello HTTP/1.1 \r\nHost: a\r\n\r\n"},
        {"a space at its start", " GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"},
        {"lower-case http", "GET /hello http/1.1\r\nHost: a\r\n\r\n"},
        {"a control character in the target", "GET /hel\x01lo HTTP/1.1\r\nHost: a\r\n\r\n"},
        {"a raw high byte in the target", "GET /h\xc3\xa9 HTTP/1.1\r\nHost: a\r\n\r\n"},
        {"a fragment in the target", "GET /hello#x HTTP/1.1\r\nHost: a\r\n\r\n"},
        {"a target that is no path", "GET hello HTTP/1.1\r\nHost: a\r\n\r\n"},
        {"an absolute target of another scheme", "GET ftp://a/hello HTTP/1.1\r\nHost: a\r\n\r\n"},
        {"an absolute target with a user", "GET http://u@a/hello HTTP/1.1\r\nHost: a\r\n\r\n"},
        {"an absolute target without a host", "GET http:///hello HTTP/1.1\r\nHost: a\r\n\r\n"},
        {"an absolute target that is not Host's", "GET http://b/hello HTTP/1.1\r\nHost: a\r\n\r\n"},
        {"an absolute target with another port", "GET http://a:81/hello HTTP/1.1\r\nHost: a:80\r\n\r\n"},
        {"an absolute target and no Host", "GET http://a/hello HTTP/1.1\r\n\r\n"},
        {"* with GET", "GET * HTTP/1.1\r\nHost: a\r\n\r\n"},
        {"HTTP/2 by prior knowledge", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
        {"HTTP/1.2", "GET /hello HTTP/1.2\r\nHost: a\r\n\r\n", 505},
        {"CONNECT", "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", 501},
        {"an unknown method", "BREW /hello HTTP/1.1\r\nHost: a\r\n\r\n", 501},
        {"a method in lower case", "get /hello HTTP/1.1\r\nHost: a\r\n\r\n", 501},
        {"HTTP/0.9", "GET /hello\r\n\r\n"},
        {"a version without a minor", "GET /hello HTTP/1\r\nHost: a\r\n\r\n"},
        {"HTTP/3.0", "GET /hello HTTP/3.0\r\nHost: a\r\n\r\n", 505},
        {"a version with three parts", "GET /hello HTTP/1.1.1\r\nHost: a\r\n\r\n"},
        {"a method that is no token", "GE(T /hello HTTP/1.1\r\nHost: a\r\n\r\n"},
        {"a very long method", std::string(200, 'A') + " /hello HTTP/1.1\r\nHost: a\r\n\r\n", 501},
        {"an endless method", std::string(20000, 'A') + " /hello HTTP/1.1\r\nHost: a\r\n\r\n", 501},
        {"a very long target", "GET /" + std::string(9000, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n", 414},
        {"an endless target", "GET /" + std::string(20000, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n", 414},
        {"an endless field", "GET /hello HTTP/1.1\r\nHost: a\r\nX: " + std::string(20000, 'a') + "\r\n\r\n", 431},
        {"an endless name", "GET /hello HTTP/1.1\r\nHost: a\r\n" + std::string(20000, 'a') + ": x\r\n\r\n", 431},
        {"a hundred and one fields", "GET /hello HTTP/1.1\r\nHost: a\r\n" + fields(100) + "\r\n", 431},
        {"two empty lines before the request", "\r\n\r\nGET /hello HTTP/1.1\r\nHost: a\r\n\r\n"},
        {"bare LF before the request", "\nGET /hello HTTP/1.1\r\nHost: a\r\n\r\n"},
        {"an expectation that we do not know", "GET /hello HTTP/1.1\r\nHost: a\r\nExpect: 200-ok\r\n\r\n", 417},
        {"TLS on the plain port", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\n"s},
    };
}

std::vector<Form> bad_chunks()
{
    using namespace std::string_literals;
    const auto chunked = [](const std::string& body) {
        return post("Transfer-Encoding: chunked\r\n", body);
    };
    return {
        {"no size", chunked("\r\nhello\r\n0\r\n\r\n")},
        {"a size with 0x", chunked("0x5\r\nhello\r\n0\r\n\r\n")},
        {"a negative size", chunked("-5\r\nhello\r\n0\r\n\r\n")},
        {"a size with plus", chunked("+5\r\nhello\r\n0\r\n\r\n")},
        {"a space before the size", chunked(" 5\r\nhello\r\n0\r\n\r\n")},
        {"a space behind the size", chunked("5 \r\nhello\r\n0\r\n\r\n")},
        {"a size beyond 64 bits", chunked("10000000000000005\r\nhello\r\n0\r\n\r\n")},
        {"a size that is a word", chunked("hello\r\nhello\r\n0\r\n\r\n")},
        {"bare LF after the size", chunked("5\nhello\r\n0\r\n\r\n")},
        {"bare CR after the size", chunked("5\rhello\r\n0\r\n\r\n")},
        {"bare LF in an extension", chunked("5;a\nb\r\nhello\r\n0\r\n\r\n")},
        {"more data than the size says", chunked("4\r\nhello\r\n0\r\n\r\n")},
        {"less data than the size says", chunked("6\r\nhello\r\n0\r\n\r\n")},
        {"data that ends with bare LF", chunked("5\r\nhello\n0\r\n\r\n")},
        {"a trailer with a bare LF", chunked("0\r\nX-A: b\n\r\n\r\n")},
        {"a trailer that is no field", chunked("0\r\nno field\r\n\r\n")},
        {"a trailer with a length", chunked("0\r\nContent-Length: 5\r\n\r\n")},
        {"a trailer with an encoding", chunked("0\r\nTransfer-Encoding: chunked\r\n\r\n")},
        {"a trailer with a host", chunked("0\r\nHost: b\r\n\r\n")},
        {"a trailer with obs-fold", chunked("0\r\nX-A: b\r\n c\r\n\r\n")},
        {"a trailer with a space before the colon", chunked("0\r\nX-A : b\r\n\r\n")},
        {"a trailer with a bare CR", chunked("0\r\nX-A: b\rc\r\n\r\n")},
        {"a trailer with NUL", chunked("0\r\nX-A: \0\r\n\r\n"s)},
        {"too many trailer fields", chunked("0\r\n" + fields(33) + "\r\n"), 431},
        {"an endless trailer", chunked("0\r\nX: " + std::string(20000, 'a') + "\r\n\r\n")},
        {"a size that wraps around to 0", chunked("10000000000000000\r\n")},
        {"a size larger than the limit", chunked("FFFFFFFF\r\nhello"), 413},
        {"a size behind an endless row of zeros", chunked(std::string(20000, '0') + "5\r\nhello\r\n0\r\n\r\n")},
        {"an extension without a semicolon", chunked("5 a=b\r\nhello\r\n0\r\n\r\n")},
        {"a comma in a size", chunked("5,5\r\nhello\r\n0\r\n\r\n")},
        {"NUL in a size", chunked("5\0\r\nhello\r\n0\r\n\r\n"s)},
        {"LF CR after the size", chunked("5\n\rhello\r\n0\r\n\r\n")},
        {"data that end with CR CR LF", chunked("5\r\nhello\r\r\n0\r\n\r\n")},
        {"a last chunk of bare LF", chunked("5\r\nhello\r\n0\n\n")},
        {"endless extensions", chunked("5;a=" + std::string(20000, 'b') + "\r\nhello\r\n0\r\n\r\n")},
    };
}

void expect_refused(const std::vector<Form>& forms)
{
    TestServer server{on_loopback()};
    for (const auto& form : forms) {
        SCOPED_TRACE(form.name);
        RawClient client{server.port()};

        client.send(form.request + k_smuggled);
        client.shutdown_send();
        const auto answer = client.read_answer();
        const auto rest = client.read_to_end();

        EXPECT_EQ(answer.status, form.status);
        EXPECT_EQ(answer.headers.find("Connection"), "close");
        EXPECT_EQ(answer.headers.find("Content-Type"), "application/json; charset=utf-8");
        EXPECT_EQ(rest, "") << "a second answer";
    }
}

} // namespace

TEST(Smuggling, EveryFormIsRefusedAndTheConnectionClosed)
{
    expect_refused(refused_forms());
}

TEST(Smuggling, BadChunksAreRefusedAndTheConnectionClosed)
{
    expect_refused(bad_chunks());
}

TEST(Smuggling, WhatTheStandardAllowsIsRead)
{
    TestServer server{on_loopback()};
    for (const auto& request : {
             post("Transfer-Encoding: Chunked\r\n", "5\r\nhello\r\n0\r\n\r\n"),
             post("transfer-encoding:  CHUNKED\t\r\n", "005 ;a=b;c=\"d\"\r\nhello\r\n000\r\nX-Sum: 1\r\n\r\n"),
             post("Content-Length: 0005\r\n", "hello"),
             post("X-A: J\xc3\xbcrgen\r\nX-B:\r\nContent-Length:5\r\n", "hello"),
             post("Expect: 100-Continue\r\nContent-Length: 5\r\n", "hello"),
         }) {
        SCOPED_TRACE(request);
        RawClient client{server.port()};
        client.send(request + k_smuggled);
        auto answer = client.read_answer();
        if (answer.status == 100)
            answer = client.read_answer();
        EXPECT_EQ(answer.status, 200);
        EXPECT_EQ(answer.body, "hello");
        EXPECT_EQ(client.read_answer().body, "hello") << "what follows is the next request";
    }
}

TEST(Smuggling, AnAbsoluteTargetIsReadAndItsHostCounts)
{
    TestServer server{on_loopback()};
    RawClient client{server.port()};

    client.send("GET http://B.example/hello?x HTTP/1.1\r\nHost: b.example\r\n\r\n");

    EXPECT_EQ(client.read_answer().body, "hello");
}

} // namespace kith::tests
