#include "report/html.hpp"

#include "sources/mask.hpp"
#include "support/base64.hpp"
#include "support/digest.hpp"
#include "support/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace prefect_config {
namespace {

// Nobody reads on: the value itself is in its file, and in JSON.
constexpr std::size_t kLongest = 2000;

void append_escaped(std::string& page, std::string_view text) {
  for (const char c : text) {
    switch (c) {
    case '&':
      page += "&amp;";
      break;
    case '<':
      page += "&lt;";
      break;
    case '>':
      page += "&gt;";
      break;
    case '"':
      page += "&quot;";
      break;
    case '\'':
      page += "&#39;";
      break;
    case '#':
      // CI systems know commands in logs by `##[` and `##vso[`, also where a page is printed there.
      page += !page.empty() && page.back() == '#' ? "&#35;" : "#";
      break;
    default:
      page += c;
    }
  }
}

std::size_t count_code_points(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

// `1,048,576`
std::string grouped(std::size_t number) {
  auto digits = std::to_string(number);
  for (auto at = digits.size(); at > 3; digits.insert(at, 1, ',')) at -= 3;
  return digits;
}

// A policy names the style by its digest, so that not even a style of a value's could count.
std::string security_policy() {
  return "default-src 'none'; style-src 'sha256-" + base64(sha256(kReportCss)) +
         "'; base-uri 'none'; form-action 'none'";
}

}  // namespace

// Masked, visible, and cut: `all` is how many characters there were then, 0 where nothing was cut.
std::string Html::made_safe(std::string_view text, std::size_t& all) const {
  auto shown = printable(secrets_ == Disclosure::shown ? std::string(text) : mask_text(text));
  all = 0;
  if (shown.size() <= kLongest) return shown;
  const auto cut = bytes_of_code_points(shown, kLongest);
  if (cut < shown.size()) {
    all = count_code_points(shown);
    shown.resize(cut);
  }
  return shown;
}

Html& Html::end_of_cut(std::size_t all) {
  if (all != 0)
    page_ +=
        fmt::format("… <small class=\"cut\">cut here; {} characters in all</small>", grouped(all));
  return *this;
}

Html& Html::text(std::string_view text) {
  std::size_t all = 0;
  append_escaped(page_, made_safe(text, all));
  return end_of_cut(all);
}

Html& Html::words(std::string_view text) {
  std::size_t all = 0;
  const auto shown = made_safe(text, all);
  page_ += "<bdi>";
  for (std::string_view rest = shown; !rest.empty();) {
    const auto begin = rest.find('`');
    const auto end = begin == std::string_view::npos ? begin : rest.find('`', begin + 1);
    if (end == std::string_view::npos) {
      append_escaped(page_, rest);
      break;
    }
    append_escaped(page_, rest.substr(0, begin));
    page_ += "<code>";
    append_escaped(page_, rest.substr(begin + 1, end - begin - 1));
    page_ += "</code>";
    rest.remove_prefix(end + 1);
  }
  end_of_cut(all);
  return raw("</bdi>");
}

Html& Html::element(std::string_view tag, std::string_view text) {
  const bool isolates = tag != "bdi";
  if (isolates) page_ += "<bdi>";
  page_ += fmt::format("<{}>", tag);
  this->text(text);
  page_ += fmt::format("</{}>", tag);
  if (isolates) page_ += "</bdi>";
  return *this;
}

Html& Html::fact(std::string_view term, std::string_view description) {
  raw("<div><dt>").text(term).raw("</dt><dd>").name(description);
  return raw("</dd></div>\n");
}

std::string html_page(std::string_view title, std::string_view command, const Html& header,
                      const Html& main) {
  std::string page = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\" dir=\"ltr\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n"
      "<meta name=\"referrer\" content=\"no-referrer\">\n"
      "<meta name=\"robots\" content=\"noindex\">\n"
      "<title>{} · prefect-config</title>\n<style>",
      security_policy(), title);
  page += kReportCss;
  page += fmt::format(
      "</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#main\">Skip to the content</a>\n"
      "<header class=\"page-head\">\n<p class=\"product\">prefect-config {}</p>\n<h1>{}</h1>\n",
      command, title);
  page += header.str();
  if (header.secrets() == Disclosure::shown)
    page += "<p class=\"note warning\"><strong>This page shows secrets.</strong> It was made with "
            "--show-secrets: do not pass it on.</p>\n";
  page += "</header>\n<main id=\"main\" tabindex=\"-1\">\n";
  page += main.str();
  page += fmt::format(
      "</main>\n<footer class=\"page-foot\">\n<p>Made by prefect-config {}. {} This page "
      "loads nothing.</p>\n</footer>\n</body>\n</html>\n",
      PREFECT_CONFIG_VERSION,
      header.secrets() == Disclosure::shown ? "Secrets are shown." : "Secrets are masked.");
  return page;
}

}  // namespace prefect_config
