// SPDX-License-Identifier: Apache-2.0
#include "server/backup/manifest.h"

#include "server/backup/postgres_tools.h"
#include "server/db/migrations.h"
#include "server/db/schema_state.h"

#include <algorithm>

namespace kith::backup {

using db::Tx;

namespace {

constexpr db::Query k_setting{"backup.setting", "SELECT value FROM settings WHERE name = $1"};
constexpr JsonLimits k_limits{64 << 10, 4};

} // namespace

std::string to_text(const Manifest& manifest)
{
    json::object out;
    out["engine"] = manifest.engine;
    out["postgres_major"] = manifest.postgres_major;
    out["domain"] = manifest.domain;
    out["base_url"] = manifest.base_url;
    out["made_at"] = to_ms(manifest.made_at);
    json::array schema;
    for (const auto& name : manifest.schema)
        schema.emplace_back(name);
    out["schema"] = std::move(schema);
    return kith::to_text(out);
}

Result<Manifest> parse_manifest(std::string_view text)
{
    const auto parsed = parse_json(text, k_limits);
    const auto* schema = parsed ? find(*parsed, "schema") : nullptr;
    const auto engine = parsed ? find_string(*parsed, "engine") : std::nullopt;
    const auto made_at = parsed ? find_int(*parsed, "made_at") : std::nullopt;
    if (!schema || !schema->is_array() || schema->get_array().empty() || !made_at ||
        (engine != "sqlite" && engine != "postgres"))
        return fail(Errc::malformed, "The backup does not say of what it is.");
    Manifest manifest;
    manifest.engine = *engine;
    manifest.postgres_major = find_int(*parsed, "postgres_major").value_or(0);
    manifest.domain = find_string(*parsed, "domain").value_or("");
    manifest.base_url = find_string(*parsed, "base_url").value_or("");
    manifest.made_at = from_ms(*made_at);
    for (const auto& name : schema->get_array())
        manifest.schema.emplace_back(name.is_string() ? std::string{name.get_string()} : std::string{});
    return manifest;
}

Result<Manifest> describe(db::Database& database, Timestamp now)
{
    TRY(auto state, db::schema_state(database));
    if (state.applied.empty())
        return fail(Errc::not_found, "There is no database to back up yet.");
    Manifest manifest;
    manifest.engine = database.engine();
    if (manifest.engine == "postgres") {
        TRY(manifest.postgres_major, postgres_major(database));
    }
    manifest.schema = std::move(state.applied);
    manifest.made_at = now;
    auto look = [&](Tx& tx) -> Result<void> {
        const auto domain = tx.query_one(k_setting, "domain");
        const auto base_url = tx.query_one(k_setting, "base_url");
        manifest.domain = domain ? domain->text(0) : "";
        manifest.base_url = base_url ? base_url->text(0) : "";
        return {};
    };
    TRY_VOID(database.read_now(look));
    return manifest;
}

Result<void> check_schema_known(const Manifest& manifest)
{
    const auto known = manifest.engine == "postgres" ? db::postgres_migrations() : db::sqlite_migrations();
    for (const auto& name : manifest.schema)
        if (std::ranges::none_of(
                known, [&](const db::Migration& migration) { return name == migration.name; }))
            return fail(Errc::conflict, "This backup was made by a newer version of Kith (" + name +
                                            "): restore it with that one.");
    return {};
}

} // namespace kith::backup
