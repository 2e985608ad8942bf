// One inspection through every renderer, for fuzz targets: nothing may crash, and JSON must be
// JSON.
#pragma once

#include "../unit/memory_files.hpp"

#include <nlohmann/json.hpp>

#include <cstdlib>
#include <string>

namespace prefect_config::testing {

inline void must_be_json(const std::string& text) {
  if (!nlohmann::json::accept(text)) std::abort();
}

// What a value could bring in.
inline void must_be_inert(const std::string& page) {
  for (const auto* part : {"<script", "<img", "<iframe", "-->"}) {
    if (page.find(part) != std::string::npos) std::abort();
  }
  if (page.find("</style") != page.rfind("</style")) std::abort();
}

inline void inspect_everything(const Launch& launch) {
  const auto inspection = inspect(launch);
  for (const auto secrets : {Disclosure::masked, Disclosure::shown}) {
    const ViewOptions options{true, true, secrets};
    (void)view_text(inspection, options);
    (void)view_prefect(inspection, options);
    must_be_json(view_json(inspection, options));
    const auto plans = plan_auth(inspection);
    must_be_inert(view_html(inspection, options));
    must_be_inert(explain_html(inspection, plans, secrets));
    (void)explain_text(inspection, plans, secrets);
    must_be_json(explain_json(inspection, plans, secrets));
    const auto side = side_of_launch(inspection, plans, {});
    const auto diff = compare_sides(side, side);
    if (diff.sides() == Same::no) std::abort();
    must_be_json(diff_json(diff, secrets));
    (void)check_credentials(inspection, plans);
    for (const auto& resolved : inspection.resolution.settings) {
      if (!resolved.winner && resolved.rejected.empty()) continue;
      (void)why_text(inspection, resolved, secrets);
      must_be_json(why_json(inspection, resolved, secrets));
    }
  }
  must_be_inert(doctor_html(inspection, nullptr));
  for (const auto& finding : inspection.findings) (void)finding_text(inspection, finding);
}

}  // namespace prefect_config::testing
