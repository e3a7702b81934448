// SPDX-License-Identifier: Apache-2.0
#include "common/text/fold.h"

#include <gtest/gtest.h>

namespace kith::text {
namespace {

struct Case {
    const char* text;
    const char* folded;
};
constexpr Case k_cases[] = {
    {"", ""},
    {"Hello_World9", "hello_world9"},
    {"Příliš žluťoučký kůň", "prilis zlutoucky kun"},
    {"ŁÓDŹ", "lodz"},
    {"Ångström Ørsted", "angstrom orsted"},
    {"STRASSE straße STRAẞE", "strasse strasse strasse"},
    {"Æther Œuvre Þór", "aether oeuvre thor"},
    {"İstanbul ıspanak", "istanbul ispanak"},
    {"ﬁn", "fin"},
    {"ＡＢＣ１２３", "abc123"},
    {"e\u0301 E\u0301 é É", "e e e e"},
    {"Việt Nam", "viet nam"},
    {"ΑΘΉΝΑ Αθήνα", "αθηνα αθηνα"},
    {"ΟΔΟΣ οδός", "οδοσ οδοσ"},
    {"МОСКВА Йод й и\u0306 ЁЖ", "москва йод й й ёж"},
    {"ЇЖАК і\u0308жак", "їжак їжак"},
    {"ԵՐԵՎԱՆ", "երեվան"},
    {"日本語 한국어 עברית العربية", "日本語 한국어 עברית العربية"},
    {"Z\u0335a", "za"},
    {"\xFF", "\uFFFD"},
};

TEST(Fold, MapsNamesToOneForm)
{
    for (const auto& [text, folded] : k_cases)
        EXPECT_EQ(fold(text), folded) << text;
}

TEST(Fold, ChangesNothingTheSecondTime)
{
    for (const auto& [text, folded] : k_cases)
        EXPECT_EQ(fold(fold(text)), fold(text)) << text;
}

TEST(Fold, KeepsLettersApartThatOnlyLookAlike)
{
    EXPECT_NE(fold("аlice"), fold("alice")) << "the first one begins with a Cyrillic letter";
}

} // namespace
} // namespace kith::text
