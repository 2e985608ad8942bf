// The library as a Python module, `prefect_config._core`: requests in, JSON documents out.
//
// What it is not: the interface of Python's users. That is lib/python/prefect_config, which makes
// the requests and reads the documents into dataclasses; nothing is serialised here.
//
// To add an option: its member of LaunchRequest or LintRequest, its row in a table below, its
// keyword in prefect_config/_launch.py or __init__.py.
#include <prefect_config/prefect_config.hpp>

#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

#include <exception>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace nb = nanobind;
using namespace prefect_config;

namespace {

/// An argument that is none of those that are accepted.
struct WrongRequest : std::runtime_error {
  using std::runtime_error::runtime_error;
};
/// A launch that cannot be had.
struct NoLaunch : std::runtime_error {
  using std::runtime_error::runtime_error;
};
/// Something asked for that cannot be read.
struct NotRead : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// -------------------------------------------------------------------------------------------------
// From Python. Texts come as bytes: paths and environments need not be UTF-8.

std::string text_of(nb::handle object) {
  const auto bytes = nb::cast<nb::bytes>(object);
  return {bytes.c_str(), bytes.size()};
}

std::vector<std::string> texts_of(nb::handle object) {
  std::vector<std::string> texts;
  for (const auto item : nb::cast<nb::list>(object)) texts.push_back(text_of(item));
  return texts;
}

std::vector<EnvironmentVariable> variables_of(nb::handle object) {
  std::vector<EnvironmentVariable> variables;
  for (const auto item : nb::cast<nb::list>(object)) {
    const auto pair = nb::cast<nb::tuple>(item);
    variables.push_back({text_of(pair[0]), text_of(pair[1])});
  }
  return variables;
}

void set(std::string& target, nb::handle value) { target = text_of(value); }
void set(std::optional<std::string>& target, nb::handle value) { target = text_of(value); }
void set(std::vector<std::string>& target, nb::handle value) { target = texts_of(value); }
void set(bool& target, nb::handle value) { target = nb::cast<bool>(value); }
void set(std::optional<std::vector<EnvironmentVariable>>& target, nb::handle value) {
  target = variables_of(value);
}

/// A key of a request's dict, and what it sets.
template <typename Request>
struct Field {
  const char* name;
  void (*set)(Request& request, nb::handle value);
};

template <auto Member, typename Request>
constexpr Field<Request> field(const char* name) {
  return {name, [](Request& request, nb::handle value) { set(request.*Member, value); }};
}

constexpr Field<LaunchRequest> kLaunchFields[] = {
    field<&LaunchRequest::profile, LaunchRequest>("profile"),
    field<&LaunchRequest::prefect_version, LaunchRequest>("prefect_version"),
    field<&LaunchRequest::venv, LaunchRequest>("venv"),
    field<&LaunchRequest::python, LaunchRequest>("python"),
    field<&LaunchRequest::working_directory, LaunchRequest>("cwd"),
    field<&LaunchRequest::user_home, LaunchRequest>("home"),
    field<&LaunchRequest::env_file, LaunchRequest>("env_file"),
    field<&LaunchRequest::pid, LaunchRequest>("pid"),
    field<&LaunchRequest::from, LaunchRequest>("from_file"),
    field<&LaunchRequest::command, LaunchRequest>("command"),
    field<&LaunchRequest::environment, LaunchRequest>("env"),
    field<&LaunchRequest::clean_environment, LaunchRequest>("clean_env"),
};

constexpr Field<LintRequest> kLintFields[] = {
    field<&LintRequest::paths, LintRequest>("paths"),
    field<&LintRequest::select, LintRequest>("select"),
    field<&LintRequest::ignore, LintRequest>("ignore"),
    field<&LintRequest::fail_on, LintRequest>("fail_on"),
    field<&LintRequest::policy, LintRequest>("policy"),
    field<&LintRequest::takes_policy, LintRequest>("takes_policy"),
    field<&LintRequest::baseline, LintRequest>("baseline"),
    field<&LintRequest::changed_since, LintRequest>("changed"),
    field<&LintRequest::respects_ignore_files, LintRequest>("respects_ignore_files"),
    field<&LintRequest::looks_into_history, LintRequest>("history"),
    field<&LintRequest::lists_credentials, LintRequest>("credentials"),
};

template <typename Request, std::size_t Count>
Request request_of(const nb::dict& given, const Field<Request> (&fields)[Count]) {
  Request request;
  std::size_t taken = 0;
  for (const auto& one : fields) {
    if (!given.contains(one.name)) continue;
    one.set(request, given[one.name]);
    ++taken;
  }
  if (taken != given.size()) throw nb::key_error("a request has a key that is not known");
  return request;
}

// -------------------------------------------------------------------------------------------------
// The work, without Python's lock.

Launch launch_of(const LaunchRequest& request) {
  if (const auto wrong = wrong_release(request.prefect_version); !wrong.empty())
    throw WrongRequest(safe_text(wrong));
  if (const auto wrong = wrong_request(request); !wrong.empty()) throw NoLaunch(safe_text(wrong));
  auto launch = requested_launch(request);
  if (const auto* problem = std::get_if<LaunchProblem>(&launch))
    throw NoLaunch(safe_text(problem->reason));
  return std::get<Launch>(std::move(launch));
}

/// A document as it was asked for; with secrets shown also the masked one, for what `repr` says.
struct Documents {
  std::string asked;
  std::optional<std::string> masked;
};

Documents view_of(const LaunchRequest& request, bool show_defaults, bool show_secrets) {
  const auto inspection = inspect(launch_of(request));
  ViewOptions options;
  options.show_defaults = show_defaults;
  Documents documents{view_json(inspection, options), {}};
  if (!show_secrets) return documents;
  options.secrets = Disclosure::shown;
  return {view_json(inspection, options), std::move(documents.asked)};
}

std::string explanation(const LaunchRequest& request, Disclosure secrets,
                        const std::optional<std::string>& key) {
  auto inspection = inspect(launch_of(request));
  auto plans = plan_auth(inspection, secrets);
  if (key) add_fingerprints(plans, *key);
  add_credential_findings(inspection, plans);
  return explain_json(inspection, plans, secrets);
}

Documents explanations(const LaunchRequest& request, bool show_secrets,
                       const std::optional<std::string>& key) {
  auto masked = explanation(request, Disclosure::masked, key);
  if (!show_secrets) return {std::move(masked), {}};
  return {explanation(request, Disclosure::shown, key), std::move(masked)};
}

LintAnswer lint_of(const LaunchRequest& launch, const LintRequest& request) {
  auto answer = lint_answer(request, launch_of(launch), launch.prefect_version != "auto");
  const auto* refusal = std::get_if<LintRefusal>(&answer);
  if (!refusal) return std::get<LintAnswer>(std::move(answer));
  const auto reason = safe_text(refusal->reason);
  if (refusal->is_unreadable) throw NotRead(reason);
  throw WrongRequest(reason);
}

// What any other exception says can hold what it stumbled over, and so a secret.
template <typename Work>
auto without_lock(Work work) {
  const nb::gil_scoped_release released;
  try {
    return work();
  } catch (const WrongRequest&) {
    throw;
  } catch (const NoLaunch&) {
    throw;
  } catch (const NotRead&) {
    throw;
  } catch (const std::exception&) {
    throw std::runtime_error("out of memory, or an error of prefect-config");
  }
}

// -------------------------------------------------------------------------------------------------
// To Python

nb::bytes bytes_of(const std::string& text) { return nb::bytes(text.data(), text.size()); }

nb::tuple tuple_of(const Documents& documents) {
  if (!documents.masked) return nb::make_tuple(bytes_of(documents.asked), nb::none());
  return nb::make_tuple(bytes_of(documents.asked), bytes_of(*documents.masked));
}

nb::tuple view(const nb::dict& launch, bool show_defaults, bool show_secrets) {
  const auto request = request_of(launch, kLaunchFields);
  return tuple_of(without_lock([&] { return view_of(request, show_defaults, show_secrets); }));
}

nb::tuple explain(const nb::dict& launch, bool show_secrets) {
  const auto request = request_of(launch, kLaunchFields);
  // It looks into this process's environment: with the lock, so that nobody changes that.
  const auto key = fingerprint_key();
  return tuple_of(without_lock([&] { return explanations(request, show_secrets, key); }));
}

nb::list list_of(const std::vector<std::string>& texts) {
  nb::list list;
  for (const auto& text : texts) list.append(safe_text(text));
  return list;
}

nb::tuple lint_files(const nb::dict& launch, const nb::dict& asked) {
  const auto launch_request = request_of(launch, kLaunchFields);
  auto request = request_of(asked, kLintFields);
  // As in `explain`; empty where there is none, so that nobody looks for it again.
  if (request.lists_credentials) request.fingerprint_key = fingerprint_key().value_or("");
  const auto answer = without_lock([&] { return lint_of(launch_request, request); });
  return nb::make_tuple(bytes_of(answer.json), answer.is_reached, list_of(answer.problems),
                        list_of(answer.warnings));
}

}  // namespace

NB_MODULE(_core, module) {
  module.attr("__version__") = PREFECT_CONFIG_VERSION;
  nb::exception<WrongRequest>(module, "WrongRequest");
  nb::exception<NoLaunch>(module, "NoLaunch");
  nb::exception<NotRead>(module, "NotRead");
  module.def("known_releases", &known_releases);
  module.def("view", &view, nb::arg("launch"), nb::arg("show_defaults"), nb::arg("show_secrets"));
  module.def("explain", &explain, nb::arg("launch"), nb::arg("show_secrets"));
  module.def("lint", &lint_files, nb::arg("launch"), nb::arg("request"));
}
