// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/core/trace.h"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/query.hpp>
#include <boost/asio/require.hpp>

#include <type_traits>

namespace kith::trace {

/// Another executor, and what is under way there. A coroutine that is spawned on it carries the trace wherever it goes,
/// also through the database's threads and back, and whoever it awaits finds it with active_of. Of a request that is not
/// traced nothing exists when it only reads; when it may write, its name does, which cause_of finds.
class TracedExecutor {
public:
    using Inner = boost::asio::any_io_executor;

    TracedExecutor(Inner inner, ActivePointer active) noexcept : m_inner(std::move(inner)), m_active(std::move(active)) { }

    const ActivePointer& active() const noexcept { return m_active; }

    template <class F>
    void execute(F&& function) const
    {
        m_inner.execute(std::forward<F>(function));
    }
    template <class Property>
    auto query(const Property& property) const
        -> std::enable_if_t<boost::asio::can_query<const Inner&, Property>::value,
                            decltype(boost::asio::query(std::declval<const Inner&>(), property))>
    {
        return boost::asio::query(m_inner, property);
    }
    template <class Property>
    auto require(const Property& property) const
        -> std::enable_if_t<boost::asio::can_require<const Inner&, Property>::value, TracedExecutor>
    {
        return {boost::asio::require(m_inner, property), m_active};
    }
    template <class Property>
    auto prefer(const Property& property) const
        -> std::enable_if_t<boost::asio::can_prefer<const Inner&, Property>::value, TracedExecutor>
    {
        return {boost::asio::prefer(m_inner, property), m_active};
    }
    friend bool operator==(const TracedExecutor& a, const TracedExecutor& b) noexcept
    {
        return a.m_inner == b.m_inner && a.m_active == b.m_active;
    }
    friend bool operator!=(const TracedExecutor& a, const TracedExecutor& b) noexcept { return !(a == b); }

private:
    Inner m_inner;
    ActivePointer m_active;
};

/// What is under way on this executor, traced or not; null when nothing is known.
inline ActivePointer cause_of(const boost::asio::any_io_executor& executor)
{
    const auto* traced = executor.target<TracedExecutor>();
    return traced ? traced->active() : nullptr;
}

/// The same; null when it is not traced.
inline ActivePointer active_of(const boost::asio::any_io_executor& executor)
{
    auto active = cause_of(executor);
    return active && active->sink ? active : nullptr;
}

} // namespace kith::trace
