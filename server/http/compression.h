// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/http/message.h"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

/// Content-Encoding of answers (RFC 9110, 8.4 and 12.5.3): zstd or gzip, at their fastest, and only when the client asks.
namespace kith::http {

enum class Coding { none, gzip, zstd };

/// What the client likes best of what we have, by its q-values; of equals zstd, which is smaller in half of gzip's time.
Coding choose_coding(std::string_view accept_encoding);

/// How to encode this answer. Only text, JSON, XML and scripts of at least `min_bytes` (0: nothing); such answers get
/// `Vary: Accept-Encoding`, encoded or not. Never what lies under /oauth or is not to be stored: there a secret stands
/// beside text that an attacker may choose, and the size of the two together tells (BREACH).
Coding coding_for(const Request& request, Response& response, std::size_t min_bytes);

/// One body being encoded, in pieces, so that a large one does not hold up the thread's other connections.
class Compressor {
public:
    static constexpr std::size_t k_piece = 64 << 10;

    /// For a body that is one piece: the calling thread's own, whose memory is used again. Nothing may come between two
    /// pieces on the same thread. Null when memory is short.
    static Compressor* of_this_thread(Coding coding);
    /// For a body of several pieces. Null when memory is short, or too many are under way.
    static std::unique_ptr<Compressor> create(Coding coding);
    virtual ~Compressor() = default;
    /// Appends the encoded piece to `out`; after the last one it is as new. False: it failed, send the body as it is.
    virtual bool add(std::string_view piece, bool is_last, std::string& out) = 0;
};

/// An encoded body is not the same sequence of bytes (RFC 9110, 8.8.3).
void weaken_etag(Response& response);

/// Encodes the body, if that makes it smaller.
awaitable<void> compress(Response& response, Coding coding);

/// Makes `encoded` the body, and says so in the header, with a weak ETag. Leaves a body alone that did not shrink.
void set_encoded(Response& response, Coding coding, std::string encoded);

} // namespace kith::http
