// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/id.h"
#include "common/base/json.h"
#include "common/base/time.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

/// One description per entity serves both directions:
///
///     template <class V> void describe(V& v, Tag& tag) { v("name", tag.name); v("url", tag.url); }
///
/// `to_json(entity)` emits exactly what is described; `from_json<Entity>(value)` reads leniently: unknown members are
/// ignored, missing or mistyped ones keep their default, and a bad item of a list is dropped, not the list.
/// An optional is `null` when empty. An entity whose describe() calls `v.require(ok)` is refused when !ok.
///
/// Both are compiled once for each entity, in the .cpp file beside its header (common/api/mapping_code.h): a file that
/// used a handful of entities took longer to compile than any other.
namespace kith::api {

template <class T>
json::object to_json(const T& entity);
template <class T>
Result<T> from_json(const json::value& value);

/// A JSON array of entities; bad items are dropped.
template <class T>
Result<std::vector<T>> list_from_json(const json::value& value)
{
    const auto* array = value.if_array();
    if (!array)
        return fail(Errc::malformed, "The server sent something unexpected.", "not a list");
    std::vector<T> list;
    for (const auto& element : *array)
        if (auto item = from_json<T>(element))
            list.push_back(std::move(*item));
    return list;
}

} // namespace kith::api
