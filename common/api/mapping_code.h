// SPDX-License-Identifier: Apache-2.0
// What common/api/mapping.h promises, for the files that say KITH_API_ENTITY of the entities they hold.
#pragma once

#include "common/api/mapping.h"

#define KITH_API_ENTITY(T) \
    template json::object to_json<T>(const T&); \
    template Result<T> from_json<T>(const json::value&);

namespace kith::api {

/// Emits one entity as a JSON object.
class Writer {
public:
    explicit Writer(json::object& out) : m_out(out) { }
    static constexpr bool writing = true;

    template <class T>
    void operator()(std::string_view key, T& member)
    {
        m_out[key] = encode(member);
    }
    /// A member that is absent, rather than null, when it is empty.
    template <class T>
    void optional(std::string_view key, std::optional<T>& member)
    {
        if (member)
            m_out[key] = encode(*member);
    }
    void require(bool) { }

private:
    static json::value encode(const std::string& text) { return json::value(text); }
    static json::value encode(bool flag) { return flag; }
    static json::value encode(std::int64_t number) { return number; }
    static json::value encode(double number) { return number; }
    static json::value encode(const Timestamp& at) { return json::value(to_iso8601(at)); }
    static json::value encode(const json::value& raw) { return raw; }
    template <class Tag>
    static json::value encode(Id<Tag> id)
    {
        return json::value(id.to_string());
    }
    // json::value(nullptr), never json::value{nullptr}: braces would make a list of one null.
    template <class T>
    static json::value encode(const std::optional<T>& maybe)
    {
        return maybe ? encode(*maybe) : json::value(nullptr);
    }
    template <class T>
    static json::value encode(const std::shared_ptr<T>& maybe) // an entity that may contain its own kind
    {
        return maybe ? encode(*maybe) : json::value(nullptr);
    }
    template <class T>
    static json::value encode(const std::vector<T>& list)
    {
        json::array out;
        out.reserve(list.size());
        for (const auto& item : list)
            out.push_back(encode(item));
        return out;
    }
    template <class T>
        requires std::is_class_v<T>
    static json::value encode(const T& entity)
    {
        return to_json(entity);
    }

    json::object& m_out;
};

/// Reads one entity from a JSON object.
class Reader {
public:
    explicit Reader(const json::object& in) : m_in(in) { }
    static constexpr bool writing = false;

    template <class T>
    void operator()(std::string_view key, T& member)
    {
        if (const auto* value = m_in.if_contains(key))
            decode(*value, member);
    }
    template <class T>
    void optional(std::string_view key, std::optional<T>& member)
    {
        (*this)(key, member);
    }
    void require(bool ok) { m_ok = m_ok && ok; }
    bool ok() const { return m_ok; }

private:
    static bool decode(const json::value& value, std::string& out)
    {
        return value.is_string() && (out = std::string{value.get_string()}, true);
    }
    static bool decode(const json::value& value, bool& out)
    {
        return value.is_bool() && (out = value.get_bool(), true);
    }
    static bool decode(const json::value& value, std::int64_t& out)
    {
        return value.is_int64() && (out = value.get_int64(), true);
    }
    static bool decode(const json::value& value, double& out)
    {
        return value.is_number() && (out = value.to_number<double>(), true);
    }
    static bool decode(const json::value& value, Timestamp& out)
    {
        if (!value.is_string())
            return false;
        const auto at = parse_iso8601(value.get_string());
        return at && (out = *at, true);
    }
    static bool decode(const json::value& value, json::value& out) { return out = value, true; }
    template <class Tag>
    static bool decode(const json::value& value, Id<Tag>& out)
    {
        if (!value.is_string())
            return false;
        const auto id = parse_id(value.get_string());
        return id && (out.value = *id, true);
    }
    template <class T>
    static bool decode(const json::value& value, std::optional<T>& out)
    {
        out.reset();
        if (value.is_null())
            return true;
        T item{};
        if (!decode(value, item))
            return false;
        out = std::move(item);
        return true;
    }
    template <class T>
    static bool decode(const json::value& value, std::shared_ptr<T>& out)
    {
        std::optional<T> item;
        if (!decode(value, item))
            return false;
        out = item ? std::make_shared<T>(std::move(*item)) : nullptr;
        return true;
    }
    template <class T>
    static bool decode(const json::value& value, std::vector<T>& out)
    {
        if (!value.is_array())
            return false;
        out.clear();
        for (const auto& element : value.get_array()) {
            T item{};
            if (decode(element, item))
                out.push_back(std::move(item));
        }
        return true;
    }
    template <class T>
        requires std::is_class_v<T>
    static bool decode(const json::value& value, T& out)
    {
        auto entity = from_json<T>(value);
        return entity && (out = std::move(*entity), true);
    }

    const json::object& m_in;
    bool m_ok = true;
};

template <class T>
json::object to_json(const T& entity)
{
    json::object out;
    Writer writer{out};
    describe(writer, const_cast<T&>(entity)); // Writer only reads
    return out;
}

template <class T>
Result<T> from_json(const json::value& value)
{
    const auto* object = value.if_object();
    if (!object)
        return fail(Errc::malformed, "The server sent something unexpected.", "not an object");
    T entity{};
    Reader reader{*object};
    describe(reader, entity);
    if (!reader.ok())
        return fail(Errc::malformed, "The server sent something unexpected.", "a required member is missing");
    return entity;
}

} // namespace kith::api
