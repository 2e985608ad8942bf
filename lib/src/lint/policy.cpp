#include "lint/policy.hpp"

#include "adapters/yaml.hpp"
#include "support/byte_order_mark.hpp"
#include "support/line_index.hpp"
#include "support/text.hpp"

#include <fnmatch.h>

#include <sys/stat.h>

#include <algorithm>
#include <utility>

namespace prefect_config {
namespace {

constexpr std::string_view kNames[] = {".prefect-config.yaml", ".prefect-config.yml"};

// A path below a folder; nothing where it is elsewhere.
std::optional<std::string_view> below(std::string_view folder, std::string_view file) {
  if (!starts_with(file, folder)) return std::nullopt;
  file.remove_prefix(folder.size());
  if (!ends_with(folder, "/")) {
    if (file.empty() || file.front() != '/') return std::nullopt;
    file.remove_prefix(1);
  }
  return file;
}

const LintPolicy::Weight* weight_of(const std::vector<LintPolicy::Weight>& weights,
                                    std::string_view code) {
  const LintPolicy::Weight* found = nullptr;
  for (const auto& weight : weights) {
    if (starts_with_ignoring_case(code, weight.code) &&
        (!found || weight.code.size() >= found->code.size()))
      found = &weight;
  }
  return found;
}

bool is_of(const LintPolicy::Files& files, std::string_view name) {
  return std::any_of(files.patterns.begin(), files.patterns.end(),
                     [name](const std::string& pattern) { return matches_pattern(pattern, name); });
}

class PolicyReader {
 public:
  explicit PolicyReader(std::string_view text)
      : text_(text), document_(read_yaml(text, 0, text.size())) {}

  std::variant<LintPolicy, PolicyProblem> run() {
    if (yaml_documents(text_).size() > 1) return PolicyProblem{{}, "is more than one document"};
    if (document_.is_broken) {
      fail({document_.problem_at, document_.problem_at}, "is no YAML: " + document_.problem);
    } else if (!document_.duplicate_keys.empty()) {
      const auto& key = document_.at(document_.duplicate_keys.front());
      fail(span_of(key), '`' + key.text + "` stands there twice");
    } else if (document_.root().kind == YamlNode::Kind::mapping) {
      read_root();
    } else if (document_.root().kind != YamlNode::Kind::none) {
      fail(span_of(document_.root()), "is no mapping of keys and values");
    }
    if (problem_) return std::move(*problem_);
    return std::move(policy_);
  }

 private:
  using Kind = YamlNode::Kind;

  void fail(ByteSpan at, std::string reason) {
    if (!problem_) problem_ = {LineIndex(text_).span(at), std::move(reason)};
  }

  template <typename Take>
  void each(const YamlNode& mapping, const Take& take) {
    document_.each_pair(
        mapping, [&](YamlId key, YamlId value) { take(document_.at(key), document_.at(value)); });
  }

  // A key that nobody reads is a mistake, and whoever made it thinks that it does something.
  void unknown(const YamlNode& key, std::string_view known) {
    fail(span_of(key), '`' + key.text + "` is no key here: there are " + std::string(known));
  }

  void read_root() {
    each(document_.root(), [this](const YamlNode& key, const YamlNode& value) {
      if (key.text == "fail-on") {
        read_fail_on(value);
      } else if (key.text == "severity") {
        read_weights(value, policy_.weights);
      } else if (key.text == "allowed-hosts") {
        read_hosts(value);
      } else if (key.text == "paths") {
        read_paths(value);
      } else {
        unknown(key, "`fail-on`, `severity`, `allowed-hosts` and `paths`");
      }
    });
  }

  void read_fail_on(const YamlNode& value) {
    constexpr std::string_view kWords[] = {"error", "warning", "info", "never"};
    if (std::find(std::begin(kWords), std::end(kWords), value.text) == std::end(kWords))
      return fail(span_of(value), "`fail-on` is error, warning, info or never");
    policy_.fail_on = value.text;
  }

  void read_weights(const YamlNode& value, std::vector<LintPolicy::Weight>& weights) {
    if (value.kind != Kind::mapping)
      return fail(span_of(value), "`severity` is a mapping of codes: `PC302: error`");
    each(value, [&](const YamlNode& code, const YamlNode& word) {
      if (!names_a_rule(code.text))
        return fail(span_of(code), "there is no rule `" + code.text + '`');
      for (const auto severity : {Severity::error, Severity::warning, Severity::info}) {
        if (word.text == severity_word(severity)) {
          weights.push_back({code.text, severity});
          return;
        }
      }
      if (word.text != "off")
        return fail(span_of(word), "a severity is error, warning, info or off");
      weights.push_back({code.text, std::nullopt});
    });
  }

  void read_texts(const YamlNode& value, std::vector<std::string>& texts) {
    if (value.kind == Kind::scalar) {
      texts.push_back(value.text);
      return;
    }
    if (value.kind != Kind::sequence)
      return fail(span_of(value), "this is a text, or a list of them");
    for (const auto id : value.items) {
      const auto& item = document_.at(id);
      if (item.kind != Kind::scalar) return fail(span_of(item), "this is no text");
      texts.push_back(item.text);
    }
  }

  // What no host can be would allow nothing.
  void read_hosts(const YamlNode& value) {
    read_texts(value, policy_.allowed_hosts);
    for (const auto& host : policy_.allowed_hosts) {
      const bool is_host = !host.empty() && (host.find_first_of("/:@ \t") == std::string::npos ||
                                             host.front() == '[');
      if (!is_host) fail(span_of(value), "a host has no scheme, port or path: `api.prefect.cloud`");
    }
    if (policy_.allowed_hosts.empty()) fail(span_of(value), "`allowed-hosts` names no host");
  }

  void read_paths(const YamlNode& value) {
    if (value.kind != Kind::sequence)
      return fail(span_of(value), "`paths` is a list: `- path: examples/`");
    for (const auto id : value.items) {
      const auto& item = document_.at(id);
      if (item.kind != Kind::mapping)
        return fail(span_of(item), "an entry of `paths` is a mapping: `- path: examples/`");
      LintPolicy::Files files;
      each(item, [&](const YamlNode& key, const YamlNode& inner) {
        if (key.text == "path") {
          read_texts(inner, files.patterns);
        } else if (key.text == "severity") {
          read_weights(inner, files.weights);
        } else if (key.text == "skip") {
          if (inner.text != "true" && inner.text != "false")
            return fail(span_of(inner), "`skip` is true or false");
          files.are_skipped = inner.text == "true";
        } else {
          unknown(key, "`path`, `severity` and `skip`");
        }
      });
      const bool is_empty = std::any_of(files.patterns.begin(), files.patterns.end(),
                                        [](const std::string& pattern) { return pattern.empty(); });
      if (files.patterns.empty() || is_empty)
        fail(span_of(item), "an entry of `paths` needs a `path`");
      policy_.files.push_back(std::move(files));
    }
  }

  std::string_view text_;
  YamlDocument document_;
  LintPolicy policy_;
  std::optional<PolicyProblem> problem_;
};

bool exists(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0;
}

}  // namespace

bool LintPolicy::skips(std::string_view file) const {
  const auto path = below(folder, file);
  return path && std::any_of(files.begin(), files.end(), [&path](const Files& some) {
           return some.are_skipped && is_of(some, *path);
         });
}

std::optional<Severity> LintPolicy::severity(std::string_view code, Severity own,
                                             std::string_view file) const {
  const auto* found = weight_of(weights, code);
  if (const auto path = below(folder, file)) {
    const Weight* nearer = nullptr;
    for (const auto& some : files) {
      const auto* own_weight = is_of(some, *path) ? weight_of(some.weights, code) : nullptr;
      if (own_weight && (!nearer || own_weight->code.size() >= nearer->code.size()))
        nearer = own_weight;
    }
    if (nearer) found = nearer;
  }
  return found ? found->severity : std::optional(own);
}

bool LintPolicy::allows_host(std::string_view host) const {
  return allowed_hosts.empty() || std::any_of(allowed_hosts.begin(), allowed_hosts.end(),
                                              [host](const std::string& pattern) {
                                                return matches_pattern(lower(pattern), lower(host));
                                              });
}

bool matches_pattern(std::string_view pattern, std::string_view text) {
  if (starts_with(pattern, "./")) pattern.remove_prefix(2);
  if (starts_with(pattern, "/")) pattern.remove_prefix(1);
  // Also no folder at all.
  if (starts_with(pattern, "**/") && matches_pattern(pattern.substr(3), text)) return true;
  std::string whole(pattern);
  const std::string name(text);
  const bool is_folder = ends_with(whole, "/");
  if (!is_folder && ::fnmatch(whole.c_str(), name.c_str(), 0) == 0) return true;
  whole += is_folder ? "*" : "/*";
  return ::fnmatch(whole.c_str(), name.c_str(), 0) == 0;
}

bool names_a_rule(std::string_view code) {
  return !code.empty() && std::any_of(rules().begin(), rules().end(), [code](const Rule& rule) {
    return starts_with_ignoring_case(rule.code, code);
  });
}

std::variant<LintPolicy, PolicyProblem> read_policy(std::string_view text) {
  return PolicyReader(without_byte_order_mark(text)).run();
}

std::string find_policy(const std::string& folder) {
  for (auto at = folder; !at.empty();) {
    const auto start = at == "/" ? std::string("/") : at + '/';
    for (const auto name : kNames) {
      auto path = start + std::string(name);
      if (exists(path)) return path;
    }
    // Above a repository things are somebody else's.
    if (at == "/" || exists(start + ".git")) return {};
    const auto slash = at.rfind('/');
    if (slash == std::string::npos) return {};
    at = slash == 0 ? "/" : at.substr(0, slash);
  }
  return {};
}

}  // namespace prefect_config
