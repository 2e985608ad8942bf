// Edits by byte span: what changes, what stays, what is refused; and random ones, each checked
// against the text it was made of.
#include "adapters/toml.hpp"
#include "profiles/edit.hpp"
#include "profiles/toml_layout.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <random>
#include <string>
#include <vector>

using namespace prefect_config;

namespace {

constexpr const char* kStyled = R"(# mine
active = "a"  # now

[profiles.a]  # first
PREFECT_API_URL = 'http://x/api'   # url
  # inside
  PREFECT_API_KEY="k"

[profiles]
b.PREFECT_API_URL = "u"
c = { PREFECT_API_URL = "v", PREFECT_API_KEY = 'w' }
d = {}
)";

std::string text_of(const EditResult& result) {
  const auto* problem = std::get_if<EditProblem>(&result);
  return problem ? "refused: " + problem->reason : std::get<std::string>(result);
}

/// The lines of `after` that `before` has not, and the other way round: `-old`, `+new`.
std::string changes(const std::string& before, const std::string& after) {
  const auto lines_of = [](const std::string& text) {
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text.size();) {
      const auto end = std::min(text.find('\n', at), text.size() - 1) + 1;
      lines.push_back(text.substr(at, end - at));
      at = end;
    }
    return lines;
  };
  const auto a = lines_of(before);
  const auto b = lines_of(after);
  std::size_t head = 0;
  while (head < std::min(a.size(), b.size()) && a[head] == b[head]) ++head;
  std::size_t tail = 0;
  while (tail < std::min(a.size(), b.size()) - head &&
         a[a.size() - 1 - tail] == b[b.size() - 1 - tail])
    ++tail;
  std::string text;
  for (std::size_t i = head; i < a.size() - tail; ++i) text += '-' + a[i];
  for (std::size_t i = head; i < b.size() - tail; ++i) text += '+' + b[i];
  return text;
}

std::string set(const std::string& text, const char* profile, const char* key, const char* value) {
  return text_of(set_profile_key(text, profile, {key}, value));
}

}  // namespace

TEST_CASE("edit: a value keeps its quotes, and everything around it") {
  CHECK(changes(kStyled, set(kStyled, "a", "PREFECT_API_URL", "http://y")) ==
        "-PREFECT_API_URL = 'http://x/api'   # url\n+PREFECT_API_URL = 'http://y'   # url\n");
  // What single quotes cannot hold.
  CHECK(changes(kStyled, set(kStyled, "a", "PREFECT_API_URL", "it's\n")) ==
        "-PREFECT_API_URL = 'http://x/api'   # url\n+PREFECT_API_URL = \"it's\\n\"   # url\n");
  CHECK(changes(kStyled, set(kStyled, "b", "PREFECT_API_URL", "\"\\\x01")) ==
        "-b.PREFECT_API_URL = \"u\"\n+b.PREFECT_API_URL = \"\\\"\\\\\\u0001\"\n");
  CHECK(changes(kStyled, set(kStyled, "c", "PREFECT_API_KEY", "z")) ==
        "-c = { PREFECT_API_URL = \"v\", PREFECT_API_KEY = 'w' }\n"
        "+c = { PREFECT_API_URL = \"v\", PREFECT_API_KEY = 'z' }\n");
}

TEST_CASE("edit: a new key comes where the profile's others are, in their way") {
  CHECK(changes(kStyled, set(kStyled, "a", "NEW", "v")) == "+  NEW=\"v\"\n");
  CHECK(changes(kStyled, set(kStyled, "b", "NEW", "v")) == "+b.NEW = \"v\"\n");
  CHECK(changes(kStyled, set(kStyled, "d", "NEW", "v")) == "-d = {}\n+d = { NEW = \"v\" }\n");
  CHECK(changes(kStyled, set(kStyled, "c", "NEW", "v")) ==
        "-c = { PREFECT_API_URL = \"v\", PREFECT_API_KEY = 'w' }\n"
        "+c = { PREFECT_API_URL = \"v\", PREFECT_API_KEY = 'w', NEW = \"v\" }\n");
  CHECK(set("[profiles.a]", "a", "K", "v") == "[profiles.a]\nK = \"v\"");
  CHECK(set("[profiles.a]\r\nX = 1\r\n", "a", "K", "v") ==
        "[profiles.a]\r\nX = 1\r\nK = \"v\"\r\n");
  CHECK(set("profiles.a.X = 1\n", "a", "K", "v") == "profiles.a.X = 1\nprofiles.a.K = \"v\"\n");
  CHECK(set("profiles = { a = { X = 1 } }\n", "a", "K", "v") ==
        "profiles = { a = { X = 1, K = \"v\" } }\n");
  CHECK(set("[profiles.\"a b\"]\n", "a b", "K", "v") == "[profiles.\"a b\"]\nK = \"v\"\n");
}

TEST_CASE("edit: an alias gets the canonical name, and a second one goes") {
  const std::string text = "[profiles.a]\nOLD = '1' # x\nOTHER = \"2\"\n";
  CHECK(text_of(set_profile_key(text, "a", {"NEW", {"OLD", "OTHER"}}, "3")) ==
        "[profiles.a]\nNEW = '3' # x\n");
  CHECK(text_of(unset_profile_key(text, "a", {"NEW", {"OLD", "OTHER"}})) == "[profiles.a]\n");
}

TEST_CASE("edit: what is taken away") {
  const auto unset = [](const std::string& text, const char* profile, const char* key) {
    return text_of(unset_profile_key(text, profile, {key}));
  };
  CHECK(changes(kStyled, unset(kStyled, "a", "PREFECT_API_URL")) ==
        "-PREFECT_API_URL = 'http://x/api'   # url\n");
  CHECK(changes(kStyled, unset(kStyled, "b", "PREFECT_API_URL")) ==
        "-b.PREFECT_API_URL = \"u\"\n+b = {}\n");
  CHECK(
      changes(kStyled, unset(kStyled, "c", "PREFECT_API_URL")) ==
      "-c = { PREFECT_API_URL = \"v\", PREFECT_API_KEY = 'w' }\n+c = { PREFECT_API_KEY = 'w' }\n");
  CHECK(changes(kStyled, text_of(remove_profile(kStyled, "c"))) ==
        "-c = { PREFECT_API_URL = \"v\", PREFECT_API_KEY = 'w' }\n");
  CHECK(changes(kStyled, text_of(remove_profile(kStyled, "b"))) == "-b.PREFECT_API_URL = \"u\"\n");
  CHECK(text_of(remove_profile("[profiles.a]\nX = 1\n", "a")) == "[profiles]\n");
  CHECK(text_of(remove_profile("profiles = { a.X = 1, b.X = 2, a.Y = 3 }\n", "a")) ==
        "profiles = { b.X = 2 }\n");
  CHECK(text_of(remove_profile("profiles = { b = {}, a = { X = 1 } }\n", "a")) ==
        "profiles = { b = {} }\n");
  CHECK(text_of(remove_profile("[profiles]\na.X = 1\nb.X = 2\na.Y = 3\n[profiles.a.t]\nZ = 1\n",
                               "a")) == "[profiles]\nb.X = 2\n");
  CHECK(text_of(remove_profile("# top\n[profiles.a]\nX = 1\n# of b\n[profiles.b]\n", "a")) ==
        "# top\n# of b\n[profiles.b]\n");
}

TEST_CASE("edit: names and the active one") {
  CHECK(changes(kStyled, text_of(rename_profile(kStyled, "c", "x y"))) ==
        "-c = { PREFECT_API_URL = \"v\", PREFECT_API_KEY = 'w' }\n"
        "+\"x y\" = { PREFECT_API_URL = \"v\", PREFECT_API_KEY = 'w' }\n");
  CHECK(text_of(rename_profile("active = 'a'\n[profiles.a] # c\n", "a", "b")) ==
        "active = 'b'\n[profiles.b] # c\n");
  CHECK(text_of(set_active_profile(kStyled, "b")).find("active = \"b\"  # now\n") !=
        std::string::npos);
  CHECK(text_of(set_active_profile("[profiles.a]\n", "a")) == "active = \"a\"\n\n[profiles.a]\n");
  CHECK(text_of(set_active_profile("# file\n\n[profiles.a]\n", "a")) ==
        "# file\n\nactive = \"a\"\n\n[profiles.a]\n");
  CHECK(text_of(set_active_profile("", "a")) == "active = \"a\"\n");
  CHECK(text_of(add_profile("", "n")) == "[profiles.n]\n");
  CHECK(text_of(add_profile("\xEF\xBB\xBF", "n")) == "\xEF\xBB\xBF[profiles.n]\n");
  CHECK(text_of(copy_profile(kStyled, "a", "n"))
            .find("\n[profiles.n]\nPREFECT_API_URL = 'http://x/api'\nPREFECT_API_KEY = \"k\"\n") !=
        std::string::npos);
}

TEST_CASE("edit: what is refused") {
  const auto refused = [](const EditResult& result) {
    return std::holds_alternative<EditProblem>(result);
  };
  CHECK(refused(set_profile_key("[profiles.a]\n", "b", {"K"}, "v")));
  CHECK(refused(set_profile_key("a b", "b", {"K"}, "v")));
  CHECK(refused(set_profile_key("profiles = 5\n", "b", {"K"}, "v")));
  CHECK(refused(set_profile_key("[profiles]\na = 5\n", "a", {"K"}, "v")));
  CHECK(refused(set_profile_key("[[profiles.a]]\nK = 1\n", "a", {"K"}, "v")));
  CHECK(refused(set_profile_key("[profiles.a.K]\nx = 1\n", "a", {"K"}, "v")));
  CHECK(refused(unset_profile_key("[profiles.a]\n", "a", {"K"})));
  CHECK(refused(add_profile("[profiles.a]\n", "a")));
  CHECK(refused(add_profile("profiles = 5\n", "a")));
  CHECK(refused(remove_profile("[profiles.a]\n", "b")));
  CHECK(refused(rename_profile("[profiles.a]\n[profiles.b]\n", "a", "b")));
  const auto problem = std::get<EditProblem>(set_active_profile("x = 1\na b\n", "a"));
  CHECK(problem.place.line == 2);
}

TEST_CASE("edit: random edits of random texts keep every byte that is not theirs") {
  std::mt19937 random(20261125);
  const auto pick = [&random](std::size_t count) {
    return static_cast<std::size_t>(random() % count);
  };
  const std::vector<std::string> profiles = {"a", "b c", "d.e", "f\"g", "h"};
  const std::vector<std::string> keys = {"PREFECT_API_URL", "PREFECT_API_KEY", "X", "y z"};
  const std::vector<std::string> values = {"",     "plain",        "it's", "\"q\"",
                                           "a\\b", "\xC3\xA9\n\t", "#"};
  const auto quoted = [&](const std::string& text) {
    std::string result = "\"";
    for (const char c : text) {
      if (c == '"' || c == '\\') result += '\\';
      if (c == '\n') {
        result += "\\n";
      } else {
        result += c;
      }
    }
    return result + '"';
  };
  const auto key_of = [&](const std::string& key) {
    const bool bare = key.find_first_of(" .\"") == std::string::npos;
    return bare && pick(3) != 0 ? key : quoted(key);
  };
  int done = 0;
  for (int round = 0; round < 3000; ++round) {
    const std::string end = pick(4) == 0 ? "\r\n" : "\n";
    std::string text;
    if (pick(3) != 0) text += "# top #" + end + (pick(2) ? end : "");
    if (pick(3) != 0)
      text += "active = " + quoted(profiles[pick(profiles.size())]) + " # act" + end;
    // Some of them in one table, by dotted keys or in braces.
    const std::size_t together = pick(2) == 0 ? 0 : 1 + pick(3);
    if (together != 0) text += "[profiles] # together" + end;
    for (std::size_t i = 0; i < together; ++i) {
      const bool braces = pick(2) == 0;
      std::string members;
      for (const auto& key : keys) {
        if (pick(2)) continue;
        const auto pair = key_of(key) + " = " + quoted(values[pick(values.size())]);
        if (braces) {
          members += (members.empty() ? " " : ", ") + pair;
        } else {
          text += key_of(profiles[i]) + '.' + pair + " # dotted" + end;
        }
      }
      if (braces)
        text += key_of(profiles[i]) + " = {" + members + (members.empty() ? "}" : " }") +
                " # braces" + end;
    }
    for (std::size_t i = together; i < profiles.size(); ++i) {
      const auto& profile = profiles[i];
      const auto style = pick(4);
      if (style == 3) continue;
      std::vector<std::string> own;
      for (const auto& key : keys) {
        if (pick(2)) own.push_back(key);
      }
      if (style == 0) {
        text += end + "# of " + (pick(2) ? "it" : "that") + end + "[profiles." + key_of(profile) +
                "]" + end;
        for (const auto& key : own) {
          if (pick(3) == 0) text += "  # note" + end;
          text += key_of(key) + (pick(2) ? " = " : "=") + quoted(values[pick(values.size())]) + end;
        }
      } else if (style == 1) {
        text += "[profiles." + key_of(profile) + "] # empty" + end + end;
      } else {
        text += "[profiles." + key_of(profile) + "]" + end + "list = [1, # one" + end + " 2]" + end;
      }
    }
    const auto& profile = profiles[pick(profiles.size())];
    const auto& key = keys[pick(keys.size())];
    const auto& value = values[pick(values.size())];
    CAPTURE(text);
    EditResult result = std::string();
    switch (pick(5)) {
    case 0:
      result = set_profile_key(text, profile, {key}, value);
      break;
    case 1:
      result = unset_profile_key(text, profile, {key});
      break;
    case 2:
      result = add_profile(text, profile);
      break;
    case 3:
      result = rename_profile(text, profile, "new name");
      break;
    default:
      result = set_active_profile(text, profile);
    }
    const auto* after = std::get_if<std::string>(&result);
    if (!after) {
      // Only for what is not there, or is there already.
      const auto& reason = std::get<EditProblem>(result).reason;
      CHECK((reason.find("no profile") != std::string::npos ||
             reason.find("not set") != std::string::npos ||
             reason.find("already exists") != std::string::npos));
      continue;
    }
    ++done;
    // Of the lines, at most two are not there any more: the key's and `active`.
    const auto gone = changes(text, *after);
    if (gone.find("new name") == std::string::npos)
      CHECK(std::count(gone.begin(), gone.end(), '\n') <= 3);
    for (const char* kept : {"# top #", "  # note", "# one", "# together", "# empty"}) {
      const auto count = [kept](const std::string& in) {
        std::size_t found = 0;
        for (auto at = in.find(kept); at != std::string::npos; at = in.find(kept, at + 1)) ++found;
        return found;
      };
      CHECK(count(text) == count(*after));
    }
    CHECK((after->find("\r\n") == std::string::npos) ==
          (end == "\n" || after->find('\n') == std::string::npos));
    CHECK(std::holds_alternative<TomlNode>(parse_toml(*after)));
  }
  CHECK(done > 1000);
}

TEST_CASE("edit: every edit of every styled file leaves the rest as it is") {
  int files = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(PREFECT_CONFIG_TEST_DATA "/profiles")) {
    ++files;
    CAPTURE(entry.path().filename().string());
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    const auto parsed = parse_toml(text);
    REQUIRE(std::holds_alternative<TomlNode>(parsed));
    const auto* profiles = std::get<TomlNode>(parsed).find("profiles");
    REQUIRE(profiles);
    const auto edited = [](EditResult result) { return std::get<std::string>(std::move(result)); };
    for (const auto& profile : profiles->node.entries) {
      CAPTURE(profile.key);
      const auto once = edited(set_profile_key(text, profile.key, {"PREFECT_NEW"}, "it's \"new\""));
      // There and back again: the very same bytes, but for a table that had to be written out.
      const auto back = edited(unset_profile_key(once, profile.key, {"PREFECT_NEW"}));
      const bool had_line_end = !text.empty() && text.back() == '\n';
      if (had_line_end && once.find("{ PREFECT_NEW") == std::string::npos) CHECK(back == text);
      CHECK_FALSE(edited(rename_profile(text, profile.key, "another")).empty());
      CHECK_FALSE(edited(remove_profile(text, profile.key)).empty());
      CHECK_FALSE(edited(set_active_profile(text, profile.key)).empty());
      CHECK_FALSE(edited(copy_profile(text, profile.key, "a copy")).empty());
      for (const auto& key : profile.node.entries) {
        CHECK_FALSE(edited(set_profile_key(text, profile.key, {key.key}, "other")).empty());
        CHECK_FALSE(edited(unset_profile_key(text, profile.key, {key.key})).empty());
      }
      // Renamed there and back.
      const auto renamed = edited(rename_profile(text, profile.key, "x"));
      CHECK(edited(rename_profile(renamed, "x", profile.key)).size() >= text.size() - 8);
    }
    const auto added = edited(add_profile(text, "added"));
    CHECK(added.find("added") != std::string::npos);
  }
  CHECK(files >= 30);
}
