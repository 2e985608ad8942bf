// The quirk table: each oddity holds for the releases it was measured on, and not for those
// measured without. A quirk without a row here fails.
#include "sources/quirks.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <iterator>

using namespace prefect_config;

namespace {

struct Row {
  bool Quirks::*quirk;
  Version with;
  Version without;
};

constexpr Row kRows[] = {
    {&Quirks::loader_ignores_prefect_home, {3, 1, 15}, {3, 2, 15}},
    {&Quirks::loader_ignores_project_files, {3, 0, 11}, {3, 1, 15}},
    {&Quirks::toml_table_is_no_value, {3, 4, 19}, {3, 8, 8}},
    {&Quirks::group_json_replaces_group, {3, 0, 11}, {3, 1, 1}},
    {&Quirks::hours_after_days_are_two_digits, {3, 1, 2}, {3, 1, 6}},
    {&Quirks::database_url_is_no_secret, {3, 0, 5}, {3, 0, 4}},
    {&Quirks::database_url_is_no_secret, {3, 1, 12}, {3, 1, 13}},
    {&Quirks::ui_api_url_has_no_path, {3, 0, 10}, {3, 0, 11}},
    {&Quirks::ui_api_url_is_a_path, {3, 0, 0}, {3, 0, 10}},
    {&Quirks::unknown_profile_is_empty, {3, 0, 11}, {3, 0, 0}},
    {&Quirks::loggers_are_split_text, {3, 0, 11}, {3, 1, 15}},
    {&Quirks::missing_ssl_file_stops, {3, 1, 6}, {3, 1, 2}},
    {&Quirks::bare_names_count_in_dotenv, {3, 0, 11}, {3, 0, 10}},
    {&Quirks::bare_names_count_in_dotenv, {3, 1, 1}, {3, 1, 2}},
    {&Quirks::home_name_means_default, {3, 1, 15}, {3, 4, 19}},
    {&Quirks::unknown_profile_is_empty, {3, 0, 11}, {3, 1, 15}},
    {&Quirks::bom_is_malformed, {3, 6, 29}, {3, 4, 19}},
    {&Quirks::bom_joins_first_key, {3, 4, 19}, {3, 6, 29}},
    {&Quirks::nested_paths_ignore_home, {3, 4, 19}, {3, 8, 8}},
    {&Quirks::nested_paths_ignore_home, {3, 6, 29}, {3, 3, 7}},
    {&Quirks::missing_ssl_file_stops, {3, 4, 19}, {3, 8, 8}},
    {&Quirks::database_needs_password, {3, 4, 19}, {3, 6, 29}},
    {&Quirks::profile_groups_ignore_case, {3, 8, 8}, {3, 6, 28}},
    {&Quirks::group_aliases_need_their_case, {3, 2, 15}, {3, 4, 19}},
    {&Quirks::dotenv_may_be_pipe, {3, 8, 8}, {3, 4, 19}},
    {&Quirks::dotenv_skips_bom, {3, 8, 8}, {3, 4, 19}},
    {&Quirks::dotenv_backslash_escapes_any, {3, 8, 8}, {3, 4, 19}},
    {&Quirks::dotenv_hash_after_blank_is_comment, {3, 8, 8}, {3, 4, 19}},
    {&Quirks::database_name_is_quoted, {3, 8, 8}, {3, 4, 19}},
    {&Quirks::last_profile_name_wins, {3, 4, 19}, {3, 8, 8}},
    {&Quirks::websocket_headers_are_latin_1, {3, 8, 8}, {3, 7, 8}},
    {&Quirks::flow_run_lists_are_python, {3, 0, 5}, {3, 0, 4}},
    {&Quirks::flow_run_lists_are_python, {3, 1, 1}, {3, 1, 2}},
    {&Quirks::flow_run_mappings_are_python, {3, 4, 14}, {3, 4, 19}},
    {&Quirks::flow_run_knows_no_worker, {3, 6, 15}, {3, 6, 21}},
    {&Quirks::no_proxy_ends_words, {3, 6, 28}, {3, 9, 1}},
    {&Quirks::websocket_proxy_ignores_no_proxy, {3, 1, 8}, {3, 1, 11}},
    {&Quirks::websocket_ignores_skip_verify, {3, 1, 14}, {3, 1, 15}},
    {&Quirks::skip_verify_breaks_plain_websocket, {3, 1, 15}, {3, 1, 14}},
    {&Quirks::skip_verify_breaks_plain_websocket, {3, 2, 9}, {3, 2, 10}},
    {&Quirks::websocket_ignores_ca_file, {3, 2, 9}, {3, 2, 10}},
    {&Quirks::metrics_follow_otel_endpoint, {3, 6, 22}, {3, 6, 21}},
    {&Quirks::flow_run_items_are_sorted, {3, 4, 25}, {3, 4, 24}},
    {&Quirks::pydantic_v1, {2, 20, 0}, {3, 0, 0}},
    {&Quirks::pydantic_v1, {2, 20, 27}, {3, 4, 19}},
    {&Quirks::environment_finds_profiles, {2, 20, 0}, {3, 0, 0}},
    {&Quirks::environment_finds_profiles, {2, 20, 27}, {3, 4, 19}},
    {&Quirks::profile_beats_other_case, {2, 20, 0}, {3, 0, 0}},
    {&Quirks::profile_beats_other_case, {2, 20, 27}, {3, 4, 19}},
    {&Quirks::asked_profile_beats_environment, {2, 20, 0}, {3, 0, 0}},
    {&Quirks::asked_profile_beats_environment, {2, 20, 27}, {3, 4, 19}},
    {&Quirks::unknown_keys_stop, {2, 20, 0}, {3, 0, 0}},
    {&Quirks::unknown_keys_stop, {2, 20, 27}, {3, 4, 19}},
    {&Quirks::has_no_groups, {2, 20, 0}, {3, 0, 10}},
    {&Quirks::has_no_groups, {2, 20, 27}, {3, 4, 19}},
    {&Quirks::has_no_groups, {3, 0, 6}, {3, 0, 7}},
    {&Quirks::has_no_groups, {3, 0, 8}, {3, 0, 11}},
    {&Quirks::values_are_templates, {2, 20, 0}, {3, 0, 0}},
    {&Quirks::values_are_templates, {2, 20, 27}, {3, 4, 19}},
    {&Quirks::template_must_be_complete, {2, 20, 0}, {2, 20, 27}},
    {&Quirks::template_must_be_complete, {2, 20, 1}, {3, 0, 0}},
    {&Quirks::callbacks_of_v2, {2, 20, 0}, {3, 0, 0}},
    {&Quirks::callbacks_of_v2, {2, 20, 27}, {3, 4, 19}},
};

}  // namespace

TEST_CASE("quirks: releases with and without each") {
  for (const auto& row : kRows) {
    CAPTURE(row.with.text());
    CAPTURE(row.without.text());
    CHECK(quirks_of(row.with).*row.quirk);
    CHECK_FALSE(quirks_of(row.without).*row.quirk);
  }
}

TEST_CASE("quirks: every one has a row") {
  // All members are bool, so the size of the struct counts them.
  Quirks rows;
  const auto named = std::count_if(std::begin(kRows), std::end(kRows), [&](const Row& row) {
    const bool first = !(rows.*row.quirk);
    rows.*row.quirk = true;
    return first;
  });
  CHECK(static_cast<std::size_t>(named) == sizeof(Quirks) / sizeof(bool));
}
