// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/crypto/secret.h"

#include <memory>

struct crypto_secretstream_xchacha20poly1305_state;

namespace kith::crypto {

/// Bytes that sealing adds to each piece of a stream, and bytes that stand once in front of it.
constexpr std::size_t k_stream_overhead = 17;
constexpr std::size_t k_stream_header_bytes = 24;

enum class LastPiece { No, Yes };

/// Seals a long text piece by piece (libsodium's secretstream, XChaCha20-Poly1305): a piece that is changed, left out,
/// moved or doubled is noticed, and so is a stream that ends before its last piece.
class StreamSealer {
public:
    /// `invalid` when the key has not k_key_bytes (seal.h).
    static Result<StreamSealer> create(const Secret& key);
    StreamSealer(StreamSealer&&) noexcept;
    ~StreamSealer();

    ByteView header() const { return m_header; }
    /// `associated_data` is not in the stream; the reader has to know the same.
    Bytes seal(ByteView piece, LastPiece last, ByteView associated_data = {});

private:
    StreamSealer();
    std::unique_ptr<crypto_secretstream_xchacha20poly1305_state> m_state;
    Bytes m_header;
};

class StreamOpener {
public:
    static Result<StreamOpener> create(const Secret& key, ByteView header);
    StreamOpener(StreamOpener&&) noexcept;
    ~StreamOpener();

    struct Piece {
        Bytes bytes;
        LastPiece last = LastPiece::No;
    };
    /// `forbidden` when this is not the next piece that was sealed with this key and data.
    Result<Piece> open(ByteView sealed, ByteView associated_data = {});

private:
    StreamOpener();
    std::unique_ptr<crypto_secretstream_xchacha20poly1305_state> m_state;
};

} // namespace kith::crypto
