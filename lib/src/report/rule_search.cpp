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
// What stands there as code: the text itself.
constexpr double kShownWeight = 1;
constexpr double kOtherWeight = 0.25;
constexpr Section kSections[] = {
    {kShown, 0.5},
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
// A word of more than this share is one of the sentences that many causes show: it tells none from
// another, so runs leave it out, and a question with others does not ask for it.
constexpr double kFrequent = 1.0 / 5;
// Below this words in a row are chance, and nothing is alike.
// Worked out on what failing clients print (tests/docs/check_search.py) and on what has nothing to
// do with it (tests/unit/report/test_rule_search.cpp).
constexpr double kLeastRun = 6.5;
// Beside a page that is alike, one with this share of its row of words is, too.
constexpr double kBesideBest = 0.5;
// A text of no more words than this is a question, whose words may stand apart; each must be known.
constexpr std::size_t kMostAsked = 5;
// Of no more words, where they are all among those that many causes show.
constexpr std::size_t kMostFrequent = 3;
// A line as long as this can be a question.
constexpr std::size_t kLongestQuestion = 200;
// What a word of a question counts more where the rule itself has it: in its title, and in its
// message or help.
constexpr double kAskedInTitle = 1;
constexpr double kAskedInMessage = 0.5;

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

// A line of a log without time, level and logger: `13:02:11.402 | ERROR | prefect.runner - …`.
std::string_view without_head_of_log(std::string_view line) {
  constexpr std::string_view kLevel = " | ";
  constexpr std::string_view kLogger = " - ";
  const auto level = line.rfind(kLevel);
  if (level == std::string_view::npos) return line;
  const auto logger = line.find(kLogger, level);
  return logger == std::string_view::npos ? line : line.substr(logger + kLogger.size());
}

struct Part {
  std::size_t begin;
  std::size_t length;
};

// The first part in quotation marks, with them; at the end, and empty, where there is none. An
// apostrophe within a word is no mark.
Part next_quoted(std::string_view text) {
  constexpr std::string_view kMarks = "'\"`";
  const auto is_letter_at = [text](std::size_t at) {
    return at < text.size() && is_letter_or_digit(text[at]);
  };
  for (auto begin = text.find_first_of(kMarks); begin < text.size();
       begin = text.find_first_of(kMarks, begin + 1)) {
    if (begin > 0 && is_letter_at(begin - 1)) continue;
    auto end = text.find(text[begin], begin + 1);
    while (end < text.size() && is_letter_at(end + 1)) end = text.find(text[begin], end + 1);
    if (end < text.size()) return {begin, end + 1 - begin};
  }
  return {text.size(), 0};
}

// The pages as words: which page has which, how much each counts there, and what Prefect shows in
// its order.
class Index {
 public:
  explicit Index(const std::vector<PageOfRule>& pages) : pages_(pages) {
    for (std::size_t page = 0; page < pages.size(); ++page) add(page);
    weigh();
  }

  /// One score a page, 0 where the page is not alike. To be asked once.
  std::vector<double> scores(std::string_view text) {
    std::vector<double> scores(pages_.size());
    Runs runs(*this);
    std::vector<WordId> asked;
    std::vector<WordId> frequent;
    Words words(text);
    for (auto next = words.next(); !next.empty(); next = words.next()) {
      const auto found = ids_.find(next);
      if (found == ids_.end()) continue;
      auto& word = words_[found->second];
      if (word.rareness == 0) continue;
      if (!word.is_asked) (word.is_frequent ? frequent : asked).push_back(found->second);
      word.is_asked = true;
      if (!word.is_frequent) runs.add(word);
    }
    const auto question = question_of(text);
    const bool is_question =
        !question.has_own && question.count > 0 && question.count <= kMostAsked;
    if (is_question && asked.empty() && question.count <= kMostFrequent) asked.swap(frequent);
    // What Prefect shows can be as short as that, and stands in a row.
    const auto shows = question.telling > 1 ? runs.ending(question.telling) : std::vector<bool>();
    for (const auto* ids : {&asked, &frequent}) {
      for (const auto id : *ids) {
        const auto& word = words_[id];
        for (const auto& [page, weight] : word.pages) scores[page] += word.rareness * weight;
      }
    }
    const auto least = least_run(runs.heaviest);
    for (std::size_t page = 0; page < scores.size(); ++page) {
      const bool is_alike = runs.heaviest[page] >= least || is_named(asked, page) ||
                            (is_question && answers(asked, page)) ||
                            (!shows.empty() && shows[page]);
      scores[page] = is_alike ? scores[page] + kRunWeight * runs.heaviest[page] : 0;
      if (is_alike && is_question) scores[page] += of_rule(asked, page) + of_rule(frequent, page);
    }
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
    std::vector<std::size_t> stands_at;                 ///< in `places_`
    double rareness = 0;
    bool is_frequent = false;
    bool is_asked = false;

    double weight_in(std::size_t page) const {
      const auto found = std::lower_bound(
          pages.begin(), pages.end(), page,
          [](const auto& each, std::size_t wanted) { return each.first < wanted; });
      return found == pages.end() || found->first != page ? 0 : found->second;
    }
  };

  // A word of a page; what has no word keeps apart what stands before and behind it.
  struct Place {
    std::size_t page;
    double weight;
  };
  struct PlacedWord {
    std::size_t page;
    std::optional<WordId> id;
    double weight;
  };

  // The heaviest row of words that stands in a text as it stands in a page.
  struct Runs {
    struct Run {
      std::size_t ends_at = 0;  ///< number of the text's word that it ends with
      std::size_t length = 0;
      double weight = 0;
    };

    explicit Runs(const Index& index)
        : heaviest(index.pages_.size()), places(index.places_), runs(index.places_.size() + 1) {}

    // The run that ends with this word at `place` goes on from the one that ended before it; from
    // the last place to the first, so that none goes on from itself.
    void add(const Word& word) {
      ++count;
      for (auto place = word.stands_at.rbegin(); place != word.stands_at.rend(); ++place) {
        const auto& before = runs[*place];
        // A word between can be one's own, as the name of a pool.
        const bool goes_on = before.length > 0 && before.ends_at + 2 >= count;
        const auto weight = word.rareness * places[*place].weight;
        Run run{count, 1, weight};
        if (goes_on) run = {count, before.length + 1, before.weight + weight};
        runs[*place + 1] = run;
        auto& most = heaviest[places[*place].page];
        if (run.length > 1) most = std::max(most, run.weight);
      }
    }

    // The pages that show the text's last words, so many, in a row.
    std::vector<bool> ending(std::size_t length) const {
      std::vector<bool> found(heaviest.size());
      for (std::size_t place = 0; place < places.size(); ++place) {
        const auto& run = runs[place + 1];
        if (run.ends_at == count && run.length >= length && places[place].weight == kShownWeight)
          found[places[place].page] = true;
      }
      return found;
    }

    std::vector<double> heaviest;  ///< one a page
    const std::vector<Place>& places;
    std::vector<Run> runs;  ///< that which ends at a place is one behind it
    std::size_t count = 0;
  };

  // How heavy a page's row of words must be.
  static double least_run(const std::vector<double>& heaviest) {
    const auto best = std::max_element(heaviest.begin(), heaviest.end());
    if (best == heaviest.end() || *best < kLeastRun) return kLeastRun;
    return std::min(kLeastRun, *best * kBesideBest);
  }

  struct Question {
    std::size_t count = 0;    ///< of its words; 0: it is none
    std::size_t telling = 0;  ///< those that stand in runs, and are not quoted
    bool has_own = false;     ///< what is not known, in quotation marks
  };

  // A short text of which each word is known, but for what it has in quotation marks.
  Question question_of(std::string_view text) const {
    Question question;
    text = without_head_of_log(text);
    if (text.size() > kLongestQuestion) return question;
    while (!text.empty()) {
      const auto quoted = next_quoted(text);
      const bool is_known = add_words(text.substr(0, quoted.begin), false, question) &&
                            add_words(text.substr(quoted.begin, quoted.length), true, question);
      if (!is_known) return {};
      text.remove_prefix(quoted.begin + quoted.length);
    }
    return question;
  }

  bool add_words(std::string_view text, bool is_quoted, Question& question) const {
    Words words(text);
    for (auto next = words.next(); !next.empty(); next = words.next()) {
      const auto found = ids_.find(next);
      if (found == ids_.end()) {
        if (!is_quoted) return false;
        question.has_own = true;
        continue;
      }
      ++question.count;
      const auto& word = words_[found->second];
      if (word.rareness > 0 && !word.is_frequent && !is_quoted) ++question.telling;
    }
    return true;
  }

  // Whether a word of the text is the rule's code.
  bool is_named(const std::vector<WordId>& asked, std::size_t page) const {
    return std::any_of(asked.begin(), asked.end(),
                       [&](WordId id) { return words_[id].weight_in(page) >= kCodeWeight; });
  }

  // Whether each word of a question is in what Prefect shows, or in what the rule is.
  bool answers(const std::vector<WordId>& asked, std::size_t page) const {
    return !asked.empty() && std::all_of(asked.begin(), asked.end(), [&](WordId id) {
      return words_[id].weight_in(page) >= kRuleWeight;
    });
  }

  // What the words of a question count more as the rule's own.
  double of_rule(const std::vector<WordId>& asked, std::size_t page) const {
    const auto& rule = *pages_[page].rule;
    double weight = 0;
    for (const auto& [text, share] :
         {std::pair(rule.title, kAskedInTitle), std::pair(rule.message, kAskedInMessage),
          std::pair(rule.help, kAskedInMessage)}) {
      std::vector<WordId> counted;
      Words words(text);
      for (auto next = words.next(); !next.empty(); next = words.next()) {
        const auto id = ids_.find(next)->second;
        if (std::find(asked.begin(), asked.end(), id) == asked.end() ||
            std::find(counted.begin(), counted.end(), id) != counted.end())
          continue;
        counted.push_back(id);
        weight += share * words_[id].rareness;
      }
    }
    return weight;
  }

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
      // A code is not a part of a text.
      if (weight <= kShownWeight) sequence_.push_back({page, id, weight});
    }
  }

  void add_break(std::size_t page) { sequence_.push_back({page, std::nullopt, 0}); }

  // A line in which code begins and ends; it can go on in the next one.
  void add_line(std::size_t page, std::string_view line, double weight, bool& is_code) {
    for (;;) {
      const auto end = std::min(line.find('`'), line.size());
      add_text(page, line.substr(0, end), is_code ? kShownWeight : weight);
      if (end == line.size()) break;
      line.remove_prefix(end + 1);
      is_code = !is_code;
      add_break(page);
    }
    if (!is_code) add_break(page);
  }

  void add(std::size_t page) {
    const auto& rule = *pages_[page].rule;
    add_text(page, rule.code, kCodeWeight);
    for (const auto text : {rule.title, rule.message, rule.help}) {
      add_text(page, text, kRuleWeight);
      add_break(page);
    }
    double weight = kOtherWeight;
    bool is_shown = false;
    bool is_block = false;
    bool is_code = false;
    for (auto rest = pages_[page].page; !rest.empty();) {
      const auto line = next_line(rest);
      if (const auto heading = heading_of(line)) {
        weight = weight_of(*heading);
        is_shown = *heading == kShown;
      } else if (starts_with(line, "```")) {
        is_block = !is_block;
      } else if (is_shown && !is_block) {
        is_code = is_code && !line.empty();
        add_line(page, line, weight, is_code);
      } else {
        add_text(page, line, is_shown ? kShownWeight : weight);
        add_break(page);
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
      word.is_frequent = word.pages.size() > 1 && many > all * kFrequent;
    }
    for (const auto& [page, id, weight] : sequence_) {
      if (id && (words_[*id].rareness == 0 || words_[*id].is_frequent)) continue;
      if (id) words_[*id].stands_at.push_back(places_.size());
      places_.push_back({page, weight});
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
  std::vector<PlacedWord> sequence_;  ///< every page's words, in order
  std::vector<Place> places_;         ///< of it, the words that say something
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
    if (scores[page] > 0) order.push_back(page);
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
