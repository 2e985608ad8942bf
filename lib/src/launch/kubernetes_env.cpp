#include "launch/kubernetes_env.hpp"

#include "support/text.hpp"

#include <functional>
#include <optional>
#include <utility>

namespace prefect_config {
namespace {

void add_value(KubernetesStore& store, WrittenVariable variable, WrittenBudget& budget) {
  if (!budget.take(variable.name.size() + variable.value.size())) return;
  const auto [place, is_new] = store.places.try_emplace(variable.name, store.values.size());
  if (is_new) {
    store.values.push_back(std::move(variable));
  } else {
    store.values[place->second] = std::move(variable);
  }
}

// A value of a Secret's `data`.
void decode(WrittenVariable& variable, const YamlNode& node) {
  variable.form = WrittenForm::secret_data;
  if (variable.is_opaque) return;
  auto value = base64_value(is_null(node) ? std::string_view() : node.text);
  variable.is_opaque = !value;
  variable.value = node.text;
  if (value) variable.value = std::move(*value);
}

// ---------------------------------------------------------------------------------------------
// `$(NAME)`

// The variables of a container so far, and where each name is in them.
struct Known {
  const std::vector<WrittenVariable>& variables;
  std::map<std::string, std::size_t, std::less<>> places;

  const WrittenVariable* find(std::string_view name) const {
    const auto found = places.find(name);
    return found == places.end() ? nullptr : &variables[found->second];
  }
};

struct Referring {
  std::string text;
  bool is_open = false;
};

// As the kubelet does it: `$$` is `$`, and all that names nothing stays.
Referring with_references(std::string_view text, const Known& known) {
  Referring result;
  while (!text.empty() && result.text.size() <= kLongestValue) {
    const auto dollar = std::min(text.find('$'), text.size());
    result.text += text.substr(0, dollar);
    text.remove_prefix(dollar);
    const auto close = starts_with(text, "$(") ? text.find(')') : std::string_view::npos;
    if (starts_with(text, "$$")) {
      result.text += '$';
      text.remove_prefix(2);
    } else if (close != std::string_view::npos) {
      const auto* variable = known.find(text.substr(2, close - 2));
      result.is_open = result.is_open || !variable || variable->is_opaque;
      result.text += variable ? std::string_view(variable->value) : text.substr(0, close + 1);
      text.remove_prefix(close + 1);
    } else if (starts_with(text, "$(")) {
      result.text += text;
      text = {};
    } else if (!text.empty()) {
      result.text += '$';
      text.remove_prefix(1);
    }
  }
  if (result.text.size() > kLongestValue) result.is_open = true;
  return result;
}

void fill(WrittenVariable& variable, const YamlNode& node, const Known& known) {
  if (node.kind != YamlNode::Kind::scalar || node.text.find('$') == std::string::npos) return;
  if (is_template_text(replace_all(node.text, "$(", ""))) return;
  auto filled = with_references(node.text, known);
  variable.is_opaque = filled.is_open;
  if (!filled.is_open) variable.value = std::move(filled.text);
}

// ---------------------------------------------------------------------------------------------

// What `valueFrom` leads to; nothing where the container starts without it.
std::optional<WrittenVariable> referred(const KubernetesScope& scope, const YamlNode& from,
                                        const std::string& name, ByteSpan name_at) {
  const auto& document = scope.document;
  for (const auto& [kind, key] :
       {std::pair("Secret", "secretKeyRef"), std::pair("ConfigMap", "configMapKeyRef")}) {
    const auto& reference = document.find(from, key);
    if (reference.kind != YamlNode::Kind::mapping) continue;
    const YamlFields fields(document, reference);
    const auto object = fields.text("name");
    const auto wanted = fields.text("key");
    const auto* store = scope.stores.find(kind, scope.space, object);
    if (store) {
      const auto place = store->places.find(wanted);
      if (place != store->places.end()) {
        auto variable = store->values[place->second];
        variable.name = name;
        variable.name_at = name_at;
        return variable;
      }
      if (is_true(fields["optional"])) return {};
    }
    return opaque_variable(scope.file, name, name_at,
                           std::string(key) + ' ' + std::string(object.substr(0, kMostListed)) +
                               '/' + std::string(wanted.substr(0, kMostListed)),
                           from.begin);
  }
  const auto what = from.pairs.empty() ? "valueFrom" : document.at(from.pairs[0].first).text;
  return opaque_variable(scope.file, name, name_at, what.substr(0, kMostListed), from.begin);
}

std::optional<WrittenVariable> read_item(const KubernetesScope& scope, const YamlNode& item,
                                         const Known& known) {
  const auto& document = scope.document;
  const YamlFields fields(document, item);
  if (!scope.budget.take_pairs(fields.size())) return {};
  const auto& name = fields["name"];
  if (name.kind != YamlNode::Kind::scalar || name.text.empty()) return {};
  const auto name_at = span_of(document.as_written(fields.id("name")));
  if (!fields.has("value") && fields["valueFrom"].kind == YamlNode::Kind::mapping)
    return referred(scope, fields["valueFrom"], name.text, name_at);
  auto variable =
      fields.has("value")
          ? variable_of_value(scope.file, document, name.text, name_at, fields.id("value"))
          : opaque_variable(scope.file, name.text, name_at, {}, name_at.end);
  if (!fields.has("value")) variable.is_opaque = false;  // a cluster takes it for empty
  if (is_template_text(name.text)) variable.is_opaque = true;
  fill(variable, fields["value"], known);
  return variable;
}

}  // namespace

void KubernetesStores::add(const WrittenFile& file, const YamlDocument& document,
                           const YamlNode& object, WrittenBudget& budget) {
  if (budget.is_spent()) return;
  const YamlFields fields(document, object);
  if (!budget.take_pairs(fields.size())) return;
  const YamlFields metadata(document, fields["metadata"]);
  KubernetesStore store;
  store.kind = fields.text("kind");
  store.name = metadata.text("name");
  store.space = metadata.text("namespace");
  const bool is_secret = store.kind == "Secret";
  document.each_pair(fields["data"], [&](YamlId key, YamlId value) {
    auto variable = variable_of_pair(file, document, key, value);
    if (is_secret) decode(variable, document.at(value));
    add_value(store, std::move(variable), budget);
  });
  document.each_pair(fields[is_secret ? "stringData" : ""], [&](YamlId key, YamlId value) {
    add_value(store, variable_of_pair(file, document, key, value), budget);
  });
  places_[{store.kind, store.name, store.space}] = stores_.size();
  last_[{store.kind, store.name}] = stores_.size();
  stores_.push_back(std::move(store));
}

const KubernetesStore* KubernetesStores::find(std::string_view kind, std::string_view space,
                                              std::string_view name) const {
  const auto place = [&](std::string_view of) {
    const auto found = places_.find({std::string(kind), std::string(name), std::string(of)});
    return found == places_.end() ? nullptr : &stores_[found->second];
  };
  if (const auto* same = place(space)) return same;
  if (!space.empty()) return place("");
  const auto found = last_.find({std::string(kind), std::string(name)});
  return found == last_.end() ? nullptr : &stores_[found->second];
}

void read_kubernetes_env(const KubernetesScope& scope, const YamlNode& env, WrittenLaunch& launch) {
  auto& variables = launch.variables;
  Known known{variables, {}};
  for (std::size_t i = 0; i < variables.size(); ++i) known.places[variables[i].name] = i;
  for (const auto item : env.items) {
    auto variable = read_item(scope, scope.document.at(item), known);
    if (!variable) {
      if (scope.budget.is_spent()) return;
      continue;
    }
    if (!scope.budget.take(variable->name.size() + variable->value.size())) return;
    known.places[variable->name] = variables.size();
    variables.push_back(std::move(*variable));
  }
}

void read_kubernetes_env_from(const KubernetesScope& scope, const YamlNode& env_from,
                              WrittenLaunch& launch) {
  for (std::size_t i = 0; i < std::min(env_from.items.size(), kMostListed); ++i) {
    const YamlFields item(scope.document, scope.document.at(env_from.items[i]));
    const bool is_secret = item.has("secretRef");
    const auto& reference = item[is_secret ? "secretRef" : "configMapRef"];
    const auto* store = scope.stores.find(is_secret ? "Secret" : "ConfigMap", scope.space,
                                          scope.document.find(reference, "name").text);
    if (!store) {
      launch.is_open = true;
      continue;
    }
    for (auto variable : store->values) {
      variable.name = std::string(item.text("prefix")) + variable.name;
      if (!scope.budget.take(variable.name.size() + variable.value.size())) return;
      launch.variables.push_back(std::move(variable));
    }
  }
}

}  // namespace prefect_config
