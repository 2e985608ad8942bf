#include "sources/quirks.hpp"

namespace prefect_config {
namespace {

struct Row {
  VersionRange versions;
  bool Quirks::*quirk;
};

constexpr VersionRange until(Version last) { return {{0, 0, 0}, last}; }
constexpr VersionRange since(Version first) {
  return {first, {UINT16_MAX, UINT16_MAX, UINT16_MAX}};
}

constexpr VersionRange kV2 = until({2, UINT16_MAX, UINT16_MAX});

constexpr Row kRows[] = {
    {until({3, 2, 0}), &Quirks::loader_ignores_prefect_home},
    {until({3, 1, 0}), &Quirks::loader_ignores_project_files},
    {until({3, 6, 20}), &Quirks::toml_table_is_no_value},
    {{{3, 0, 5}, {3, 4, 7}}, &Quirks::home_name_means_default},
    {{{3, 0, 5}, {3, 1, 4}}, &Quirks::unknown_profile_is_empty},
    {since({3, 6, 14}), &Quirks::bom_is_malformed},
    {until({3, 6, 13}), &Quirks::bom_joins_first_key},
    {{{3, 4, 8}, {3, 8, 5}}, &Quirks::nested_paths_ignore_home},
    {{{3, 1, 5}, {3, 5, 0}}, &Quirks::missing_ssl_file_stops},
    {since({3, 8, 0}), &Quirks::database_name_is_quoted},
    {until({3, 6, 6}), &Quirks::database_needs_password},
    {{{3, 0, 5}, {3, 1, 12}}, &Quirks::database_url_is_no_secret},
    {{{3, 0, 5}, {3, 0, 11}}, &Quirks::group_json_replaces_group},
    {{{3, 0, 5}, {3, 1, 0}}, &Quirks::loggers_are_split_text},
    {{{3, 0, 5}, {3, 0, 10}}, &Quirks::ui_api_url_has_no_path},
    {{{3, 0, 0}, {3, 0, 4}}, &Quirks::ui_api_url_is_a_path},
    {{{3, 0, 0}, {3, 1, 3}}, &Quirks::hours_after_days_are_two_digits},
    {{{3, 0, 11}, {3, 1, 1}}, &Quirks::bare_names_count_in_dotenv},
    {until({3, 4, 6}), &Quirks::group_aliases_need_their_case},
    {since({3, 8, 2}), &Quirks::profile_groups_ignore_case},
    {since({3, 6, 28}), &Quirks::dotenv_may_be_pipe},
    {since({3, 8, 4}), &Quirks::dotenv_skips_bom},
    {since({3, 8, 4}), &Quirks::dotenv_backslash_escapes_any},
    {since({3, 8, 8}), &Quirks::dotenv_hash_after_blank_is_comment},
    {until({3, 7, 8}), &Quirks::last_profile_name_wins},
    {since({3, 8, 0}), &Quirks::websocket_headers_are_latin_1},
    {{{3, 0, 5}, {3, 1, 1}}, &Quirks::flow_run_lists_are_python},
    {until({3, 4, 14}), &Quirks::flow_run_mappings_are_python},
    {until({3, 6, 16}), &Quirks::flow_run_knows_no_worker},
    {until({3, 7, 0}), &Quirks::no_proxy_ends_words},
    {{{3, 1, 7}, {3, 1, 10}}, &Quirks::websocket_proxy_ignores_no_proxy},
    {until({3, 1, 14}), &Quirks::websocket_ignores_skip_verify},
    {{{3, 1, 15}, {3, 2, 9}}, &Quirks::skip_verify_breaks_plain_websocket},
    {until({3, 2, 9}), &Quirks::websocket_ignores_ca_file},
    {since({3, 6, 22}), &Quirks::metrics_follow_otel_endpoint},
    {since({3, 4, 25}), &Quirks::flow_run_items_are_sorted},
    {kV2, &Quirks::pydantic_v1},
    {kV2, &Quirks::environment_finds_profiles},
    {kV2, &Quirks::profile_beats_other_case},
    {kV2, &Quirks::asked_profile_beats_environment},
    {kV2, &Quirks::unknown_keys_stop},
    {until({3, 0, 6}), &Quirks::has_no_groups},
    {{{3, 0, 8}, {3, 0, 9}}, &Quirks::has_no_groups},
    {kV2, &Quirks::values_are_templates},
    {until({2, 20, 1}), &Quirks::template_must_be_complete},
    {kV2, &Quirks::callbacks_of_v2},
};

}  // namespace

Quirks quirks_of(Version version) {
  Quirks quirks;
  for (const auto& row : kRows) {
    if (row.versions.contains(version)) quirks.*row.quirk = true;
  }
  return quirks;
}

}  // namespace prefect_config
