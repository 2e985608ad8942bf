#include "launch/kubernetes.hpp"

#include "launch/kubernetes_env.hpp"
#include "launch/yaml_values.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace prefect_config {
namespace {

constexpr std::size_t kMostObjects = 5000;
constexpr int kDeepestList = 4;

bool is_object(const YamlDocument& document, const YamlNode& node) {
  const auto& kind = document.find(node, "kind");
  return kind.kind == YamlNode::Kind::scalar && !kind.text.empty() &&
         document.find(node, "apiVersion").kind == YamlNode::Kind::scalar;
}

struct Object {
  const YamlDocument& document;
  const YamlNode& node;
  std::string kind;
  std::string name;
  std::string space;
};

class KubernetesReader {
 public:
  KubernetesReader(const WrittenFile& file, WrittenLaunches& out) : file_(file), out_(out) {}

  void run(const std::vector<YamlDocument>& documents) {
    for (const auto& document : documents) collect(document, document.root(), 0);
    for (const auto& object : objects_) {
      if (object.kind == "ConfigMap" || object.kind == "Secret")
        stores_.add(file_, object.document, object.node, budget_);
      if (object.kind == "Service" || object.kind == "PrefectServer") add_hosts(object);
    }
    for (const auto& object : objects_) read(object);
    for (const auto& store : stores_.all()) report_settings(store);
    if (is_cut_)
      out_.notes.emplace_back("a Kubernetes manifest is too large: some of it is not read");
  }

 private:
  void collect(const YamlDocument& document, const YamlNode& node, int depth) {
    if (is_cut_ || depth > kDeepestList || !is_object(document, node)) return;
    Object object{document, node, document.find(node, "kind").text, {}, {}};
    const auto& items = document.find(node, "items");
    if (ends_with(object.kind, "List") && items.kind == YamlNode::Kind::sequence) {
      // Not behind aliases, which could repeat them without end.
      for (const auto item : items.items) collect(document, document.as_written(item), depth + 1);
      return;
    }
    const YamlFields metadata(document, document.find(node, "metadata"));
    object.name = metadata.text(metadata.has("name") ? "name" : "generateName");
    object.space = metadata.text("namespace");
    is_cut_ = !budget_.take_pairs(metadata.size()) || is_cut_;
    is_cut_ = is_cut_ || objects_.size() == kMostObjects;
    if (!is_cut_) objects_.push_back(std::move(object));
  }

  void add_hosts(const Object& object) {
    if (hosts_.size() >= kMostHosts || object.name.empty()) return;
    hosts_.insert(object.name);
    if (object.space.empty()) return;
    const auto name = object.name + '.' + object.space;
    for (const auto* end : {"", ".svc", ".svc.cluster.local"}) hosts_.insert(name + end);
  }

  // The specification of the pods that an object makes; none where it makes none.
  const YamlNode& pod_of(const Object& object) {
    const auto& document = object.document;
    if (object.kind == "PodTemplate") return document.find_path(object.node, {"template", "spec"});
    const auto& node = document.find(object.node, "spec");
    if (object.kind == "Pod") return node;
    const YamlFields spec(document, node);
    is_cut_ = !budget_.take_pairs(spec.size()) || is_cut_;
    const auto& job = spec.has("jobTemplate")
                          ? document.find_path(spec["jobTemplate"], {"spec", "template"})
                          : spec["template"];
    return document.find(job, "spec");
  }

  void read(const Object& object) {
    if (is_full()) return;
    if (object.kind == "PrefectServer") read_operated(object, WrittenRole::server);
    if (object.kind == "PrefectWorkPool") read_operated(object, WrittenRole::worker);
    const auto& pod = pod_of(object);
    // Containers of a pod have one loopback.
    const auto& before = object.document.find(pod, "initContainers").items;
    const bool has_sidecar = std::any_of(before.begin(), before.end(), [&object](YamlId item) {
      const auto& container = object.document.at(item);
      return object.document.find(container, "restartPolicy").kind != YamlNode::Kind::none;
    });
    shares_network_ = object.document.find(pod, "containers").items.size() > 1 || has_sidecar ||
                      is_true(object.document.find(pod, "hostNetwork"));
    for (const auto* list : {"initContainers", "containers"}) {
      for (const auto item : object.document.find(pod, list).items) {
        if (is_full()) return;
        read_container(object, item);
      }
    }
  }

  bool is_full() {
    is_cut_ = is_cut_ || out_.launches.size() >= kMostLaunches;
    return is_cut_;
  }

  WrittenLaunch launch_of(const Object& object) const {
    WrittenLaunch launch;
    launch.name = lower(object.kind) + '/' + object.name;
    launch.file = file_.path;
    launch.is_container = true;
    launch.hosts.assign(hosts_.begin(), hosts_.end());
    return launch;
  }

  KubernetesScope scope_of(const Object& object) {
    return {file_, object.document, stores_, object.space, budget_};
  }

  void read_container(const Object& object, YamlId item) {
    const auto& document = object.document;
    const YamlFields container(document, document.at(item));
    if (!budget_.take_pairs(container.size())) {
      is_cut_ = true;
      return;
    }
    if (container.size() == 0) return;
    auto launch = launch_of(object);
    launch.kind = "container";
    launch.shares_network = shares_network_;
    launch.name += '/' + std::string(container.text("name"));
    const auto begins = container.has("name") ? container.id("name") : item;
    launch.at = span_of(document.as_written(begins));
    read_kubernetes_env_from(scope_of(object), container["envFrom"], launch);
    read_kubernetes_env(scope_of(object), container["env"], launch);
    for (const auto* key : {"command", "args"}) {
      if (auto command = command_of(document, container.id(key)))
        launch.commands.push_back(std::move(*command));
    }
    read_image(document, container, launch);
    launch.role = role_of_whole(launch.commands);
    out_.launches.push_back(std::move(launch));
  }

  static void read_image(const YamlDocument& document, const YamlFields& fields,
                         WrittenLaunch& launch) {
    launch.image = fields.text("image");
    if (fields.has("image")) launch.image_at = span_of(document.as_written(fields.id("image")));
  }

  // -------------------------------------------------------------------------------------------
  // Kinds of Prefect's operator: it makes the containers, and gives them `settings`.

  void read_operated(const Object& object, WrittenRole role) {
    const auto& document = object.document;
    const YamlFields spec(document, document.find(object.node, "spec"));
    auto launch = launch_of(object);
    launch.kind = object.kind;
    launch.role = role;
    const auto& name = document.find_path(object.node, {"metadata", "name"});
    launch.at = span_of(name.kind == YamlNode::Kind::none ? object.node : name);
    if (role == WrittenRole::worker) read_server_reference(object, spec["server"], launch);
    read_kubernetes_env(scope_of(object), spec["settings"], launch);
    read_image(document, spec, launch);
    out_.launches.push_back(std::move(launch));
  }

  // Which server the workers of a pool talk to, and with which key.
  void read_server_reference(const Object& object, const YamlNode& node, WrittenLaunch& launch) {
    const auto& document = object.document;
    const YamlFields server(document, node);
    if (server.has("remoteApiUrl")) {
      auto url = variable_of_pair(file_, document, server.key_id("remoteApiUrl"),
                                  server.id("remoteApiUrl"));
      url.name = "PREFECT_API_URL";
      if (!url.is_opaque && !ends_with(url.value, "/api")) url.value += "/api";
      if (!url.is_opaque && server.has("accountId") && server.has("workspaceId"))
        url.value += "/accounts/" + std::string(server.text("accountId")) + "/workspaces/" +
                     std::string(server.text("workspaceId"));
      launch.variables.push_back(std::move(url));
    }
    if (!server.has("apiKey")) return;
    const YamlFields key(document, server["apiKey"]);
    const auto name_at = span_of(document.as_written(server.key_id("apiKey")));
    launch.variables.push_back(
        key.has("value")
            ? variable_of_value(file_, document, "PREFECT_API_KEY", name_at, key.id("value"))
            : opaque_variable(file_, "PREFECT_API_KEY", name_at, "valueFrom", name_at.end));
  }

  void report_settings(const KubernetesStore& store) {
    for (const auto& variable : store.values) {
      const bool is_key =
          starts_with(variable.value, "pnu_") || starts_with(variable.value, "pnb_");
      if (!is_key && !is_prefect_variable(variable.name)) continue;
      out_.settings.push_back({store.kind + '/' + store.name + '/' + variable.name, variable});
    }
  }

  const WrittenFile& file_;
  WrittenLaunches& out_;
  WrittenBudget budget_;
  bool is_cut_ = false;
  std::vector<Object> objects_;
  KubernetesStores stores_;
  std::set<std::string> hosts_;
  bool shares_network_ = false;  // of the pod that is read
};

}  // namespace

bool is_kubernetes(const YamlDocument& document) { return is_object(document, document.root()); }

void read_kubernetes(const WrittenFile& file, const std::vector<YamlDocument>& documents,
                     WrittenLaunches& out) {
  out.kind = "kubernetes";
  KubernetesReader(file, out).run(documents);
}

}  // namespace prefect_config
