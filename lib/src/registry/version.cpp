#include <prefect_config/version.hpp>

#include <charconv>

namespace prefect_config {

namespace {

constexpr VersionRange kEvery{};

/// Takes a number without leading zeros from the front of `text`.
std::optional<std::uint16_t> take_number(std::string_view& text) {
  std::uint16_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const auto length = static_cast<std::size_t>(end - text.data());
  if (error != std::errc{} || (length > 1 && text.front() == '0')) {
    return std::nullopt;
  }
  text.remove_prefix(length);
  return number;
}

bool take_dot(std::string_view& text) {
  if (text.empty() || text.front() != '.') {
    return false;
  }
  text.remove_prefix(1);
  return true;
}

}  // namespace

std::optional<Version> Version::parse(std::string_view text) {
  const auto major = take_number(text);
  if (!major || !take_dot(text)) {
    return std::nullopt;
  }
  const auto minor = take_number(text);
  if (!minor || !take_dot(text)) {
    return std::nullopt;
  }
  const auto patch = take_number(text);
  if (!patch || !text.empty()) {
    return std::nullopt;
  }
  return Version{*major, *minor, *patch};
}

std::string Version::text() const {
  return std::to_string(major) + '.' + std::to_string(minor) + '.' + std::to_string(patch);
}

std::string VersionRange::text() const {
  const bool from_start = first == kEvery.first;
  const bool to_end = last == kEvery.last;
  if (from_start && to_end) {
    return "every version";
  }
  if (from_start) {
    const bool whole_major = last.minor == kEvery.last.minor;
    return "up to " + (whole_major ? std::to_string(last.major) + ".x" : last.text());
  }
  if (to_end) {
    return "since " + first.text();
  }
  return first == last ? first.text() + " only" : first.text() + " to " + last.text();
}

}  // namespace prefect_config
