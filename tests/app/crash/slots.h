// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/crypto/secret.h"
#include "common/sqlite/connection.h"

#include <array>
#include <cstdint>

namespace kith::tests {

/// What the child writes and its parent looks for. Write number n goes to slot n % k_slots of one table after the other, and puts
/// n there; a page of posts is one write with n in all of its rows. So the newest n of a slot says whether a write is there.
constexpr std::int64_t k_slots = 240;
constexpr int k_posts_of_a_page = 20;
/// Stands in every text that is written; must never be found in a file.
constexpr const char* k_marker = "the heron sleeps behind the library";

crypto::Secret crash_key();

/// One write: a post, a page of posts, a post for the outbox, a draft or a setting. Call inside a transaction.
void write_slot(sqlite::Connection& connection, std::int64_t number);
/// The number that is in the slot of `number`; 0 when nothing was written there. -1 when the rows of one write do not agree.
std::int64_t read_slot(sqlite::Connection& connection, std::int64_t number);

} // namespace kith::tests
