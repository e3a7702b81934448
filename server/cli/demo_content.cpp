// SPDX-License-Identifier: Apache-2.0
#include "server/cli/demo_content.h"

#include <array>

namespace kith::cli {

namespace {

constexpr std::array k_people{
    DemoPerson{"mira", "Mira Okafor"},        DemoPerson{"tomas", "Tomas Berg"},
    DemoPerson{"ines", "Ines Duarte"},        DemoPerson{"kofi", "Kofi Mensah"},
    DemoPerson{"millstreet", "Neighbours of Mill Street"}, DemoPerson{"leila", "Leila Haddad"},
    DemoPerson{"arno", "Arno Vogel"},         DemoPerson{"bookclub", "Thursday Book Club"},
};

constexpr std::array k_posts{
    DemoPost{70, "arno", "The old ferry bell is back in its tower. They let me ring it once, and a whole street looked up. #harbour"},
    DemoPost{66, "bookclub", "Next month we read *the slow one*. Bring tea, bring doubts, bring the page you did not understand."},
    DemoPost{64, "leila", "Is it still a shortcut if it takes longer but passes the bakery?"},
    DemoPost{63, "tomas", "@leila That is the only kind of shortcut worth knowing.", "", 2},
    DemoPost{62, "leila", "@tomas You only say that because you bake there.", "", 3},
    DemoPost{50, "kofi", "First frost on the allotment. The kale looks smug, the beans look betrayed. #firstfrost #garden"},
    DemoPost{47, "ines", "Finished the translation at two in the morning. One word kept me for a week, and in the end the answer was to leave it out."},
    DemoPost{46, "mira", "@ines Which word was it?", "", 6},
    DemoPost{45, "ines", "@mira \"Home\". It was doing far too much.", "", 7},
    DemoPost{30, "millstreet", "The canal path is open again from the lock to the old mill. Mind the second bench, it is freshly painted. #canalwalk"},
    DemoPost{28, "arno", "How the film from last night ends: the lighthouse keeper was writing to himself all along.", "The end of last night's film"},
    DemoPost{26, "mira", "Carried a lamp up four flights today. It is now the best room in the house, and it has one lamp."},
    DemoPost{25, "kofi", "@mira A room needs one good lamp and one good reason to sit down.", "", 11},
    DemoPost{20, "leila", "Small victory: the radio in the kitchen works again. It was never broken, it was only unplugged since March."},
    DemoPost{9, "bookclub", "We have a room for the winter! Thursdays at seven, above the bicycle shop. The stairs are steep, the chairs are soft."},
    DemoPost{7, "ines", "The heron on the weir has not moved for an hour. Neither have I. One of us is working. #canalwalk"},
    DemoPost{5, "kofi", "@ines The heron. Definitely the heron.", "", 15},
    DemoPost{3, "leila", "Looking for somebody with a ladder and ten minutes. I have a balcony, a string of lights and no sense of height."},
    DemoPost{1, "millstreet", "We meet at dusk on Saturday, bring a light and something warm to drink. Lantern walk along the old canal, half past six at Mill Bridge."},
    DemoPost{0, "tomas", "First bread from the wood oven we rebuilt last week. The crust sings when it cools. #sourdough"},
};

} // namespace

std::span<const DemoPerson> demo_people()
{
    return k_people;
}

std::span<const DemoPost> demo_posts()
{
    return k_posts;
}

} // namespace kith::cli
