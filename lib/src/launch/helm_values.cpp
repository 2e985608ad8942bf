#include "launch/helm_values.hpp"

#include "launch/compose.hpp"
#include "launch/helm_lists.hpp"
#include "launch/kubernetes_env.hpp"
#include "launch/yaml_values.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <span>
#include <utility>

namespace prefect_config {
namespace {

constexpr int kDeepestChart = 2;  // an umbrella chart, and one around it
constexpr int kDeepestValue = 3;  // `worker.selfHostedServerApiConfig.basicAuth.authString`

struct Row {
  std::string_view path;
  std::string_view variable;
};

constexpr std::array<Row, 4> kWorkerRows = {{
    {"config.prefetchSeconds", "PREFECT_WORKER_PREFETCH_SECONDS"},
    {"config.queryInterval", "PREFECT_WORKER_QUERY_SECONDS"},
    {"config.http2", "PREFECT_API_ENABLE_HTTP2"},
    {"image.debug", "PREFECT_DEBUG_MODE"},
}};
constexpr std::array<Row, 8> kServerRows = {{
    {"prefectApiUrl", "PREFECT_API_URL"},  // up to 2024
    {"debug", "PREFECT_DEBUG_MODE"},
    {"loggingLevel", "PREFECT_LOGGING_SERVER_LEVEL"},
    {"apiBasePath", "PREFECT_SERVER_API_BASE_PATH"},
    {"prefectApiHost", "PREFECT_SERVER_API_HOST"},  // up to 2024
    {"uiConfig.prefectUiApiUrl", "PREFECT_UI_API_URL"},
    {"uiConfig.prefectUiUrl", "PREFECT_UI_URL"},  // up to 2025
    {"uiConfig.prefectUiStaticDirectory", "PREFECT_UI_STATIC_DIRECTORY"},
}};
constexpr std::array<Row, 2> kGlobalRows = {{
    {"prefectApiUrl", "PREFECT_API_URL"},  // 2024 to 2025
    {"prefectApiHost", "PREFECT_SERVER_API_HOST"},
}};

// Which section a word of `worker.apiConfig` chooses; the older words are of charts up to 2025.
constexpr std::array<Row, 7> kSections = {{
    {"cloud", "cloudApiConfig"},
    {"customerManagedCloud", "customerManagedCloudApiConfig"},
    {"selfManagedCloud", "selfManagedCloudApiConfig"},
    {"selfManaged", "selfManagedCloudApiConfig"},
    {"selfHosted", "selfHostedCloudApiConfig"},
    {"selfHostedServer", "selfHostedServerApiConfig"},
    {"server", "serverApiConfig"},
}};

constexpr std::array<std::string_view, 11> kCredentials = {
    "server.basicAuth.authString",
    "worker.selfHostedServerApiConfig.basicAuth.authString",
    "worker.serverApiConfig.basicAuth.authString",
    "worker.basicAuth.authString",
    "basicAuth.authString",
    "externalDatabase.connectionString",
    "externalDatabase.password",
    "secret.password",
    "postgresql.auth.password",
    "backgroundServices.messaging.redis.password",
    "backgroundServices.messaging.docket.url",
};

// The values of a chart that are given as they are, beside the launches.
constexpr std::array<std::string_view, 8> kGivenSections = {
    "worker",     "server",    "backgroundServices", "global",
    "postgresql", "basicAuth", "prefectApiUrl",      "migrations",
};

YamlEntry entry_of(const YamlDocument& document, const YamlNode& mapping, std::string_view path) {
  const auto* node = &mapping;
  for (auto dot = path.find('.'); dot != std::string_view::npos; dot = path.find('.')) {
    node = &document.find(*node, path.substr(0, dot));
    path.remove_prefix(dot + 1);
  }
  const YamlFields fields(document, *node);
  return {fields.key_id(path), fields.id(path)};
}

// Looks at what may be a chart's section, as long as the budget allows: aliases can make sections
// large and many.
class ChartSigns {
 public:
  ChartSigns(const YamlDocument& document, WrittenBudget& budget)
      : document_(document), budget_(budget) {}

  bool is_worker(const YamlNode& node) {
    if (budget_.is_spent()) return false;
    const auto worker = fields(node);
    const auto has_section = [&](const Row& row) { return worker.has(row.variable); };
    return worker.has("apiConfig") ||
           std::any_of(kSections.begin(), kSections.end(), has_section) ||
           fields(worker["config"]).has("workPool") || has_tag(worker) ||
           has_variable(worker["extraEnvVars"]);
  }

  bool is_server(const YamlNode& node) {
    if (budget_.is_spent()) return false;
    const auto server = fields(node);
    const auto auth = fields(server["basicAuth"]);
    return server.has("prefectApiUrl") || server.has("apiBasePath") || auth.has("authString") ||
           auth.has("existingSecret") || fields(server["uiConfig"]).has("prefectUiApiUrl") ||
           has_tag(server) || has_variable(server["env"]) || has_variable(server["extraEnvVars"]);
  }

  bool has_global(const YamlFields& chart) {
    return !budget_.is_spent() &&
           fields(chart["global"])["prefect"].kind == YamlNode::Kind::mapping;
  }

  YamlFields fields(const YamlNode& node) {
    YamlFields read(document_, node);
    budget_.take_pairs(read.size() + 1);
    return read;
  }

 private:
  // Other charts call it `tag`.
  bool has_tag(const YamlFields& section) { return fields(section["image"]).has("prefectTag"); }

  bool has_variable(const YamlNode& list) {
    return budget_.take_pairs(list.items.size()) && has_prefect_variable(document_, list);
  }

  const YamlDocument& document_;
  WrittenBudget& budget_;
};

class HelmReader {
 public:
  HelmReader(const WrittenFile& file, const YamlDocument& document, WrittenLaunches& out)
      : file_(file), document_(document), out_(out) {}

  void run() {
    read_chart(document_.root(), "", nullptr, 0);
    VariableLists(scope(), used_, out_).run();
    if (!out_.charts.empty()) read_versions();
    if (budget_.is_spent() || out_.launches.size() >= kMostLaunches)
      out_.notes.emplace_back("a values file is too large: some of it is not read");
  }

 private:
  // Says whether a server is in it. `global` goes down to the charts in it.
  bool read_chart(const YamlNode& node, const std::string& prefix, const YamlNode* above,
                  int depth) {
    if (node.kind != YamlNode::Kind::mapping || budget_.is_spent() ||
        out_.launches.size() >= kMostLaunches)
      return false;
    ChartSigns signs(document_, budget_);
    const auto chart = signs.fields(node);
    const auto& own = document_.find(chart["global"], "prefect");
    const bool has_own = signs.has_global(chart);
    const auto& global = has_own || !above ? own : *above;
    const bool has_worker = signs.is_worker(chart["worker"]);
    bool has_server = signs.is_server(chart["server"]);
    const bool is_exporter = chart.has("prefectApiUrl");
    if (has_worker) read_worker(chart, prefix);
    if (has_server) read_server(chart, prefix, global);
    if (is_exporter) read_exporter(node, chart, prefix);
    if (has_worker || has_server || is_exporter || has_own) {
      for (const auto path : kCredentials) add_setting(node, prefix, path);
      add_chart(chart, prefix);
    }
    for (const auto& [key, value] : node.pairs) {
      const auto& name = document_.at(key).text;
      if (depth == kDeepestChart || name == "worker" || name == "server") continue;
      if (name.size() <= kLongestPath)
        has_server =
            read_chart(document_.as_written(value), prefix + name + '.', &global, depth + 1) ||
            has_server;
    }
    // A server all of whose variables are global.
    if (!has_server && has_own) read_server(chart, prefix, own);
    return has_server || has_own;
  }

  WrittenLaunch launch_at(std::string name, ByteSpan at, WrittenRole role) const {
    return helm_launch(file_, std::move(name), at, role);
  }

  ByteSpan key_span(const YamlFields& fields, std::string_view key) const {
    return span_of(document_.as_written(fields.key_id(key)));
  }

  void add_rows(const YamlNode& section, std::span<const Row> rows, WrittenLaunch& launch) const {
    for (const auto& row : rows) add_row(section, row, launch);
  }

  // An empty value says nothing: the chart's templates leave it out.
  void add_row(const YamlNode& section, const Row& row, WrittenLaunch& launch) const {
    const auto entry = entry_of(document_, section, row.path);
    if (entry.value == kNoYaml || document_.at(entry.value).text.empty() ||
        is_null(document_.at(entry.value)))
      return;
    auto variable = variable_of_pair(file_, document_, entry.key, entry.value);
    variable.name = row.variable;
    launch.variables.push_back(std::move(variable));
  }

  void add_empty(std::string name, ByteSpan at, WrittenLaunch& launch) const {
    auto variable = opaque_variable(file_, std::move(name), at, {}, at.end);
    variable.is_opaque = false;
    launch.variables.push_back(std::move(variable));
  }

  KubernetesScope scope() { return {file_, document_, stores_, {}, budget_}; }

  void add_list(const YamlNode& list, WrittenLaunch& launch) {
    used_.insert(&list);
    read_kubernetes_env(scope(), list, launch);
  }

  // `basicAuth` of a worker, a server or an exporter.
  void add_auth(const YamlFields& owner, std::string_view variable, WrittenLaunch& launch) const {
    const YamlFields auth(document_, owner["basicAuth"]);
    if (!is_true(auth["enabled"])) return;
    const auto name_at = key_span(owner, "basicAuth");
    if (!auth.text("existingSecret").empty() || auth.text("authString").empty()) {
      launch.variables.push_back(
          opaque_variable(file_, std::string(variable), name_at, "existingSecret", name_at.end));
      return;
    }
    launch.variables.push_back(variable_of_value(file_, document_, std::string(variable),
                                                 key_span(auth, "authString"),
                                                 auth.id("authString")));
  }

  void add_commands(const YamlFields& section, WrittenLaunch& launch) const {
    for (const auto* key : {"command", "args"}) {
      if (auto command = command_of(document_, section.id(key)))
        launch.commands.push_back(std::move(*command));
    }
  }

  void add_image(const YamlNode& image, WrittenLaunch& launch) const {
    const YamlFields fields(document_, image);
    if (fields.text("prefectTag").empty()) return;
    const auto repository = fields.text("repository");
    launch.image = repository.empty() ? "prefecthq/prefect" : repository;
    launch.image += ':' + scalar_text(fields["prefectTag"]);
    launch.image_at = span_of(document_.as_written(fields.id("prefectTag")));
  }

  // -------------------------------------------------------------------------------------------

  void read_worker(const YamlFields& chart, const std::string& prefix) {
    const YamlFields worker(document_, chart["worker"]);
    auto launch = launch_at(prefix + "worker", key_span(chart, "worker"), WrittenRole::worker);
    add_rows(chart["worker"], kWorkerRows, launch);
    add_connection(worker, launch);
    for (const auto* key : {"selfHostedServerApiConfig", "serverApiConfig"})
      add_auth(YamlFields(document_, worker[key]), "PREFECT_API_AUTH_STRING", launch);
    add_list(worker["extraEnvVars"], launch);
    add_commands(worker, launch);
    add_image(worker["image"], launch);
    out_.launches.push_back(std::move(launch));
  }

  // What `apiConfig` chooses. Where it is not said here, the section says which one is meant.
  void add_connection(const YamlFields& worker, WrittenLaunch& launch) const {
    const auto word = worker.text("apiConfig");
    for (const auto& [name, section] : kSections) {
      if (!worker.has(section) || (!word.empty() && word != name)) continue;
      const YamlFields fields(document_, worker[section]);
      const auto section_at = key_span(worker, section);
      if (ends_with(section, "ServerApiConfig") || section == "serverApiConfig") {
        add_row(worker[section], {"apiUrl", "PREFECT_API_URL"}, launch);
      } else {
        add_cloud_url(fields, section_at, section == "cloudApiConfig", launch);
        launch.variables.push_back(
            opaque_variable(file_, "PREFECT_API_KEY", section_at, "apiKeySecret", section_at.end));
        add_row(worker[section], {"cloudApiUrl", "PREFECT_CLOUD_API_URL"}, launch);
        // The template of this section writes the variable in any case (since 2025.11.18162334).
        if (section == "customerManagedCloudApiConfig" && fields.text("cloudApiUrl").empty())
          add_empty("PREFECT_CLOUD_API_URL", section_at, launch);
        add_row(worker[section], {"cloudUiUrl", "PREFECT_CLOUD_UI_URL"}, launch);
      }
      return;
    }
  }

  // The chart puts it together; opaque where a part is not in this file.
  void add_cloud_url(const YamlFields& section, ByteSpan section_at, bool is_cloud,
                     WrittenLaunch& launch) const {
    const std::string_view key = is_cloud ? "cloudUrl" : "apiUrl";
    std::string url(section.text(key));
    if (url.empty() && is_cloud) url = "https://api.prefect.cloud/api";
    const auto account = section.text("accountId");
    const auto workspace = section.text("workspaceId");
    // What the chart makes of a URL with a workspace in it is no URL to speak of.
    const bool is_doubled = url.find("/accounts/") != std::string::npos;
    const bool is_whole = !is_doubled && !url.empty() && !account.empty() && !workspace.empty() &&
                          account.size() + workspace.size() + url.size() < kLongestValue;
    url += "/accounts/" + std::string(account) + "/workspaces/" + std::string(workspace);
    auto variable =
        opaque_variable(file_, "PREFECT_API_URL", section_at, std::string(key), section_at.end);
    if (is_whole && !is_template_text(url)) {
      variable.value = std::move(url);
      variable.is_opaque = false;
    }
    if (section.has(key)) {
      variable.name_at = key_span(section, key);
      variable.value_at = span_of(document_.as_written(section.id(key)));
    }
    launch.variables.push_back(std::move(variable));
  }

  void read_server(const YamlFields& chart, const std::string& prefix, const YamlNode& global) {
    const YamlFields server(document_, chart["server"]);
    const auto* at = chart.has("server") ? "server" : "global";
    auto launch = launch_at(prefix + "server", key_span(chart, at), WrittenRole::server);
    const auto full_name = chart.text("fullnameOverride");
    launch.hosts = {full_name.empty() ? "prefect-server" : std::string(full_name)};
    add_rows(global, kGlobalRows, launch);
    add_rows(chart["server"], kServerRows, launch);
    const YamlFields database(document_, chart["externalDatabase"]);
    add_row(chart["externalDatabase"],
            {"connectionString", "PREFECT_SERVER_DATABASE_CONNECTION_URL"}, launch);
    add_auth(server, "PREFECT_SERVER_API_AUTH_STRING", launch);
    const auto& shared = document_.find(global, "env");
    add_list(shared, launch);
    for (const auto* key : {"env", "extraEnvVars"}) add_list(server[key], launch);
    add_commands(server, launch);
    add_image(document_.find(global, "image"), launch);
    if (launch.image.empty()) add_image(server["image"], launch);
    const auto hosts = launch.hosts;
    out_.launches.push_back(std::move(launch));

    const YamlFields services(document_, chart["backgroundServices"]);
    if (!is_true(services["runAsSeparateDeployment"])) return;
    auto background = launch_at(prefix + "backgroundServices",
                                key_span(chart, "backgroundServices"), WrittenRole::server);
    background.hosts = hosts;
    add_rows(chart["backgroundServices"], kServerRows, background);
    add_list(shared, background);
    add_list(services["env"], background);
    out_.launches.push_back(std::move(background));
  }

  // prometheus-prefect-exporter: a client of the API.
  void read_exporter(const YamlNode& node, const YamlFields& chart, const std::string& prefix) {
    auto launch =
        launch_at(prefix + "exporter", key_span(chart, "prefectApiUrl"), WrittenRole::client);
    add_row(node, {"prefectApiUrl", "PREFECT_API_URL"}, launch);
    add_auth(chart, "PREFECT_API_AUTH_STRING", launch);
    add_list(chart["extraEnvVars"], launch);
    out_.launches.push_back(std::move(launch));
  }

  void add_setting(const YamlNode& chart, const std::string& prefix, std::string_view path) {
    const auto entry = entry_of(document_, chart, path);
    const auto& value = document_.at(entry.value);
    if (value.kind != YamlNode::Kind::scalar || value.text.empty() || is_null(value)) return;
    out_.settings.push_back(
        {prefix + std::string(path), variable_of_pair(file_, document_, entry.key, entry.value)});
  }

  // -------------------------------------------------------------------------------------------

  void add_chart(const YamlFields& fields, const std::string& prefix) {
    WrittenChart chart;
    chart.prefix = prefix;
    for (const auto section : kGivenSections)
      add_given({fields.key_id(section), fields.id(section)}, std::string(section), 0,
                chart.values);
    out_.charts.push_back(std::move(chart));
  }

  void add_given(YamlEntry entry, const std::string& path, int depth,
                 std::vector<WrittenSetting>& values) {
    const auto& value = document_.at(entry.value);
    if (value.kind == YamlNode::Kind::scalar) {
      if (!budget_.take(path.size() + value.text.size())) return;
      values.push_back({path, variable_of_pair(file_, document_, entry.key, entry.value)});
    } else if (value.kind == YamlNode::Kind::mapping) {
      if (depth > kDeepestValue || path.size() > kLongestPath || !budget_.take(path.size()) ||
          !budget_.take_pairs(value.pairs.size() + 1))
        return;
      const auto& key = document_.as_written(entry.key);
      values.push_back({path, opaque_variable(file_, key.text, span_of(key), {}, key.end)});
      document_.each_pair(value, [&](YamlId key_id, YamlId value_id) {
        add_given({key_id, value_id}, path + '.' + document_.at(key_id).text, depth + 1, values);
      });
    }
  }

  // Beside an umbrella chart's values stands which releases it holds, beside those of a chart its
  // own. A range of releases says nothing.
  void read_versions() {
    const auto text = file_.sibling ? file_.sibling("Chart.yaml") : nullptr;
    if (!text) return;
    const auto chart = read_yaml(*text, 0, text->size());
    const YamlFields own(chart, chart.root());
    for (auto& written : out_.charts) {
      if (written.prefix.empty() && starts_with(own.text("name"), "prefect-"))
        written.version = own.text("version");
      const auto& dependencies = own["dependencies"].items;
      for (std::size_t i = 0; i < dependencies.size() && i < kMostListed; ++i) {
        const YamlFields held(chart, chart.at(dependencies[i]));
        const auto name = held.text(held.has("alias") ? "alias" : "name");
        if (written.prefix == std::string(name) + '.') written.version = held.text("version");
      }
    }
  }

  const WrittenFile& file_;
  const YamlDocument& document_;
  WrittenLaunches& out_;
  WrittenBudget budget_;
  KubernetesStores stores_;              // none: a values file holds no objects
  std::set<const YamlNode*> used_ = {};  // lists that a launch has already
};

bool is_chart(const YamlDocument& document, const YamlNode& node, WrittenBudget& budget,
              int depth) {
  if (budget.is_spent()) return false;
  ChartSigns signs(document, budget);
  const auto chart = signs.fields(node);
  if (signs.is_worker(chart["worker"]) || signs.is_server(chart["server"]) ||
      signs.has_global(chart) || chart.has("prefectApiUrl"))
    return true;
  return depth < kDeepestChart &&
         std::any_of(node.pairs.begin(), node.pairs.end(), [&](const auto& pair) {
           const auto& value = document.as_written(pair.second);
           return value.kind == YamlNode::Kind::mapping &&
                  is_chart(document, value, budget, depth + 1);
         });
}

}  // namespace

bool is_helm_values(const YamlDocument& document) {
  const auto& root = document.root();
  const YamlFields fields(document, root);
  if (root.kind != YamlNode::Kind::mapping || (fields.has("apiVersion") && fields.has("kind")))
    return false;
  const bool is_workflow = fields.has("jobs") && fields.has("on");
  const bool is_prefect_yaml = fields["deployments"].kind == YamlNode::Kind::sequence;
  if (is_workflow || is_prefect_yaml || fields.has("Resources") || is_compose(document))
    return false;
  WrittenBudget budget;
  return is_chart(document, root, budget, 0) || has_prefect_list(document);
}

void read_helm_values(const WrittenFile& file, const YamlDocument& document, WrittenLaunches& out) {
  out.kind = "helm values";
  HelmReader(file, document, out).run();
}

}  // namespace prefect_config
