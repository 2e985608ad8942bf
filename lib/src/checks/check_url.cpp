// The mistakes people make in PREFECT_API_URL.
#include "auth/address.hpp"
#include "auth/credentials.hpp"
#include "checks/checks.hpp"
#include "sources/protect.hpp"
#include "support/python_text.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

namespace prefect_config {
namespace {

constexpr std::string_view kCloudHost = "api.prefect.cloud";
constexpr std::string_view kCloudWebHost = "app.prefect.cloud";

std::string host_of(const Resolved* setting) {
  const auto address = setting ? parse_address(text_of(setting->value)) : std::nullopt;
  return address ? address->host : std::string();
}

// What stands after scheme and host.
std::string_view path_of(std::string_view url) {
  const auto host = url.find("://");
  const auto path =
      host == std::string_view::npos ? std::string_view::npos : url.find_first_of("/?#", host + 3);
  return path == std::string_view::npos ? std::string_view()
                                        : url.substr(path, url.find_first_of("?#") - path);
}

std::vector<std::string> parts_of(std::string_view path) {
  std::vector<std::string> parts;
  for (const auto part : split(path, '/')) {
    if (!part.empty()) parts.emplace_back(part);
  }
  return parts;
}

// `/accounts/A/workspaces/W` of a path that has it in whatever spelling: the web application writes
// `/account/A/workspace/W`. Empty where it has none.
std::string workspace_path(std::string_view path) {
  const auto parts = parts_of(path);
  const auto after = [&parts](std::string_view singular) {
    const auto found = std::find_if(parts.begin(), parts.end(), [&](const std::string& part) {
      return part == singular || part == std::string(singular) + 's';
    });
    return found == parts.end() || std::next(found) == parts.end() ? std::string()
                                                                   : *std::next(found);
  };
  const auto account = after("account");
  const auto workspace = after("workspace");
  return account.empty() || workspace.empty() ? std::string()
                                              : "/accounts/" + account + "/workspaces/" + workspace;
}

bool is_in_container(const Launch& launch) {
  return launch.non_empty("KUBERNETES_SERVICE_HOST") || launch.files->exists("/.dockerenv") ||
         launch.files->exists("/run/.containerenv");
}

class UrlCheck {
 public:
  UrlCheck(Checked& checked, const Resolved& url)
      : checked_(checked), url_(url), text_(text_of(url.value)),
        cloud_(text_of_setting("cloud.api_url")) {}

  bool run() {
    const bool has_placeholder = path_of(text_).find_first_of("<>[]{}") != std::string_view::npos ||
                                 text_.find("\u2039") != std::string::npos;
    if (is_template(text_) || has_placeholder) {
      add_template(checked_, url_, text_);
      return true;
    }
    if (is_quoted(text_)) {
      add(RuleId::value_quoted, {std::string(url_.setting->name)},
          text_.substr(1, text_.size() - 2));
      return true;
    }
    if (auto blanks = blanks_in(text_, true); !blanks.empty()) {
      add(RuleId::value_has_blanks,
          {std::string(url_.setting->name), blanks, help_with_blanks(blanks)},
          std::string(python_strip(text_)));
      return true;
    }
    if (is_malformed()) return true;
    if (const auto user = url_userinfo(text_); user && !user->empty() && *user != ":") {
      const bool whole = user->find(':') != std::string::npos;
      add(RuleId::url_with_credentials, {whole ? "user and password stand" : "a user stands"}, {});
    }
    return check_host();
  }

 private:
  std::string text_of_setting(std::string_view path) const {
    const auto* setting = checked_.inspection.find(path);
    return setting ? text_of(setting->value) : std::string();
  }

  enum class Sure : bool { no, yes };

  // `proposal` is a better URL; empty where none is known, or where it would hold a secret. `sure`:
  // nothing else can have been meant.
  void add(RuleId rule, std::vector<std::string> arguments, const std::string& proposal,
           Sure sure = Sure::yes) {
    auto& finding = checked_.add(rule, url_, std::move(arguments));
    if (checked_.http_refuses()) finding.severity_override = Severity::error;
    if (proposal.empty() || protect_url(proposal).is_secret() || url_.value.is_secret()) return;
    finding.next = set_command(url_, proposal);
    finding.instead = Replacement{Replacement::Of::value, proposal, sure == Sure::yes};
  }

  bool is_malformed() {
    const auto scheme = text_.find("://");
    const bool is_http = has_known_scheme(text_);
    if (is_http && starts_with(text_, lower(text_.substr(0, scheme)))) {
      const auto address = parse_address(text_);
      if (address && (address->host == "http" || address->host == "https")) {
        add(RuleId::url_malformed, {"has two schemes"}, {});
        return true;
      }
      if (address && !address->host.empty() && address->has_possible_port()) return has_query();
      add(RuleId::url_malformed, {address ? "has no host" : "has a host or port that is none"}, {});
      return true;
    }
    if (is_http) {
      add(RuleId::url_malformed, {"has a scheme that is not in lower case"},
          lower(text_.substr(0, scheme)) + text_.substr(scheme));
    } else if (scheme == std::string::npos && is_host_and_path()) {
      const bool is_cloud = starts_with(text_, kCloudHost) || starts_with(text_, kCloudWebHost);
      add(RuleId::url_malformed, {"does not begin with http:// or https://"},
          (is_cloud ? "https://" : "http://") + text_, is_cloud ? Sure::yes : Sure::no);
    } else {
      add(RuleId::url_malformed, {"does not begin with http:// or https://"}, {});
    }
    return true;
  }

  // `host`, `host:4200/api`: a scheme alone is missing.
  bool is_host_and_path() const {
    const auto address = parse_address("http://" + text_);
    const auto host = text_.substr(0, text_.find_first_of(":/"));
    return address && !host.empty() && !equal_ignoring_case(host, "http") &&
           !equal_ignoring_case(host, "https") && text_.find("//") == std::string::npos;
  }

  // Every path is added behind it.
  bool has_query() {
    if (text_.find_first_of("?#") == std::string::npos) return false;
    add(RuleId::url_malformed, {"has a query or a fragment, behind which no path is found"}, {});
    return true;
  }

  bool check_host() {
    const auto host = parse_address(text_)->host;
    const auto path = path_of(text_);
    const auto workspace = workspace_path(path);
    const auto proposal = workspace.empty() ? std::string() : cloud_ + workspace;
    const auto api_host = host_of(checked_.inspection.find("cloud.api_url"));
    if (host == kCloudHost || host == api_host) return check_cloud(workspace, proposal);
    if (host == kCloudWebHost || host == host_of(checked_.inspection.find("cloud.ui_url"))) {
      add(RuleId::url_of_web_application, {host, cloud_}, proposal);
      return true;
    }
    if (!workspace.empty()) {
      // With an empty PREFECT_CLOUD_API_URL every address is Prefect Cloud's.
      if (starts_with(text_, cloud_)) return false;
      const auto path_begin = static_cast<std::size_t>(path.data() - text_.data());
      const auto prefix = text_.substr(0, text_.find("/account", path_begin));
      auto& finding =
          checked_.add(RuleId::workspace_elsewhere, url_, {protect_url(prefix).masked().str()});
      if (!url_.value.is_secret())
        finding.next = "export PREFECT_CLOUD_API_URL=" + shell_quoted(prefix);
      return true;
    }
    check_server(host, path);
    return false;
  }

  bool check_cloud(const std::string& workspace, const std::string& proposal) {
    if (!starts_with(text_, cloud_)) {
      add(RuleId::cloud_url_not_recognized, {cloud_}, proposal);
      return true;
    }
    auto rest = text_.substr(cloud_.size());
    if (!rest.empty() && rest.back() == '/') rest.pop_back();
    if (!workspace.empty() && rest == workspace) return false;
    add(RuleId::cloud_url_incomplete, {}, proposal);
    return true;
  }

  void check_server(const std::string& host, std::string_view path) {
    if (host == "0.0.0.0" || host == "::") {
      add(RuleId::url_of_every_address, {host}, {});
    } else if (is_loopback_host(host) && is_in_container(checked_.inspection.launch)) {
      add(RuleId::loopback_in_container, {host}, {});
    }
    const auto parts = parts_of(path);
    const auto base = parts_of(text_of_setting("server.api.base_path"));
    if (std::find(parts.begin(), parts.end(), "api") != parts.end() ||
        (!base.empty() && parts == base))
      return;
    const bool is_bare = parts.empty() && text_.find_first_of("?#") == std::string::npos;
    const bool has_slash = !text_.empty() && text_.back() == '/';
    add(RuleId::url_without_api, {}, is_bare ? text_ + (has_slash ? "api" : "/api") : "", Sure::no);
  }

  Checked& checked_;
  const Resolved& url_;
  std::string text_;
  std::string cloud_;
};

}  // namespace

bool check_url(Checked& checked) {
  if (checked.plans.target == Target::ephemeral)
    checked.findings.push_back({RuleId::temporary_server, {}});
  if (checked.plans.target == Target::none) checked.findings.push_back({RuleId::no_api_url, {}});
  const auto* url = checked.written("api.url");
  return url && UrlCheck(checked, *url).run();
}

}  // namespace prefect_config
