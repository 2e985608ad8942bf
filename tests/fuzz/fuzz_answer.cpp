// What servers answer: any bytes as status, headers and body; what is kept of them is short.
#include "diagnose/answer.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

// The first byte is the status, the first line WWW-Authenticate, the second Location, the third the
// type; the body is what follows.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace prefect_config;
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  RawAnswer raw;
  raw.status = size == 0 ? 200 : 100 + 2 * data[0];
  rest.remove_prefix(std::min<std::size_t>(1, size));
  const auto line = [&rest] {
    const auto end = std::min(rest.find('\n'), rest.size());
    const auto text = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return text;
  };
  raw.authenticate = line();
  raw.has_authenticate = !raw.authenticate.empty();
  raw.location = line();
  raw.content_type = line();
  raw.body = rest;
  Attempt attempt;
  take_answer(attempt, raw, [](std::string_view text) { return std::string(text); });
  constexpr std::size_t kLongest = 210;
  if (std::max(attempt.text.size(), attempt.realm.size()) > kLongest) std::abort();
  // As it came, for it has to be read; it is cut where it is shown.
  constexpr std::size_t kLongestLocation = 2000;
  if (attempt.location.size() > kLongestLocation) std::abort();
  if (attempt.body == Body::version && attempt.text.empty()) std::abort();
  (void)is_auth_success(rest);
  if (const auto list = workspaces_of(rest)) (void)is_listed(*list, raw.location);
  return 0;
}
