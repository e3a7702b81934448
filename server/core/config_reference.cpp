// SPDX-License-Identifier: Apache-2.0
#include "server/core/config.h"

#include <algorithm>

namespace kith::core {

namespace {

std::string quoted(const std::string& text)
{
    std::string out = "\"";
    for (const char character : text) {
        if (character == '"' || character == '\\')
            out += '\\';
        out += character;
    }
    return out + "\"";
}

struct Printer {
    std::string operator()(const std::string* text) const { return quoted(*text); }
    std::string operator()(const std::filesystem::path* path) const
    {
        return quoted(path->string());
    }
    std::string operator()(const std::int64_t* number) const { return std::to_string(*number); }
    std::string operator()(const bool* flag) const { return *flag ? "true" : "false"; }
    std::string operator()(const std::optional<bool>* flag) const
    {
        return *flag ? (**flag ? "true" : "false") : "\"auto\"";
    }
    std::string operator()(const std::vector<std::string>* list) const
    {
        std::string out;
        for (const auto& item : *list)
            out += (out.empty() ? "" : ", ") + quoted(item);
        return "[" + out + "]";
    }
};

std::string value_column(const ConfigKey& key)
{
    std::string out = key.type_name();
    if (key.type_name() == "number")
        out += ", " + std::to_string(key.minimum) + " to " + std::to_string(key.maximum);
    for (const auto& choice : key.choices)
        out += (choice == key.choices.front() ? " of `" : ", `") + choice + "`";
    return out;
}

constexpr const char* k_introduction = R"(# Configuration of kithd

<!-- Generated from server/core/config_keys.cpp by render_configuration_reference(); a test compares both. -->

Every setting has a default, so that `kithd serve` starts without any. Settings come from, the later winning over the
earlier:

1. the defaults below;
2. the TOML file named by `--config` or by the variable `KITH_CONFIG` (relative paths in it start at its folder);
3. the environment: `[rate_limit] enabled` is `KITH_RATE_LIMIT_ENABLED`; lists are separated by commas;
4. the command line: `--data-dir`, `--listen`, `--domain`, `--roles`.

An unknown key or variable, a wrong type or a value out of range stops the start with a sentence that names it. `kithd
doctor` shows every setting in force.
)";

} // namespace

std::string config_value(const Config& config, const ConfigKey& key)
{
    auto copy = config; // the table's accessor is for writing
    auto text = std::visit(Printer{}, key.field(copy));
    return key.secret && text != "\"\"" ? "(hidden)" : text;
}

std::string render_configuration_reference()
{
    const Config defaults;
    std::string out = k_introduction;
    std::string section;
    for (const auto& key : config_keys()) {
        if (section != key.section) {
            section = key.section;
            out += "\n## [" + section +
                   "]\n\n| key | value | default | environment | meaning |\n"
                   "| --- | --- | --- | --- | --- |\n";
        }
        const auto standard = key.default_text ? std::string{key.default_text}
                                               : "`" + config_value(defaults, key) + "`";
        out += "| `" + std::string{key.name} + "` | " + value_column(key) + " | " + standard +
               " | `" + key.environment() + "` | " + key.help + " |\n";
    }
    return out;
}

} // namespace kith::core
