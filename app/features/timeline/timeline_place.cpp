// SPDX-License-Identifier: Apache-2.0
// Where the reader was, over restarts.
#include "app/base/strings.h"
#include "app/features/timeline/timeline_model.h"
#include "app/services/services.h"
#include "app/store/rows.h"

#include <algorithm>

namespace kith::timeline {

using services::Post;
using store::Connection;

namespace {

constexpr std::string_view k_anchor_id = "home.anchor_id";
constexpr std::string_view k_anchor_offset = "home.anchor_offset";

} // namespace

QString TimelineModel::anchorId() const
{
    const auto row = row_of(m_anchor_id);
    return row < 0 ? QString{} : m_rows[static_cast<std::size_t>(row)].status_id;
}

void TimelineModel::read_place()
{
    struct Place {
        std::string id;
        std::string offset;
    };
    const auto read = [](Connection& connection) {
        return Place{.id = store::read_setting(connection, k_anchor_id).value_or(std::string{}),
                     .offset = store::read_setting(connection, k_anchor_offset).value_or(std::string{"0"})};
    };
    m_services->store.read(this, read, [this, generation = m_generation](Result<Place> place) {
        if (generation != m_generation)
            return;
        if (place) {
            m_anchor_id = app::to_q(place->id);
            m_anchor_offset = app::to_q(place->offset).toDouble();
        }
        read_first();
    });
}

void TimelineModel::rememberPlace(const QString& id, double offset)
{
    if (!m_services || id.startsWith(QLatin1String("outbox:")))
        return;
    const auto post = std::find_if(m_rows.begin(), m_rows.end(), [&](const Post& p) {
        return p.entry_id == id || p.status_id == id;
    });
    m_anchor_id = post == m_rows.end() ? QString{} : post->entry_id;
    m_anchor_offset = offset;
    const auto work = [id = app::to_std(m_anchor_id), text = std::to_string(offset)](Connection& connection) {
        store::write_setting(connection, k_anchor_id, id);
        store::write_setting(connection, k_anchor_offset, text);
    };
    m_services->store.write(work);
}

} // namespace kith::timeline
