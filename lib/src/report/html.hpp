// Pages for people who would rather look than read: the frame of a page, and text made inert in it.
//
// A page is one file: no script, no request, no font, and the style inside. Its Content-Security-
// Policy lets nothing else in but that style, named by its digest. What is folded is `<details>`.
// Parts of pages are functions that write into an `Html`, a file a subject (html_ladder.cpp, ...).
//
// What it is not: a template language. Markup is text of ours; whatever comes from a launch, a file
// or a server goes through `text`, which masks, makes visible, cuts and escapes it.
//
// To add a page: a file report/html_NAME.cpp that ends in `html_page`, its function in report.hpp
// or report/lint.hpp, a call in tests/unit/report/test_leaks.cpp, a row of
// tests/html/situations.py. To add a component: its class in report/html/report.css, and a line in
// the list at its top.
#pragma once

#include <prefect_config/report.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace prefect_config {

/// The style of every page: report/html/report.css, taken in while building.
extern const std::string_view kReportCss;

class Html {
 public:
  explicit Html(Disclosure secrets) : secrets_(secrets) {}

  Disclosure secrets() const { return secrets_; }

  /// Markup, or words of ours without a character that markup knows.
  Html& raw(std::string_view markup) {
    page_ += markup;
    return *this;
  }
  /// Any text: what looks like a secret is masked unless secrets are to be shown, control
  /// characters and those that reorder text become visible, a huge one is cut and its length said.
  Html& text(std::string_view text);
  /// The same of a message, in which what stands between backticks is typed.
  Html& words(std::string_view text);
  /// The same, apart from the text around it whichever way it is written.
  Html& name(std::string_view text) { return element("bdi", text); }
  /// The same, as something that is typed.
  Html& code(std::string_view text) { return element("code", text); }
  Html& number(std::size_t number) { return raw(std::to_string(number)); }

  /// The term and what it is, of a `<dl class="facts">`.
  Html& fact(std::string_view term, std::string_view description);

  const std::string& str() const { return page_; }

 private:
  Html& element(std::string_view tag, std::string_view text);
  std::string made_safe(std::string_view text, std::size_t& all) const;
  Html& end_of_cut(std::size_t all);

  Disclosure secrets_;
  std::string page_;
};

/// The page: `header` stands above `main`. `title` and `command` are words of ours.
std::string html_page(std::string_view title, std::string_view command, const Html& header,
                      const Html& main);

}  // namespace prefect_config
