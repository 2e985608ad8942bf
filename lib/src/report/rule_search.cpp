#include "report/rule_search.hpp"

#include "report/json_writer.hpp"
#include "report/names.hpp"
#include "report/rules.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <optional>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace prefect_config {
namespace {

// What stands below a heading of a page, and how much a word of it counts.
struct Section {
  std::string_view heading;
  double weight;
};
constexpr std::string_view kShown = "What Prefect itself shows";
constexpr double kShownWeight = 1;
constexpr double kOtherWeight = 0.25;
constexpr Section kSections[] = {
    {kShown, kShownWeight},
    {"What it means", 0.5},
};
// Title, message and help of the rule.
constexpr double kRuleWeight = 0.5;
// Its code, which a finding of ours has in front.
constexpr double kCodeWeight = 10;
// What words in a row count more than the same words apart.
constexpr double kRunWeight = 2;
// What a number counts more than a word as rare: 403 and 404 are two causes in the same sentence.
constexpr double kNumberWeight = 2;
// A word of more than this share of the pages says nothing; pages count as their word does.
constexpr double kCommon = 1.0 / 3;
// Below this nothing is alike.
constexpr double kLeastScore = 1;

// The words of a text that can say something, one after the other, in lower case: letters, digits
// and `_`. Left out: scheme and host of an address, what is longer than words are, single letters,
// and numbers of one or two digits, of which releases are made.
class Words {
 public:
  explicit Words(std::string_view text) : rest_(text) {}

  /// The next one, which is good until the next call; empty at the end.
  std::string_view next() {
    while (!rest_.empty()) {
      if (!is_of_word(rest_.front())) {
        skip_to_word();
        continue;
      }
      std::size_t length = 1;
      while (length < rest_.size() && is_of_word(rest_[length])) ++length;
      const auto word = rest_.substr(0, length);
      rest_.remove_prefix(length);
      if (says_something(word) && !starts_with(rest_, kAuthority)) {
        std::transform(word.begin(), word.end(), word_.begin(), ascii_lower);
        return {word_.data(), length};
      }
    }
    return {};
  }

 private:
  static constexpr std::size_t kLongest = 40;
  static constexpr std::string_view kAuthority = "://";

  static bool is_of_word(char c) { return is_letter_or_digit(c) || c == '_'; }

  static bool says_something(std::string_view word) {
    constexpr std::size_t kShortestNumber = 3;
    if (word.size() < 2 || word.size() > kLongest) return false;
    return word.size() >= kShortestNumber || !std::all_of(word.begin(), word.end(), is_digit);
  }

  void skip_to_word() {
    constexpr std::string_view kEndOfAuthority = "/?#'\"`<>)]} \t\r\n";
    if (starts_with(rest_, kAuthority)) {
      rest_.remove_prefix(kAuthority.size());
      rest_.remove_prefix(std::min(rest_.find_first_of(kEndOfAuthority), rest_.size()));
    } else {
      rest_.remove_prefix(1);
    }
  }

  std::string_view rest_;
  std::array<char, kLongest> word_{};
};

using WordId = std::uint32_t;

struct Hash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>()(text);
  }
};

std::string_view next_line(std::string_view& text) {
  const auto end = std::min(text.find('\n'), text.size());
  const auto line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

// The heading that a line is, of those that divide a page.
std::optional<std::string_view> heading_of(std::string_view line) {
  constexpr std::string_view kMark = "## ";
  if (!starts_with(line, kMark)) return std::nullopt;
  return line.substr(kMark.size());
}

double weight_of(std::string_view heading) {
  for (const auto& section : kSections) {
    if (section.heading == heading) return section.weight;
  }
  return kOtherWeight;
}

// The pages as words: which page has which, how much each counts there, and what Prefect shows in
// its order.
class Index {
 public:
  explicit Index(const std::vector<PageOfRule>& pages) : pages_(pages) {
    for (std::size_t page = 0; page < pages.size(); ++page) add(page);
    weigh();
  }

  /// One score a page. To be asked once.
  std::vector<double> scores(std::string_view text) {
    std::vector<double> scores(pages_.size());
    Runs runs(*this);
    Words words(text);
    for (auto next = words.next(); !next.empty(); next = words.next()) {
      const auto found = ids_.find(next);
      if (found == ids_.end()) continue;
      auto& word = words_[found->second];
      if (word.rareness == 0) continue;
      if (!word.is_asked) {
        for (const auto& [page, weight] : word.pages) scores[page] += word.rareness * weight;
      }
      word.is_asked = true;
      if (!word.shown_at.empty()) runs.add(word);
    }
    for (std::size_t page = 0; page < scores.size(); ++page)
      scores[page] += kRunWeight * runs.heaviest[page];
    return scores;
  }

  /// How many of the pages refer to this one.
  std::size_t references(std::size_t page) const {
    const auto link = "](" + std::string(pages_[page].rule->code) + ".md)";
    return static_cast<std::size_t>(
        std::count_if(pages_.begin(), pages_.end(), [&link](const PageOfRule& other) {
          return other.page.find(link) != std::string_view::npos;
        }));
  }

  /// The line of a page that has most of the words last asked for: of what Prefect shows where
  /// there is one, else of all.
  std::string_view likest_line(std::size_t page) const {
    std::string_view best = pages_[page].rule->title;
    double most = 0;
    bool is_shown = false;
    bool best_is_shown = false;
    for (auto rest = pages_[page].page; !rest.empty();) {
      const auto line = next_line(rest);
      if (const auto heading = heading_of(line)) {
        is_shown = *heading == kShown;
        continue;
      }
      // The page's own heading says what the title does.
      if (starts_with(line, "#")) continue;
      const auto rareness = rareness_of(line);
      const bool is_better = is_shown == best_is_shown ? rareness > most : is_shown;
      if (rareness == 0 || !is_better) continue;
      best = line;
      most = rareness;
      best_is_shown = is_shown;
    }
    return best;
  }

 private:
  struct Word {
    std::vector<std::pair<std::size_t, double>> pages;  ///< with how much it counts there
    std::vector<std::size_t> shown_at;                  ///< places in `shown_`
    double rareness = 0;
    bool is_asked = false;
  };

  // The heaviest row of words that stands in a text as it stands in what Prefect shows.
  struct Runs {
    struct Run {
      std::size_t ends_at = 0;  ///< number of the text's word that it ends with
      std::size_t length = 0;
      double weight = 0;
    };

    explicit Runs(const Index& index)
        : heaviest(index.pages_.size()), page_at(index.shown_), runs(index.shown_.size() + 1) {}

    // The run that ends with this word at `place` goes on from the one that ended before it; from
    // the last place to the first, so that none goes on from itself.
    void add(const Word& word) {
      ++count;
      for (auto place = word.shown_at.rbegin(); place != word.shown_at.rend(); ++place) {
        const auto& before = runs[*place];
        const bool goes_on = before.length > 0 && before.ends_at + 1 == count;
        Run run{count, 1, word.rareness};
        if (goes_on) run = {count, before.length + 1, before.weight + word.rareness};
        runs[*place + 1] = run;
        auto& most = heaviest[page_at[*place]];
        if (run.length > 1) most = std::max(most, run.weight);
      }
    }

    std::vector<double> heaviest;  ///< one a page
    const std::vector<std::size_t>& page_at;
    std::vector<Run> runs;  ///< that which ends at a place is one behind it
    std::size_t count = 0;
  };

  WordId id_of(std::string_view word) {
    const auto found = ids_.find(word);
    if (found != ids_.end()) return found->second;
    words_.emplace_back();
    return ids_.emplace(word, static_cast<WordId>(words_.size() - 1)).first->second;
  }

  void add_text(std::size_t page, std::string_view text, double weight) {
    Words words(text);
    for (auto next = words.next(); !next.empty(); next = words.next()) {
      const auto id = id_of(next);
      auto& word = words_[id];
      if (word.pages.empty() || word.pages.back().first != page) word.pages.emplace_back(page, 0);
      word.pages.back().second = std::max(word.pages.back().second, weight);
      if (weight == kShownWeight) sequence_.emplace_back(page, id);
    }
  }

  void add(std::size_t page) {
    const auto& rule = *pages_[page].rule;
    add_text(page, rule.code, kCodeWeight);
    for (const auto text : {rule.title, rule.message, rule.help}) add_text(page, text, kRuleWeight);
    double weight = kOtherWeight;
    for (auto rest = pages_[page].page; !rest.empty();) {
      const auto line = next_line(rest);
      if (const auto heading = heading_of(line)) {
        weight = weight_of(*heading);
      } else {
        add_text(page, line, weight);
      }
    }
  }

  // Rareness, and the order of the words that say something.
  void weigh() {
    const auto all = static_cast<double>(pages_.size());
    for (const auto& [text, id] : ids_) {
      auto& word = words_[id];
      double many = 0;
      for (const auto& [page, weight] : word.pages) many += weight;
      if (word.pages.size() == 1 || many <= all * kCommon)
        word.rareness = std::log((all + 1) / many) * (is_digit(text.front()) ? kNumberWeight : 1);
    }
    std::size_t last = pages_.size();
    for (const auto& [page, id] : sequence_) {
      if (words_[id].rareness == 0) continue;
      // A place that has no word keeps the pages apart.
      if (page != last) shown_.push_back(page);
      last = page;
      words_[id].shown_at.push_back(shown_.size());
      shown_.push_back(page);
    }
  }

  double rareness_of(std::string_view line) const {
    double rareness = 0;
    std::vector<WordId> counted;
    Words words(line);
    for (auto next = words.next(); !next.empty(); next = words.next()) {
      const auto found = ids_.find(next);
      if (found == ids_.end() || !words_[found->second].is_asked) continue;
      if (std::find(counted.begin(), counted.end(), found->second) != counted.end()) continue;
      counted.push_back(found->second);
      rareness += words_[found->second].rareness;
    }
    return rareness;
  }

  const std::vector<PageOfRule>& pages_;
  std::unordered_map<std::string, WordId, Hash, std::equal_to<>> ids_;
  std::vector<Word> words_;
  std::vector<std::pair<std::size_t, WordId>> sequence_;  ///< what Prefect shows, page by page
  std::vector<std::size_t> shown_;                        ///< the page of each place
};

std::string_view without_blanks_around(std::string_view line) {
  const auto begin = line.find_first_not_of(' ');
  if (begin == std::string_view::npos) return {};
  return line.substr(begin, line.find_last_not_of(' ') + 1 - begin);
}

}  // namespace

std::vector<RuleMatch> search_rules(const std::vector<PageOfRule>& pages, std::string_view text,
                                    std::size_t most) {
  Index index(pages);
  const auto scores = index.scores(text);
  const auto scaled = [&](std::size_t page) {
    constexpr double kScale = 10;
    return static_cast<std::uint32_t>(std::lround(scores[page] * kScale));
  };
  std::vector<std::size_t> order;
  for (std::size_t page = 0; page < pages.size(); ++page) {
    if (scores[page] >= kLeastScore) order.push_back(page);
  }
  // Of what is as like as another the more severe; then what other pages refer to, which is the
  // usual cause.
  const auto rank = [&](std::size_t page) {
    return std::tuple(-std::int64_t{scaled(page)}, pages[page].rule->severity,
                      -static_cast<std::int64_t>(index.references(page)));
  };
  std::vector<decltype(rank(0))> ranks;
  ranks.reserve(pages.size());
  for (std::size_t page = 0; page < pages.size(); ++page) ranks.push_back(rank(page));
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t left, std::size_t right) { return ranks[left] < ranks[right]; });
  if (order.size() > most) order.resize(most);
  std::vector<RuleMatch> matches;
  matches.reserve(order.size());
  for (const auto page : order) {
    matches.push_back(
        {pages[page].rule, scaled(page), without_blanks_around(index.likest_line(page))});
  }
  return matches;
}

std::string rule_matches_text(const std::vector<RuleMatch>& matches, std::size_t width) {
  constexpr std::size_t kIndent = 4;
  std::vector<const Rule*> rules;
  rules.reserve(matches.size());
  for (const auto& match : matches) rules.push_back(match.rule);
  auto text = rules_text(rules, width);
  if (matches.empty()) return text;
  const auto line = wrapped(matches.front().line, kIndent, kIndent, width);
  // The first rule may have several lines.
  const auto end =
      rules.size() == 1 ? text.size() : text.find('\n' + std::string(rules[1]->code)) + 1;
  return text.insert(end, std::string(kIndent, ' ') + line + '\n');
}

std::string rule_matches_json(const std::vector<RuleMatch>& matches) {
  JsonWriter json(Disclosure::shown);
  json.begin_object();
  json.key("schema").value("prefect-config/rules-search/v1");
  json.key("matches").begin_array();
  for (const auto& match : matches) {
    json.begin_object();
    json.key("code").value(match.rule->code);
    json.key("severity").value(severity_word(match.rule->severity));
    json.key("title").value(match.rule->title);
    json.key("docs").value(page_name(match.rule->code));
    json.key("score").value(match.score);
    json.key("line").value(match.line);
    json.end_object();
  }
  json.end_array();
  json.end_object();
  return json.take();
}

}  // namespace prefect_config
