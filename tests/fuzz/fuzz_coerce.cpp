// Coercion of any bytes: no crash, exactly one outcome, the same one twice. The first byte picks
// the setting, the second where the value comes from, the rest is the text.

#include <prefect_config/registry.hpp>

#include "resolve/coerce.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace prefect_config;

void require(bool holds) {
  if (!holds) {
    std::abort();
  }
}

CoerceContext context_of(std::uint8_t kind) {
  CoerceContext context;
  context.user_home = "/home/me";
  context.prefect_home = "/home/me/.prefect";
  context.from_text = kind % 4 == 0;
  context.from_profile = kind % 4 == 1;
  context.from_group = kind % 4 == 2;
  return context;
}

/// The outcome as text, which also tells nan from a number.
std::string outcome(const Coerced& coerced) {
  if (coerced.value) {
    return coerced.value->repr() + coerced.value->str() + coerced.value->json();
  }
  return coerced.refusal ? coerced.refusal->type : "nothing";
}

void check(const Setting& setting, const Value& written, const CoerceContext& context) {
  const Coerced first = coerce(setting, written, context);
  const int outcomes =
      int{first.value.has_value()} + int{first.refusal.has_value()} + int{first.nothing};
  require(outcomes == 1);
  require(outcome(first) == outcome(coerce(setting, written, context)));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) {
    return 0;
  }
  static const Registry registry(newest_version());
  const Setting& setting = *registry.settings()[data[0] % registry.size()];
  const std::string text(reinterpret_cast<const char*>(data) + 2, size - 2);
  check(setting, text, context_of(data[1]));
  return 0;
}
