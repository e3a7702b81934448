// SPDX-License-Identifier: Apache-2.0
#include "federation/discovery/host_meta.h"

namespace kith::discovery {

namespace {

std::string escape(std::string_view text)
{
    std::string out;
    for (char c : text) {
        switch (c) {
        case '&': out += "&amp;"; break;
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '"': out += "&quot;"; break;
        default: out += c;
        }
    }
    return out;
}

} // namespace

std::string write_host_meta(std::string_view base)
{
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
           "<XRD xmlns=\"http://docs.oasis-open.org/ns/xri/xrd-1.0\">\n"
           "  <Link rel=\"lrdd\" type=\"application/jrd+json\" template=\"" +
           escape(base) + "/.well-known/webfinger?resource={uri}\"/>\n</XRD>\n";
}

} // namespace kith::discovery
