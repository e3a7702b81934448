// SPDX-License-Identifier: Apache-2.0
#include "common/crypto/stream_seal.h"

#include "common/crypto/random.h"
#include "common/crypto/seal.h"

#include <sodium.h>

namespace kith::crypto {

namespace {

using State = crypto_secretstream_xchacha20poly1305_state;

static_assert(k_stream_overhead == crypto_secretstream_xchacha20poly1305_ABYTES);
static_assert(k_stream_header_bytes == crypto_secretstream_xchacha20poly1305_HEADERBYTES);
static_assert(k_key_bytes == crypto_secretstream_xchacha20poly1305_KEYBYTES);

const unsigned char* raw(ByteView bytes)
{
    return reinterpret_cast<const unsigned char*>(bytes.data());
}

unsigned char* raw(Bytes& bytes)
{
    return reinterpret_cast<unsigned char*>(bytes.data());
}

Result<void> check(const Secret& key)
{
    if (key.size() != k_key_bytes)
        return fail(Errc::invalid, "The key has the wrong size.");
    return init();
}

void forget(State* state)
{
    if (state)
        sodium_memzero(state, sizeof *state);
}

} // namespace

StreamSealer::StreamSealer() : m_state(std::make_unique<State>()), m_header(k_stream_header_bytes)
{
}
StreamSealer::StreamSealer(StreamSealer&&) noexcept = default;
StreamSealer::~StreamSealer()
{
    forget(m_state.get());
}

Result<StreamSealer> StreamSealer::create(const Secret& key)
{
    TRY_VOID(check(key));
    StreamSealer sealer;
    crypto_secretstream_xchacha20poly1305_init_push(sealer.m_state.get(), raw(sealer.m_header),
                                                    raw(key.view()));
    return sealer;
}

Bytes StreamSealer::seal(ByteView piece, LastPiece last, ByteView associated_data)
{
    Bytes sealed(piece.size() + k_stream_overhead);
    const unsigned char tag = last == LastPiece::Yes ? crypto_secretstream_xchacha20poly1305_TAG_FINAL
                                                     : crypto_secretstream_xchacha20poly1305_TAG_MESSAGE;
    crypto_secretstream_xchacha20poly1305_push(m_state.get(), raw(sealed), nullptr, raw(piece),
                                               piece.size(), raw(associated_data),
                                               associated_data.size(), tag);
    return sealed;
}

StreamOpener::StreamOpener() : m_state(std::make_unique<State>()) { }
StreamOpener::StreamOpener(StreamOpener&&) noexcept = default;
StreamOpener::~StreamOpener()
{
    forget(m_state.get());
}

Result<StreamOpener> StreamOpener::create(const Secret& key, ByteView header)
{
    TRY_VOID(check(key));
    StreamOpener opener;
    if (header.size() != k_stream_header_bytes ||
        crypto_secretstream_xchacha20poly1305_init_pull(opener.m_state.get(), raw(header), raw(key.view())) != 0)
        return fail(Errc::malformed, "This was not sealed by us.");
    return opener;
}

Result<StreamOpener::Piece> StreamOpener::open(ByteView sealed, ByteView associated_data)
{
    Piece piece;
    if (sealed.size() < k_stream_overhead)
        return fail(Errc::forbidden, "This cannot be opened with this key.");
    piece.bytes.resize(sealed.size() - k_stream_overhead);
    unsigned char tag = 0;
    if (crypto_secretstream_xchacha20poly1305_pull(m_state.get(), raw(piece.bytes), nullptr, &tag,
                                                   raw(sealed), sealed.size(), raw(associated_data),
                                                   associated_data.size()) != 0)
        return fail(Errc::forbidden, "This cannot be opened with this key.");
    piece.last = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL ? LastPiece::Yes : LastPiece::No;
    return piece;
}

} // namespace kith::crypto
