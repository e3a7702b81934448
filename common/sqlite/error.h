// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>

namespace kith::sqlite {

/// What ends a statement. Thrown by everything in this folder except Connection::open.
class SqliteError : public std::runtime_error {
public:
    enum class Kind {
        busy,        ///< another connection holds the lock for longer than the busy timeout
        full,        ///< no space on the disk, or the file's allowed size is reached
        interrupted, ///< Connection::interrupt
        constraint,  ///< UNIQUE, NOT NULL, CHECK, REFERENCES
        read_only,   ///< a write to what may only be read
        corrupt,     ///< damaged, or no database at all, or another key
        machine,     ///< I/O, memory, permissions
        bug          ///< wrong SQL, wrong use
    };

    SqliteError(Kind kind, int code, const std::string& what) : std::runtime_error(what), m_kind(kind), m_code(code) { }

    Kind kind() const { return m_kind; }
    /// SQLite's extended result code.
    int code() const { return m_code; }

private:
    Kind m_kind;
    int m_code;
};

} // namespace kith::sqlite
