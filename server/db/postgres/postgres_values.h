// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/db/tx.h"

namespace kith::db {

/// One letter per parameter's type, for the statement cache: n(ull) i(nteger) b(oolean) t(ext) y (bytes).
std::string signature(std::span<const Param> params);

/// The text with each $n cast to its parameter's type, so that the server never has to guess: "$1" of an integer
/// becomes "$1::bigint". NULL stays without a type. Leaves quoted text and comments alone.
/// Throws DbError bug when the text names more or fewer parameters than there are.
std::string typed_sql(const Query& query, std::span<const Param> params);

/// The parameter in PostgreSQL's text form; nothing for NULL. Throws DbError bug for text with a NUL character.
std::optional<std::string> text_form(const Query& query, const Param& param);

/// The cell from PostgreSQL's text form, by the type's OID. Throws DbError bug for types that Kith does not use.
Value value_from(const Query& query, unsigned type, std::string_view text);

} // namespace kith::db
