#include "support/paths.hpp"

namespace prefect_config {
namespace {

std::string_view root_of(std::string_view text) {
  std::size_t slashes = 0;
  while (slashes < text.size() && text[slashes] == '/') ++slashes;
  if (slashes == 0) return "";
  return slashes == 2 ? "//" : "/";
}

void append_part(std::string& path, std::string_view root, std::string_view part) {
  if (part.empty() || part == ".") return;
  if (path.size() > root.size()) path += '/';
  path += part;
}

}  // namespace

Path normal_path(std::string_view text) {
  const std::string_view root = root_of(text);
  std::string path(root);
  for (std::size_t start = 0; start <= text.size();) {
    std::size_t end = text.find('/', start);
    if (end == std::string_view::npos) end = text.size();
    append_part(path, root, text.substr(start, end - start));
    start = end + 1;
  }
  return Path{path.empty() ? "." : std::move(path)};
}

Path join_path(const Path& left, std::string_view right) {
  if (!right.empty() && right.front() == '/') return normal_path(right);
  std::string joined = left.text.empty() ? "." : left.text;
  if (joined.back() != '/') joined += '/';
  joined += right;
  return normal_path(joined);
}

std::optional<Path> expand_user(const Path& path, std::string_view user_home,
                                const HomeOfUser& home_of_user) {
  const std::string_view text = path.text;
  if (text.substr(0, 1) != "~") return path;
  const auto first = text.substr(0, text.find('/'));
  const auto rest = text.substr(std::min(text.size(), first.size() + 1));
  std::optional<std::string> home(user_home);
  if (first.size() > 1) home = home_of_user ? home_of_user(first.substr(1)) : std::nullopt;
  if (!home) return std::nullopt;
  return join_path(normal_path(*home), rest);
}

}  // namespace prefect_config
