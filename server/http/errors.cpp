// SPDX-License-Identifier: Apache-2.0
#include "server/http/message.h"
#include "server/http/response_head.h"

namespace kith::http {

int status_of(Errc code)
{
    switch (code) {
    case Errc::malformed: return 400;
    case Errc::invalid: return 422;
    case Errc::unauthorized: return 401;
    case Errc::forbidden: return 403;
    case Errc::not_found: return 404;
    case Errc::gone: return 410;
    case Errc::conflict: return 409;
    case Errc::too_large: return 413;
    case Errc::rate_limited: return 429;
    case Errc::unavailable: return 503;
    case Errc::internal: return 500;
    }
    return 500;
}

const char* reason_of(int status)
{
    switch (status) {
    case 100: return "Continue";
    case 101: return "Switching Protocols";
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 206: return "Partial Content";
    case 301: return "Moved Permanently";
    case 302: return "Found";
    case 303: return "See Other";
    case 304: return "Not Modified";
    case 307: return "Temporary Redirect";
    case 308: return "Permanent Redirect";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 406: return "Not Acceptable";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 410: return "Gone";
    case 413: return "Content Too Large";
    case 415: return "Unsupported Media Type";
    case 416: return "Range Not Satisfiable";
    case 417: return "Expectation Failed";
    case 422: return "Unprocessable Content";
    case 426: return "Upgrade Required";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    case 505: return "HTTP Version Not Supported";
    default: return "Status";
    }
}

Response error_body(int status, std::string_view message)
{
    json::object body;
    body["error"] = message;
    body["error_description"] = message;
    return json_response(status, body);
}

Response error_response(const Error& error)
{
    auto response = error_body(status_of(error.code), error.message);
    if (error.code == Errc::unauthorized)
        response.headers.add("WWW-Authenticate", "Bearer"); // RFC 6750, 3
    if (error.code == Errc::unavailable)
        response.headers.add("Retry-After", "5");
    if (error.code == Errc::rate_limited)
        response.headers.add("Retry-After", "60"); // who refuses knows better: Request::retry_after
    return response;
}

} // namespace kith::http
