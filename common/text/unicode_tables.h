// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

/// The few Unicode properties we need, 15 KiB: ICU would answer the same with 30 MiB of data.
namespace kith::text {

struct CodeRange {
    std::uint32_t first, last;
};
struct FoldEntry {
    std::uint32_t from;
    std::uint16_t to[3];
};

extern const CodeRange k_word_ranges[];
extern const std::size_t k_word_ranges_size;
extern const CodeRange k_number_ranges[];
extern const std::size_t k_number_ranges_size;
extern const CodeRange k_mark_ranges[];
extern const std::size_t k_mark_ranges_size;
extern const FoldEntry k_folds[];
extern const std::size_t k_folds_size;

} // namespace kith::text
