// SPDX-License-Identifier: Apache-2.0
#include "server/db/postgres/postgres_connection.h"

#include "server/db/postgres/connection_string.h"
#include "server/db/postgres/postgres_values.h"

#include <pqxx/connection>
#include <pqxx/except>
#include <pqxx/nontransaction>
#include <pqxx/result>
#if PQXX_VERSION_MAJOR < 7
#include <pqxx/prepared_statement>
#else
#include <pqxx/params>
#endif

#include <sys/socket.h>

namespace kith::db {

namespace {

using Kind = DbError::Kind;

constexpr std::size_t k_prepared_statements = 256;

/// The first line only: the ones after it quote values, and values stay out of logs.
std::string first_line(const std::exception& error)
{
    const std::string_view text = error.what();
    return std::string{text.substr(0, text.find('\n'))};
}

// https://www.postgresql.org/docs/15/errcodes-appendix.html
Kind kind_of(std::string_view state)
{
    if (state == "40001" || state == "40P01")
        return Kind::retry;
    if (state.starts_with("23"))
        return Kind::constraint;
    // Connection, resources, operator intervention and time-outs, machine; locked for too long; a standby.
    for (const auto* group : {"08", "53", "57", "58", "40003", "55P03", "25006"}) {
        if (state.starts_with(group))
            return Kind::unavailable;
    }
    return Kind::bug;
}

/// Calls libpqxx and turns whatever it throws into DbError.
template <class F>
auto translated(const char* doing, F call) -> decltype(call())
{
    const auto raise = [doing](Kind kind, const std::exception& error) {
        throw DbError(kind, std::string(doing) + ": " + first_line(error));
    };
    try {
        return call();
    } catch (const DbError&) {
        throw;
    } catch (const pqxx::serialization_failure& error) {
        raise(Kind::retry, error);
    } catch (const pqxx::deadlock_detected& error) {
        raise(Kind::retry, error);
    } catch (const pqxx::broken_connection& error) {
        raise(Kind::unavailable, error);
    } catch (const pqxx::sql_error& error) {
        raise(kind_of(error.sqlstate()), error);
    } catch (const pqxx::failure& error) { // unknown outcome, or an error without a state: the session went away
        raise(Kind::unavailable, error);
    } catch (const std::exception& error) {
        raise(Kind::bug, error);
    }
    throw DbError(Kind::bug, doing); // not reached: raise() throws
}

} // namespace

struct PostgresConnection::Session {
    explicit Session(const std::string& connection) : link(connection), statements(link) { }

    pqxx::connection link;
    // Transactions are begun and ended by our own statements, so that it is always known what was sent.
    pqxx::nontransaction statements;
};

PostgresConnection::PostgresConnection(const std::string& connection, Limits limits)
{
    translated("connect", [&] {
        m_session = std::make_unique<Session>(with_time_limits(connection));
        m_socket = m_session->link.sock();
#if PQXX_VERSION_MAJOR < 7
        // libpqxx 6 would connect anew in the middle of a transaction, and go on as if it were still the same.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
        m_session->link.inhibit_reactivation(true);
#pragma GCC diagnostic pop
#endif
        return true;
    });
    const std::string settings = "SET client_encoding = 'UTF8'; SET standard_conforming_strings = on; SET bytea_output = 'hex';"
                                 "SET timezone = 'UTC'; SET client_min_messages = 'warning'; SET application_name = 'kithd';"
                                 "SET idle_in_transaction_session_timeout = '60s'; SET statement_timeout = '"
        + std::to_string(limits.statement_s) + "s'; SET lock_timeout = '" + std::to_string(limits.lock_s) + "s'";
    execute(settings.c_str());
}

PostgresConnection::~PostgresConnection() = default;

bool PostgresConnection::is_open() const
{
    return m_session->link.is_open();
}

void PostgresConnection::execute(const char* sql)
{
    translated("execute", [&] { return m_session->statements.exec(std::string(sql)); });
}

void PostgresConnection::cut() const noexcept
{
    ::shutdown(m_socket, SHUT_RDWR);
}

void PostgresConnection::begin(Access access, std::chrono::milliseconds longest_read)
{
    if (access == Access::write)
        return execute("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE");
    const auto limit = std::to_string(longest_read.count());
    execute(("BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY; SET LOCAL statement_timeout = " + limit).c_str()); // one message
}

void PostgresConnection::commit()
{
    execute("COMMIT");
}

bool PostgresConnection::roll_back() noexcept
{
    try {
        if (!is_open())
            return false;
        execute("ROLLBACK");
        return true;
    } catch (const std::exception&) {
        return false;
    }
}

const std::string& PostgresConnection::prepared(const Query& query, std::span<const Param> params)
{
    std::string key = signature(params) + '\n' + query.sql;
    if (const auto found = m_prepared.find(key); found != m_prepared.end()) {
        m_uses.splice(m_uses.begin(), m_uses, found->second.use);
        return found->second.name;
    }
    if (m_prepared.size() >= k_prepared_statements) {
        m_session->link.unprepare(m_prepared.at(m_uses.back()).name);
        m_prepared.erase(m_uses.back());
        m_uses.pop_back();
    }
    const auto name = "kith_" + std::to_string(++m_names);
    const auto typed = typed_sql(query, params);
    m_session->link.prepare(name.c_str(), typed.c_str());
    m_uses.push_front(key);
    return m_prepared.emplace(std::move(key), Prepared{name, m_uses.begin()}).first->second.name;
}

PostgresConnection::Answer PostgresConnection::run(const Query& query, std::span<const Param> params)
{
    return translated(query.name, [&] {
        std::vector<std::optional<std::string>> texts;
        texts.reserve(params.size());
        for (const auto& param : params)
            texts.push_back(text_form(query, param));
        const auto& name = prepared(query, params);
#if PQXX_VERSION_MAJOR < 7
        std::vector<const char*> values;
        for (const auto& text : texts)
            values.push_back(text ? text->c_str() : nullptr);
        const pqxx::result result = m_session->statements.exec_prepared(name, pqxx::prepare::make_dynamic_params(values.begin(), values.end()));
#else
        pqxx::params values;
        for (auto& text : texts) {
            if (text)
                values.append(std::move(*text));
            else
                values.append();
        }
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations" // the name that libpqxx 7.0 to 7.9 have too
        const pqxx::result result = m_session->statements.exec_prepared(name, values);
#pragma GCC diagnostic pop
#endif
        Answer answer;
        answer.changed = static_cast<std::int64_t>(result.affected_rows());
        answer.rows.reserve(static_cast<std::size_t>(result.size()));
        for (const auto& row : result) {
            std::vector<Value> cells;
            cells.reserve(static_cast<std::size_t>(row.size()));
            for (const auto& field : row) {
                if (field.is_null())
                    cells.emplace_back();
                else
                    cells.push_back(value_from(query, field.type(), {field.c_str(), static_cast<std::size_t>(field.size())}));
            }
            answer.rows.emplace_back(std::move(cells));
        }
        return answer;
    });
}

} // namespace kith::db
