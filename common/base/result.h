// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cassert>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

/// Expected failures are values (`Result<T>`); bugs and dying machines are exceptions.
/// The shape follows `std::expected`, so that it can replace this file one day.
namespace kith {

/// What went wrong, in the few kinds that callers act on.
enum class Errc {
    malformed,    ///< cannot be parsed at all (HTTP 400)
    invalid,      ///< parsed, but not acceptable (422)
    unauthorized, ///< who are you? (401)
    forbidden,    ///< known, but not allowed (403)
    not_found,    ///< does not exist, or must look so (404)
    gone,         ///< existed (410)
    conflict,     ///< somebody else was first (409)
    too_large,    ///< beyond a limit of size (413)
    rate_limited, ///< too often (429)
    unavailable,  ///< a machine or peer does not answer: try again (503)
    internal      ///< our fault (500)
};

/// The code's name as in the source, for logs and tests.
const char* to_string(Errc code);

struct Error {
    Errc code = Errc::internal;
    std::string message; ///< A sentence that may be shown to the client.
    std::string cause;   ///< For the log only; never sent.
};

inline Error fail(Errc code, std::string message, std::string cause = {})
{
    return Error{code, std::move(message), std::move(cause)};
}

template <class T>
class [[nodiscard]] Result {
public:
    using value_type = T;

    Result(T value) : m_state(std::in_place_index<0>, std::move(value)) { }
    Result(Error error) : m_state(std::in_place_index<1>, std::move(error)) { }
    template <class U>
        requires(std::is_convertible_v<U &&, T> && !std::is_same_v<std::remove_cvref_t<U>, T> &&
                 !std::is_same_v<std::remove_cvref_t<U>, Error> &&
                 !std::is_same_v<std::remove_cvref_t<U>, Result>)
    Result(U&& value) : m_state(std::in_place_index<0>, std::forward<U>(value))
    {
    }

    bool has_value() const { return m_state.index() == 0; }
    explicit operator bool() const { return has_value(); }

    T& value() & { return assert(has_value()), *std::get_if<0>(&m_state); }
    const T& value() const& { return assert(has_value()), *std::get_if<0>(&m_state); }
    T&& value() && { return assert(has_value()), std::move(*std::get_if<0>(&m_state)); }
    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T&& operator*() && { return std::move(*this).value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }
    template <class U>
    T value_or(U&& other) const&
    {
        return has_value() ? value() : static_cast<T>(std::forward<U>(other));
    }

    Error& error() & { return assert(!has_value()), *std::get_if<1>(&m_state); }
    const Error& error() const& { return assert(!has_value()), *std::get_if<1>(&m_state); }
    Error&& error() && { return assert(!has_value()), std::move(*std::get_if<1>(&m_state)); }

private:
    std::variant<T, Error> m_state;
};

template <>
class [[nodiscard]] Result<void> {
public:
    using value_type = void;

    Result() = default;
    Result(Error error) : m_error(std::move(error)), m_failed(true) { }

    bool has_value() const { return !m_failed; }
    explicit operator bool() const { return has_value(); }
    void value() const { assert(has_value()); }
    Error& error() & { return assert(m_failed), m_error; }
    const Error& error() const& { return assert(m_failed), m_error; }
    Error&& error() && { return assert(m_failed), std::move(m_error); }

private:
    Error m_error;
    bool m_failed = false;
};

} // namespace kith

#define KITH_CAT_(a, b) a##b
#define KITH_CAT(a, b) KITH_CAT_(a, b)
#define KITH_TRY_(ret, tmp, decl, ...)                                                             \
    auto tmp = (__VA_ARGS__);                                                                      \
    if (!tmp)                                                                                      \
        ret std::move(tmp).error();                                                                \
    decl = std::move(tmp).value()
#define KITH_TRY_VOID_(ret, tmp, ...)                                                              \
    do {                                                                                           \
        if (auto tmp = (__VA_ARGS__); !tmp)                                                        \
            ret std::move(tmp).error();                                                            \
    } while (false)

/// `TRY(auto x, f());` names the value of f(), or returns its error from this function.
#define TRY(decl, ...) KITH_TRY_(return, KITH_CAT(try_result_, __LINE__), decl, __VA_ARGS__)
/// `TRY_VOID(f());` goes on when f() succeeded, or returns its error.
#define TRY_VOID(...) KITH_TRY_VOID_(return, KITH_CAT(try_result_, __LINE__), __VA_ARGS__)
/// The same in a coroutine. Name lambdas and aggregates before: GCC 12 destroys such temporaries twice.
#define CO_TRY(decl, ...) KITH_TRY_(co_return, KITH_CAT(try_result_, __LINE__), decl, __VA_ARGS__)
#define CO_TRY_VOID(...) KITH_TRY_VOID_(co_return, KITH_CAT(try_result_, __LINE__), __VA_ARGS__)
