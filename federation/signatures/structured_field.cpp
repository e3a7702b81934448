// SPDX-License-Identifier: Apache-2.0
#include "federation/signatures/structured_field.h"

#include "federation/signatures/bounds.h"

#include <algorithm>
#include <charconv>

namespace kith::signatures {

namespace {

constexpr std::size_t k_max_members = 8;
constexpr std::size_t k_max_parameters = 16;

Error malformed()
{
    return fail(Errc::malformed, "The structured header field cannot be read.");
}

/// A cursor over one header's value.
class Reader {
public:
    explicit Reader(std::string_view text) : m_text(text) { }

    bool at_end() const { return m_position == m_text.size(); }
    char peek() const { return at_end() ? '\0' : m_text[m_position]; }
    bool take(char c)
    {
        if (at_end() || peek() != c)
            return false;
        ++m_position;
        return true;
    }
    void skip_blanks()
    {
        while (!at_end() && (peek() == ' ' || peek() == '\t'))
            ++m_position;
    }
    std::size_t position() const { return m_position; }
    std::string_view since(std::size_t begin) const
    {
        return m_text.substr(begin, m_position - begin);
    }
    std::string_view take_while(bool (*fits)(char))
    {
        const auto begin = m_position;
        while (!at_end() && fits(peek()))
            ++m_position;
        return since(begin);
    }

private:
    std::string_view m_text;
    std::size_t m_position = 0;
};

bool is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}
bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}
bool is_key_character(char c)
{
    return is_lower(c) || is_digit(c) || c == '_' || c == '-' || c == '.' || c == '*';
}
bool is_base64_character(char c)
{
    return is_lower(c) || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '+' || c == '/' || c == '=';
}

/// RFC 8941, 3.1.2: lcalpha or `*` first.
Result<std::string> read_key(Reader& reader)
{
    if (!is_lower(reader.peek()) && reader.peek() != '*')
        return malformed();
    return std::string{reader.take_while(is_key_character)};
}

/// RFC 8941, 3.3.3.
Result<std::string> read_string(Reader& reader)
{
    if (!reader.take('"'))
        return malformed();
    std::string out;
    while (!reader.at_end() && reader.peek() != '"') {
        reader.take('\\');
        const char c = reader.peek();
        if (c < 0x20 || c > 0x7e)
            return malformed();
        out += c;
        reader.take(c);
    }
    if (!reader.take('"'))
        return malformed();
    return out;
}

Result<BareItem> read_bare_item(Reader& reader)
{
    if (reader.peek() == '"') {
        TRY(auto text, read_string(reader));
        return BareItem{std::move(text)};
    }
    const auto digits = reader.take_while(is_digit);
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (digits.empty() || digits.size() > 15 || error != std::errc{} ||
        end != digits.data() + digits.size())
        return malformed();
    return BareItem{number};
}

Result<ItemParameters> read_parameters(Reader& reader)
{
    ItemParameters out;
    while (reader.take(';')) {
        reader.skip_blanks();
        TRY(auto key, read_key(reader));
        BareItem value = std::int64_t{1}; // A bare key means true.
        if (reader.take('=')) {
            TRY(value, read_bare_item(reader));
        }
        const bool twice =
            std::any_of(out.begin(), out.end(), [&](const auto& item) { return item.first == key; });
        if (twice || out.size() == k_max_parameters)
            return malformed();
        out.emplace_back(std::move(key), std::move(value));
    }
    return out;
}

Result<InnerList> read_inner_list(Reader& reader)
{
    InnerList list;
    TRY(list.label, read_key(reader));
    if (!reader.take('='))
        return malformed();
    const auto begin = reader.position();
    if (!reader.take('('))
        return malformed();
    for (reader.skip_blanks(); !reader.take(')'); reader.skip_blanks()) {
        TRY(auto item, read_string(reader));
        TRY(const auto parameters, read_parameters(reader));
        list.items_have_parameters |= !parameters.empty();
        list.items.push_back(std::move(item));
        if (list.items.size() > k_max_covered || (reader.peek() != ' ' && reader.peek() != ')'))
            return malformed();
    }
    TRY(list.parameters, read_parameters(reader));
    list.text = reader.since(begin);
    return list;
}

/// Between two members of a dictionary. False at the end.
Result<bool> next_member(Reader& reader, std::size_t count)
{
    reader.skip_blanks();
    if (reader.at_end())
        return false;
    if (!reader.take(',') || count == k_max_members)
        return malformed();
    reader.skip_blanks();
    if (reader.at_end())
        return malformed();
    return true;
}

} // namespace

Result<std::vector<InnerList>> read_inner_lists(std::string_view header)
{
    Reader reader{header};
    std::vector<InnerList> lists;
    for (bool more = true; more;) {
        TRY(auto list, read_inner_list(reader));
        lists.push_back(std::move(list));
        TRY(more, next_member(reader, lists.size()));
    }
    return lists;
}

Result<std::vector<std::pair<std::string, std::string>>> read_byte_sequences(std::string_view header)
{
    Reader reader{header};
    std::vector<std::pair<std::string, std::string>> out;
    for (bool more = true; more;) {
        TRY(auto key, read_key(reader));
        if (!reader.take('=') || !reader.take(':'))
            return malformed();
        std::string text{reader.take_while(is_base64_character)};
        if (!reader.take(':'))
            return malformed();
        out.emplace_back(std::move(key), std::move(text));
        TRY(more, next_member(reader, out.size()));
    }
    return out;
}

} // namespace kith::signatures
