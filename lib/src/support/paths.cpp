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

Path expand_user(const Path& path, std::string_view user_home) {
  const std::string_view text = path.text;
  if (text == "~") return normal_path(user_home);
  if (text.substr(0, 2) == "~/") return join_path(normal_path(user_home), text.substr(2));
  return path;
}

}  // namespace prefect_config
