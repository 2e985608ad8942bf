#include "lint/launch_from.hpp"

#include "launch/readers.hpp"
#include "lint/launches.hpp"
#include "lint/source.hpp"
#include "lint/texts.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace prefect_config {
namespace {

std::string names_of(const WrittenLaunches& written) {
  std::string names;
  constexpr std::size_t kMost = 12;
  for (std::size_t i = 0; i < written.launches.size() && i < kMost; ++i) {
    const auto& launch = written.launches[i];
    names += (names.empty() ? "" : ", ") + (launch.name.empty() ? launch.kind : launch.name);
  }
  return names + (written.launches.size() > kMost ? ", ..." : "");
}

}  // namespace

std::variant<Launch, LaunchProblem> launch_from(const std::string& text,
                                                const LaunchOptions& options) {
  const auto hash = text.find('#');
  const auto path = text.substr(0, hash);
  const auto name = hash == std::string::npos ? std::string() : text.substr(hash + 1);
  const auto content = read_small(path);
  if (!content) return LaunchProblem{"--from " + path + ": no such text file, or one over 1 MiB"};

  std::vector<std::pair<std::string, std::shared_ptr<const std::string>>> siblings;
  const WrittenFile file{path, *content, [&, read = siblings_of(path)](const std::string& other) {
                           auto sibling = read(other);
                           if (sibling) siblings.emplace_back(other, sibling);
                           return sibling;
                         }};
  const auto written = read_launches(file, [](std::string_view) { return true; });
  if (written.launches.empty())
    return LaunchProblem{"--from " + path + ": it holds no launch that is known here"};
  const auto found = std::find_if(
      written.launches.begin(), written.launches.end(),
      [&name](const WrittenLaunch& launch) { return name.empty() || launch.name == name; });
  if (found == written.launches.end() || (name.empty() && written.launches.size() > 1))
    return LaunchProblem{"--from " + path + ": it holds " + names_of(written) +
                         "; say which one: --from FILE#NAME"};

  LintTexts texts(path, *content, 1);
  for (const auto& [other, sibling] : siblings) texts.add(other, sibling);
  auto launch = launch_of_written(*found, texts);
  launch.environment_name = path + ' ' + launch.environment_name;
  launch.profile = options.profile;
  if (options.prefect_version) {
    launch.prefect_version = *options.prefect_version;
    launch.version_reason = "--prefect-version";
  }
  for (const auto& variable : found->variables) {
    if (is_unreadable(variable))
      launch.notes.push_back("--from: " + variable.name + " is set, and its value is not here");
  }
  if (found->is_open)
    launch.notes.emplace_back("--from: more is set from where it cannot be read here");
  return launch;
}

}  // namespace prefect_config
