// A saved explanation, hostile: it is refused, or compared with itself and with a launch; nothing
// crashes, what is the same with itself is never called different, and JSON is JSON.
#include "inspect_everything.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <variant>

namespace {

using namespace prefect_config;

const DiffSide& launch_side() {
  static const testing::MemoryFiles files;
  static const DiffSide side = [] {
    const auto inspection =
        inspect(testing::launch_of(files, {{"PREFECT_API_URL", "http://h/api"},
                                           {"PREFECT_API_KEY", "k"},
                                           {"PREFECT_CLIENT_CUSTOM_HEADERS", "{\"X\": \"1\"}"}}));
    return side_of_launch(inspection, plan_auth(inspection), {});
  }();
  return side;
}

void report(const Diff& diff) {
  for (const auto secrets : {Disclosure::masked, Disclosure::shown}) {
    (void)diff_text(diff, secrets);
    testing::must_be_json(diff_json(diff, secrets));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto read = side_of_document(text, "saved.json");
  const auto* side = std::get_if<DiffSide>(&read);
  if (!side) return 0;
  const auto itself = compare_sides(*side, *side);
  if (itself.sides() == Same::no) std::abort();
  report(itself);
  report(compare_sides(*side, launch_side()));
  report(compare_sides(launch_side(), *side));
  return 0;
}
