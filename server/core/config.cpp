// SPDX-License-Identifier: Apache-2.0
#include "server/core/config.h"

#include <toml++/toml.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <numeric>

extern char** environ;

namespace kith::core {

namespace {

constexpr std::size_t k_max_file_bytes = 1 << 20;
constexpr std::size_t k_max_value_bytes = 10000;

/// Ends every complaint: `server.threads (KITH_SERVER_THREADS) must be …`.
Error complain(const std::string& name, const std::string& place, const std::string& rest)
{
    return fail(Errc::invalid, name + " (" + place + ") " + rest + ".");
}

std::size_t edit_distance(std::string_view one, std::string_view other)
{
    std::vector<std::size_t> row(other.size() + 1);
    std::iota(row.begin(), row.end(), 0);
    for (std::size_t i = 1; i <= one.size(); ++i) {
        auto diagonal = std::exchange(row[0], i);
        for (std::size_t j = 1; j <= other.size(); ++j) {
            const auto change = diagonal + (one[i - 1] == other[j - 1] ? 0 : 1);
            diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, change}));
        }
    }
    return row.back();
}

/// The complaint about a key that does not exist, with the one that was probably meant.
Error unknown(std::string name, const std::string& place, std::string (ConfigKey::*spelling)() const)
{
    name.resize(std::min<std::size_t>(name.size(), 100));
    const auto& keys = config_keys();
    const auto distance = [&](const ConfigKey& key) {
        return edit_distance(name, (key.*spelling)());
    };
    const auto nearest = std::min_element(keys.begin(), keys.end(), [&](const auto& one, const auto& other) {
        return distance(one) < distance(other);
    });
    return complain(name, place, "is not a known setting; the nearest one is " + ((*nearest).*spelling)());
}

const ConfigKey* find_key(const std::string& full_name)
{
    const auto& keys = config_keys();
    const auto found = std::find_if(keys.begin(), keys.end(),
                                    [&](const auto& key) { return key.full_name() == full_name; });
    return found == keys.end() ? nullptr : &*found;
}

std::string quoted_choices(const ConfigKey& key)
{
    std::string out;
    for (const auto& choice : key.choices)
        out += (out.empty() ? "\"" : ", \"") + choice + "\"";
    return out;
}

Result<void> check_text(const ConfigKey& key, const std::string& place, const std::string& text)
{
    if (text.size() > k_max_value_bytes)
        return complain(key.full_name(), place, "is longer than 10,000 bytes");
    const auto control = [](unsigned char character) {
        return character < 0x20 || character == 0x7f;
    };
    if (std::any_of(text.begin(), text.end(), control))
        return complain(key.full_name(), place, "holds a control character");
    if (!key.choices.empty() &&
        std::find(key.choices.begin(), key.choices.end(), text) == key.choices.end())
        return complain(key.full_name(), place,
                        "must be one of " + quoted_choices(key) + ", not \"" + text + "\"");
    if (key.check == nullptr)
        return {};
    if (const auto checked = key.check(text); !checked)
        return complain(key.full_name(), place, checked.error().message);
    return {};
}

Result<void> set_number(const ConfigKey& key, const std::string& place, std::int64_t& out, std::int64_t value)
{
    if (value < key.minimum || value > key.maximum)
        return complain(key.full_name(), place,
                        "must be from " + std::to_string(key.minimum) + " to " +
                            std::to_string(key.maximum) + ", not " + std::to_string(value));
    out = value;
    return {};
}

Result<void> set_list(const ConfigKey& key, const std::string& place, std::vector<std::string>& out,
                      std::vector<std::string> items)
{
    if (items.size() > 1000)
        return complain(key.full_name(), place, "has more than 1,000 items");
    for (const auto& item : items)
        TRY_VOID(check_text(key, place, item));
    out = std::move(items);
    return {};
}

/// A value as text: from the environment or the command line.
class FromText {
public:
    FromText(const ConfigKey& key, std::string place, const std::string& text)
        : m_key(key), m_place(std::move(place)), m_text(text)
    {
    }

    Result<void> operator()(std::string* out) const
    {
        TRY_VOID(check_text(m_key, m_place, m_text));
        *out = m_text;
        return {};
    }
    Result<void> operator()(std::filesystem::path* out) const
    {
        TRY_VOID(check_text(m_key, m_place, m_text));
        *out = m_text;
        return {};
    }
    Result<void> operator()(std::vector<std::string>* out) const
    {
        std::vector<std::string> items;
        std::string_view rest = m_text;
        while (!rest.empty()) {
            const auto comma = rest.find(',');
            auto item = rest.substr(0, comma);
            while (item.starts_with(' '))
                item.remove_prefix(1);
            while (item.ends_with(' '))
                item.remove_suffix(1);
            if (!item.empty())
                items.emplace_back(item);
            rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
        }
        return set_list(m_key, m_place, *out, std::move(items));
    }
    Result<void> operator()(std::int64_t* out) const
    {
        std::int64_t value = 0;
        const auto* end = m_text.data() + m_text.size();
        const auto [stop, error] = std::from_chars(m_text.data(), end, value);
        if (error != std::errc{} || stop != end)
            return wrong("a whole number");
        return set_number(m_key, m_place, *out, value);
    }
    Result<void> operator()(bool* out) const
    {
        if (m_text != "true" && m_text != "false")
            return wrong("true or false");
        *out = m_text == "true";
        return {};
    }
    Result<void> operator()(std::optional<bool>* out) const
    {
        if (m_text != "true" && m_text != "false" && m_text != "auto")
            return wrong("auto, true or false");
        *out = m_text == "auto" ? std::nullopt : std::optional{m_text == "true"};
        return {};
    }

private:
    Error wrong(const std::string& expected) const
    {
        return complain(m_key.full_name(), m_place,
                        "must be " + expected + ", not \"" + m_text.substr(0, 100) + "\"");
    }

    const ConfigKey& m_key;
    std::string m_place;
    const std::string& m_text;
};

/// A value from the file, where it has a type of its own.
class FromToml {
public:
    FromToml(const ConfigKey& key, std::string place, const toml::node& node, const std::filesystem::path& folder)
        : m_key(key), m_place(std::move(place)), m_node(node), m_folder(folder)
    {
    }

    Result<void> operator()(std::string* out) const
    {
        const auto* text = m_node.as_string();
        return text ? FromText(m_key, m_place, text->get())(out) : wrong("a text in quotation marks");
    }
    Result<void> operator()(std::filesystem::path* out) const
    {
        const auto* text = m_node.as_string();
        if (!text)
            return wrong("a path in quotation marks");
        TRY_VOID(FromText(m_key, m_place, text->get())(out));
        if (!out->empty() && out->is_relative())
            *out = m_folder / *out;
        return {};
    }
    Result<void> operator()(std::vector<std::string>* out) const
    {
        const auto* array = m_node.as_array();
        if (!array)
            return wrong("a list, such as [\"one\", \"two\"]");
        std::vector<std::string> items;
        for (const auto& item : *array) {
            const auto* text = item.as_string();
            if (!text)
                return wrong("a list of texts in quotation marks");
            items.push_back(text->get());
        }
        return set_list(m_key, m_place, *out, std::move(items));
    }
    Result<void> operator()(std::int64_t* out) const
    {
        const auto* number = m_node.as_integer();
        return number ? set_number(m_key, m_place, *out, number->get()) : wrong("a whole number");
    }
    Result<void> operator()(bool* out) const
    {
        const auto* flag = m_node.as_boolean();
        if (!flag)
            return wrong("true or false");
        *out = flag->get();
        return {};
    }
    Result<void> operator()(std::optional<bool>* out) const
    {
        if (const auto* flag = m_node.as_boolean())
            return *out = flag->get(), Result<void>{};
        if (const auto* text = m_node.as_string(); text && text->get() == "auto")
            return out->reset(), Result<void>{};
        return wrong("\"auto\", true or false");
    }

private:
    Error wrong(const std::string& expected) const
    {
        return complain(m_key.full_name(), m_place, "must be " + expected);
    }

    const ConfigKey& m_key;
    std::string m_place;
    const toml::node& m_node;
    const std::filesystem::path& m_folder;
};

std::string place_of(const std::filesystem::path& file, const toml::source_region& where)
{
    return file.string() + ", line " + std::to_string(where.begin.line);
}

Result<toml::table> read_toml(const std::filesystem::path& file)
{
    std::error_code error;
    std::ifstream in(file, std::ios::binary);
    if (!in || std::filesystem::is_directory(file, error))
        return fail(Errc::invalid, "The configuration " + file.string() + " cannot be read.");
    std::string text(k_max_file_bytes + 1, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(in.gcount()));
    if (text.size() > k_max_file_bytes)
        return fail(Errc::invalid, "The configuration " + file.string() + " is larger than 1 MiB.");
    try {
        return toml::parse(text, file.string());
    } catch (const toml::parse_error& error) {
        return fail(Errc::invalid, "The configuration is not valid TOML (" + place_of(file, error.source()) +
                                       "): " + std::string{error.description()} + ".");
    }
}

Result<void> apply_file(Config& config, const std::filesystem::path& file)
{
    TRY(const auto root, read_toml(file));
    const auto folder = std::filesystem::absolute(file).parent_path();
    for (const auto& [section, content] : root) {
        const auto* table = content.as_table();
        if (!table)
            return unknown(std::string{section.str()}, place_of(file, content.source()), &ConfigKey::full_name);
        if (table->empty())
            continue;
        for (const auto& [name, node] : *table) {
            const auto full_name = std::string{section.str()} + "." + std::string{name.str()};
            auto place = place_of(file, name.source());
            const auto* key = find_key(full_name);
            if (key == nullptr)
                return unknown(full_name, place, &ConfigKey::full_name);
            TRY_VOID(std::visit(FromToml(*key, std::move(place), node, folder), key->field(config)));
        }
    }
    return {};
}

Result<void> apply_environment(Config& config, const Environment& environment)
{
    const auto& keys = config_keys();
    for (const auto& [name, value] : environment) {
        if (!name.starts_with("KITH_") || name == "KITH_CONFIG" || name == "KITH_VECTORS" ||
            name.starts_with("KITH_TEST_") || name.starts_with("KITH_APP_"))
            continue;
        const auto key = std::find_if(keys.begin(), keys.end(), [&name = name](const auto& candidate) {
            return candidate.environment() == name;
        });
        if (key == keys.end())
            return unknown(name, "environment", &ConfigKey::environment);
        TRY_VOID(std::visit(FromText(*key, name, value), key->field(config)));
    }
    return {};
}

std::string find_variable(const Environment& environment, std::string_view name)
{
    const auto found = std::find_if(environment.begin(), environment.end(),
                                    [&](const auto& variable) { return variable.first == name; });
    return found == environment.end() ? std::string{} : found->second;
}

/// What no key alone can tell.
Result<void> check_together(const Config& config)
{
    const auto& server = config.server;
    if (server.data_dir.empty())
        return fail(Errc::invalid, "server.data_dir is not set, and there is no home directory to "
                                   "choose one in (--data-dir).");
    if (server.tls_certificate.empty() != server.tls_key.empty())
        return fail(
            Errc::invalid,
            "server.tls_certificate and server.tls_key belong together; only one of them is set.");
    if (!server.base_url.empty() && server.domain.empty())
        return fail(Errc::invalid, "server.base_url is set but server.domain is not.");
    if (server.roles.empty())
        return fail(Errc::invalid, "server.roles is empty; this process would do nothing.");
    if (config.database.engine == "postgres" && config.database.connection.empty())
        return fail(
            Errc::invalid,
            "database.engine is \"postgres\", so database.connection must say where it is.");
    if (config.fetch.allow_plain_http && config.fetch.allow_addresses.empty())
        return fail(
            Errc::invalid,
            "fetch.allow_plain_http works for addresses of fetch.allow_addresses, which is empty.");
    return {};
}

} // namespace

Environment process_environment()
{
    Environment environment;
    for (char** entry = ::environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view text = *entry;
        const auto equals = text.find('=');
        const auto name = text.substr(0, equals);
        if (equals != std::string_view::npos &&
            (name.starts_with("KITH_") || name == "XDG_DATA_HOME" || name == "HOME"))
            environment.emplace_back(name, text.substr(equals + 1));
    }
    return environment;
}

Result<Config> load_config(const std::optional<std::filesystem::path>& file,
                           const Environment& environment, const Overrides& overrides)
{
    Config config;
    // https://specifications.freedesktop.org/basedir-spec: "If $XDG_DATA_HOME is either not set or empty, a default equal to
    // $HOME/.local/share should be used." Relative paths there are invalid.
    const std::filesystem::path data_home = find_variable(environment, "XDG_DATA_HOME");
    const std::filesystem::path home = find_variable(environment, "HOME");
    if (data_home.is_absolute())
        config.server.data_dir = data_home / "kithd";
    else if (home.is_absolute())
        config.server.data_dir = home / ".local/share/kithd";

    const auto named = find_variable(environment, "KITH_CONFIG");
    if (file || !named.empty())
        TRY_VOID(apply_file(config, file ? *file : std::filesystem::path{named}));
    TRY_VOID(apply_environment(config, environment));
    for (const auto& [name, value] : overrides) {
        const auto* key = find_key(name);
        if (key == nullptr)
            return unknown(name, "command line", &ConfigKey::full_name);
        TRY_VOID(std::visit(FromText(*key, "command line", value), key->field(config)));
    }
    TRY_VOID(check_together(config));
    return config;
}

} // namespace kith::core
