#include "launch/compose.hpp"

#include "launch/compose_env_file.hpp"
#include "launch/compose_text.hpp"
#include "launch/placed_text.hpp"
#include "launch/yaml_values.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>

namespace prefect_config {
namespace {

constexpr std::size_t kDeepestExtends = 16;

class ComposeReader {
 public:
  ComposeReader(const WrittenFile& file, const YamlDocument& document, WrittenLaunches& out)
      : file_(file), document_(document), out_(out) {}

  void run() {
    const YamlFields root(document_, document_.root());
    if (root.has("include")) out_.notes.emplace_back("`include` of a compose file is not followed");
    read_dot_env();
    document_.each_pair(root["services"], [&](YamlId key, YamlId value) {
      if (document_.at(value).kind != YamlNode::Kind::mapping) return;
      const std::string_view name = document_.at(key).text;
      if (services_.try_emplace(name, Service{key, value, {}}).second) in_order_.push_back(name);
    });
    if (in_order_.size() > kMostLaunches) {
      in_order_.resize(kMostLaunches);
      is_cut_ = true;
    }
    for (const auto name : in_order_) collect_hosts(name);
    for (const auto name : in_order_) {
      if (!is_full_) read_service(name);
    }
    if (is_cut_ || is_full_)
      out_.notes.emplace_back("a compose file is too large: some of its services are not read");
  }

 private:
  struct Service {
    YamlId key;
    YamlId value;
    std::optional<YamlFields> fields;
  };

  const WrittenVariable* known(std::string_view name) const {
    const auto found = dot_env_.find(name);
    return found == dot_env_.end() ? nullptr : found->second;
  }

  // Its keys, read once.
  const YamlFields& fields_of(std::string_view name) {
    auto& service = services_.at(name);
    if (!service.fields) {
      service.fields.emplace(document_, document_.at(service.value));
      is_full_ = !budget_.take_pairs(service.fields->size()) || is_full_;
    }
    return *service.fields;
  }

  std::string filled(std::string_view text) const {
    if (text.size() > kLongestValue) return {};
    if (is_template_text(text)) return std::string(text);
    return interpolated(text, [this](std::string_view name) { return known(name); }).text;
  }

  void read_dot_env() {
    const auto text = file_.sibling ? file_.sibling(".env") : nullptr;
    if (!text) return;
    dot_env_values_ = env_file_variables(
        read_env_file(*text, false), path_beside(file_.path, ".env"),
        [](std::string_view) { return nullptr; }, budget_);
    for (const auto& variable : dot_env_values_) dot_env_[variable.name] = &variable;
  }

  void add_host(std::string name) {
    if (!name.empty() && hosts_.size() < kMostHosts) hosts_.insert(std::move(name));
  }

  void collect_hosts(std::string_view name) {
    add_host(std::string(name));
    if (is_full_) return;
    const auto& service = fields_of(name);
    add_host(filled(service.text("container_name")));
    add_host(filled(service.text("hostname")));
    first_of(service["networks"].pairs, [&](const auto& network) {
      first_of(document_.at(network.second).pairs, [&](const auto& pair) {
        if (document_.at(pair.first).text != "aliases") return;
        first_of(document_.at(pair.second).items,
                 [&](YamlId alias) { add_host(filled(document_.at(alias).text)); });
      });
    });
  }

  template <typename List, typename Take>
  static void first_of(const List& list, const Take& take) {
    for (std::size_t i = 0; i < std::min(list.size(), kMostListed); ++i) take(list[i]);
  }

  using Chain = std::vector<const YamlFields*>;

  // A service and what it extends, the farthest first.
  Chain chain_of(std::string_view name, bool& is_open) {
    Chain chain;
    std::set<std::string_view> seen;
    while (!name.empty()) {
      const bool is_there = services_.find(name) != services_.end();
      if (!is_there || is_full_ || chain.size() == kDeepestExtends || !seen.insert(name).second) {
        is_open = true;
        break;
      }
      chain.push_back(&fields_of(name));
      const auto& extends = (*chain.back())["extends"];
      const auto& other = document_.find(extends, "file");
      if (other.kind != YamlNode::Kind::none && !is_this_file(other.text)) {
        is_open = true;
        break;
      }
      name = extends.kind == YamlNode::Kind::scalar ? extends.text
                                                    : document_.find(extends, "service").text;
    }
    std::reverse(chain.begin(), chain.end());
    return chain;
  }

  bool is_this_file(const std::string& path) const {
    return path_beside(file_.path, path) ==
           path_beside(file_.path, std::string(last_part(file_.path)));
  }

  void read_service(std::string_view name) {
    const auto key = services_.at(name).key;
    WrittenLaunch launch;
    launch.kind = "compose service";
    launch.name = name;
    launch.file = file_.path;
    launch.at = span_of(document_.as_written(key));
    launch.is_container = true;
    launch.hosts.assign(hosts_.begin(), hosts_.end());
    const auto chain = chain_of(name, launch.is_open);
    earlier_.clear();
    for (const auto* service : chain) read_env_files((*service)["env_file"], launch);
    for (const auto* service : chain) read_environment((*service)["environment"], launch);
    for (const auto* key_name : {"entrypoint", "command"}) read_command(chain, key_name, launch);
    const auto image = nearest(chain, "image");
    launch.image = filled(document_.at(image).text);
    if (image != kNoYaml) launch.image_at = span_of(document_.as_written(image));
    launch.role = role_of_whole(launch.commands);
    launch.shares_network = nearest(chain, "network_mode") != kNoYaml;
    out_.launches.push_back(std::move(launch));
  }

  static YamlId nearest(const Chain& chain, std::string_view key) {
    for (auto service = chain.rbegin(); service != chain.rend(); ++service) {
      if ((*service)->has(key)) return (*service)->id(key);
    }
    return kNoYaml;
  }

  void read_command(const Chain& chain, std::string_view key, WrittenLaunch& launch) const {
    auto command = command_of(document_, nearest(chain, key));
    if (!command) return;
    command->text = filled(command->text);
    launch.commands.push_back(std::move(*command));
  }

  // -------------------------------------------------------------------------------------------
  // env_file

  void read_env_files(const YamlNode& node, WrittenLaunch& launch) {
    read_one_env_file(node, launch);
    first_of(node.items, [&](YamlId item) { read_one_env_file(document_.at(item), launch); });
  }

  void read_one_env_file(const YamlNode& node, WrittenLaunch& launch) {
    if (node.kind == YamlNode::Kind::scalar) read_env_file_at(node.text, "", launch);
    if (node.kind != YamlNode::Kind::mapping) return;
    read_env_file_at(document_.find(node, "path").text, document_.find(node, "format").text,
                     launch);
  }

  void read_env_file_at(std::string_view written, std::string_view format, WrittenLaunch& launch) {
    const auto path = filled(written);
    const auto* read = env_file(path, format == "raw");
    if (!read) {
      launch.is_open = true;
      return;
    }
    // What an earlier file says goes before the `.env`.
    const ComposeLookup lookup = [&](std::string_view name) {
      const auto found = earlier_.find(name);
      return found == earlier_.end() ? known(name) : &launch.variables[found->second];
    };
    auto variables = env_file_variables(*read, path_beside(file_.path, path), lookup, budget_);
    is_full_ = is_full_ || variables.size() < read->entries.size();
    launch.is_open = launch.is_open || read->bad_line != 0;
    for (auto& variable : variables) {
      earlier_[variable.name] = launch.variables.size();
      launch.variables.push_back(std::move(variable));
    }
  }

  // Read once, however many services name it; nullptr where it is not there.
  const EnvFile* env_file(const std::string& path, bool is_raw) {
    if (env_files_.size() > kMostListed) return nullptr;
    const auto [place, is_new] = env_files_.try_emplace({path, is_raw});
    auto& file = place->second;
    if (is_new && !path.empty() && file_.sibling && !is_template_text(path)) {
      if (const auto text = file_.sibling(path)) {
        file = std::make_unique<EnvFile>(read_env_file(*text, is_raw));
        if (file->bad_line != 0)
          out_.notes.emplace_back("an env file is not read on from its line " +
                                  std::to_string(file->bad_line) +
                                  ", which Compose refuses: " + path_beside(file_.path, path));
      }
    }
    return file.get();
  }

  // -------------------------------------------------------------------------------------------
  // environment

  void read_environment(const YamlNode& node, WrittenLaunch& launch) {
    if (node.tag == "!reset" || is_full_) return;
    for (const auto item : node.items) {
      if (!is_full_ && document_.at(item).kind == YamlNode::Kind::scalar) read_item(item, launch);
    }
    document_.each_pair(node, [&](YamlId key, YamlId value) {
      if (is_full_) return;
      auto variable = variable_of_pair(file_, document_, key, value);
      fill(std::move(variable), is_null(document_.at(value)), launch);
    });
    // `environment: *lines` of a text, or a template in its place.
    if (node.kind == YamlNode::Kind::scalar && !is_null(node)) launch.is_open = true;
  }

  // `NAME=value`: only the first sign counts, and quotes behind it are of the value.
  void read_item(YamlId item, WrittenLaunch& launch) {
    auto variable = variable_of_value(file_, document_, {}, {}, item);
    variable.form = WrittenForm::list_item;
    const std::string text = variable.is_opaque ? variable.value : document_.at(item).text;
    const auto sign = std::min(text.find('='), text.size());
    const bool is_passed_on = sign == text.size();
    variable.name = text.substr(0, sign);
    variable.value = is_passed_on ? "" : text.substr(sign + 1);
    // Places inside of the item, where its text is written as it is.
    const auto whole = variable.value_at;
    const auto inside = whole.of(file_.text).find(text);
    variable.name_at = whole;
    if (inside != std::string_view::npos) {
      const auto begin = whole.begin + inside;
      variable.name_at = {begin, begin + sign};
      variable.value_at = {std::min(begin + sign + 1, begin + text.size()), begin + text.size()};
    }
    fill(std::move(variable), is_passed_on, launch);
  }

  void fill(WrittenVariable variable, bool is_passed_on, WrittenLaunch& launch) {
    if (is_passed_on) {
      // Of the `.env`, where it is there: Compose looks there too.
      if (const auto* value = known(variable.name)) {
        variable = *value;
      } else {
        variable.is_opaque = true;
        variable.value_at = {variable.name_at.end, variable.name_at.end};
      }
    } else if (!variable.is_opaque) {
      auto text = interpolated(variable.value, [this](std::string_view n) { return known(n); });
      variable.is_opaque = text.is_open;
      if (!text.is_open) variable.value = std::move(text.text);
    }
    if (variable.name.empty()) return;
    if (budget_.take(variable.name.size() + variable.value.size())) {
      launch.variables.push_back(std::move(variable));
    } else {
      is_full_ = true;
    }
  }

  const WrittenFile& file_;
  const YamlDocument& document_;
  WrittenLaunches& out_;
  WrittenBudget budget_;
  bool is_cut_ = false;   // some services are left out
  bool is_full_ = false;  // nothing more is read
  std::map<std::string_view, Service> services_;
  std::vector<std::string_view> in_order_;
  std::set<std::string> hosts_;
  std::map<std::string, std::size_t, std::less<>> earlier_;  // of the service that is read
  std::vector<WrittenVariable> dot_env_values_;
  std::map<std::string_view, const WrittenVariable*> dot_env_;
  std::map<std::pair<std::string, bool>, std::unique_ptr<EnvFile>> env_files_;
};

}  // namespace

bool is_compose(const YamlDocument& document) {
  constexpr std::array<std::string_view, 12> kKeys = {
      "image",   "build",          "command", "entrypoint", "environment", "env_file",
      "extends", "container_name", "ports",   "volumes",    "depends_on",  "deploy"};
  const YamlFields root(document, document.root());
  if (root.has("apiVersion") || root.has("jobs")) return false;
  std::size_t left = kMostLaunches;
  bool is_found = false;
  document.each_pair(root["services"], [&](YamlId, YamlId value) {
    const auto& pairs = document.at(value).pairs;
    if (is_found || left == 0) return;
    --left;
    is_found = std::any_of(
        pairs.begin(),
        pairs.begin() + static_cast<std::ptrdiff_t>(std::min(pairs.size(), kMostListed)),
        [&](const auto& pair) {
          const std::string_view key = document.at(pair.first).text;
          return key == "<<" || std::find(kKeys.begin(), kKeys.end(), key) != kKeys.end();
        });
  });
  return is_found;
}

void read_compose(const WrittenFile& file, const YamlDocument& document, WrittenLaunches& out) {
  out.kind = "compose";
  ComposeReader(file, document, out).run();
}

}  // namespace prefect_config
