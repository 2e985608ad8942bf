#include "launch/placed_text.hpp"

#include "support/text.hpp"

#include <algorithm>
#include <filesystem>

namespace prefect_config {

void PlacedText::add(std::string_view bytes, std::size_t offset) {
  if (bytes.empty()) return;
  const bool goes_on = !pieces_.empty() && pieces_.back().whole == 0 &&
                       pieces_.back().begin + (text_.size() - pieces_.back().at) == offset;
  if (!goes_on) pieces_.push_back({text_.size(), offset, 0});
  text_ += bytes;
}

void PlacedText::add_at(std::string_view bytes, ByteSpan place) {
  if (bytes.empty()) return;
  const bool goes_on = !pieces_.empty() && pieces_.back().whole == place.size() &&
                       pieces_.back().begin == place.begin && place.size() != 0;
  // A place without bytes would look like one that goes on byte by byte.
  if (!goes_on)
    pieces_.push_back({text_.size(), place.begin, std::max<std::size_t>(place.size(), 1)});
  text_ += bytes;
}

void PlacedText::add(const PlacedText& other, std::size_t begin, std::size_t end) {
  end = std::min(end, other.size());
  if (begin >= end) return;
  const auto first = std::lower_bound(other.unknown_.begin(), other.unknown_.end(), begin);
  for (auto at = first; at != other.unknown_.end() && *at < end; ++at)
    unknown_.push_back(text_.size() + (*at - begin));
  const std::string_view bytes = other.text_;
  for (const auto* piece = other.piece_at(begin); begin < end; ++piece) {
    const bool is_last = piece + 1 == other.pieces_.data() + other.pieces_.size();
    const auto stop = is_last ? end : std::min(end, (piece + 1)->at);
    const auto part = bytes.substr(begin, stop - begin);
    if (piece->whole != 0) {
      add_at(part, {piece->begin, piece->begin + piece->whole});
    } else {
      add(part, piece->begin + (begin - piece->at));
    }
    begin = stop;
  }
}

const PlacedText::Piece* PlacedText::piece_at(std::size_t at) const {
  auto found =
      std::upper_bound(pieces_.begin(), pieces_.end(), at,
                       [](std::size_t value, const Piece& piece) { return value < piece.at; });
  if (found == pieces_.begin()) return nullptr;
  return &*std::prev(found);
}

ByteSpan PlacedText::place(std::size_t begin, std::size_t end) const {
  if (pieces_.empty()) return {};
  const auto* first = piece_at(begin);
  if (first == nullptr) return {};
  const auto start = first->whole != 0 ? first->begin : first->begin + (begin - first->at);
  if (begin >= end) return {start, start};
  const auto* last = piece_at(end - 1);
  const auto stop =
      last->whole != 0 ? last->begin + last->whole : last->begin + (end - 1 - last->at) + 1;
  return {start, std::max(start, stop)};
}

bool PlacedText::is_unknown(std::size_t begin, std::size_t end) const {
  const auto found = std::lower_bound(unknown_.begin(), unknown_.end(), begin);
  return found != unknown_.end() && (*found < end || (begin == end && *found == begin));
}

PlacedText PlacedText::part(std::size_t begin, std::size_t end) const {
  PlacedText result;
  result.add(*this, begin, end);
  return result;
}

TextLine line_at(std::string_view text, std::size_t at) {
  const auto line_end = std::min(text.find('\n', at), text.size());
  auto end = line_end;
  if (end > at && text[end - 1] == '\r') --end;
  return {at, end, std::min(line_end + 1, text.size())};
}

namespace {

// The lines below `|` or `>`, as the parser joined them: what it made of each line end stands in
// the text, and what it took away are blanks. Nothing where the two do not agree.
bool align_block(const YamlNode& scalar, std::string_view file, PlacedText& result) {
  const std::string_view text = scalar.text;
  auto at = line_at(file, scalar.begin).next;
  for (std::size_t done = 0; done < text.size();) {
    if (at >= file.size()) return false;
    const auto line = line_at(file, at);
    const auto content =
        line.begin + std::min(file.substr(line.begin, line.end - line.begin).find_first_not_of(' '),
                              line.end - line.begin);
    // Blanks at the start may belong to the text: they do where the rest does not fit otherwise.
    const auto blanks = std::min(text.find_first_not_of(' ', done), text.size()) - done;
    auto begin = content - std::min(blanks, content - line.begin);
    if (content == line.end) begin = std::max(begin, line.end - std::min(blanks, line.end - begin));
    const auto piece = file.substr(begin, line.end - begin);
    if (text.compare(done, piece.size(), piece) != 0) return false;
    result.add(piece, begin);
    done += piece.size();
    at = line.next;
    if (done == text.size()) break;
    const bool is_end = text[done] == '\n' || text[done] == ' ';
    // Of a folded block the first line end before empty lines is nothing.
    if (!is_end && piece.empty()) continue;
    if (!is_end) return false;
    result.add_at(text.substr(done, 1), {line.end, std::max(line.next, line.end)});
    ++done;
  }
  return true;
}

}  // namespace

PlacedText scalar_text(const YamlNode& scalar, std::string_view file_text) {
  const std::string_view text = scalar.text;
  const bool is_quoted = !scalar.is_plain && !scalar.is_block;
  const auto begin = scalar.begin + (is_quoted ? 1 : 0);
  if (scalar.is_block) {
    PlacedText aligned;
    if (align_block(scalar, file_text, aligned)) return aligned;
  } else if (begin <= file_text.size() && file_text.compare(begin, text.size(), text) == 0) {
    return {text, begin};
  }
  PlacedText whole;
  whole.add_at(text, {scalar.begin, std::max(scalar.end, scalar.begin + 1)});
  return whole;
}

std::string path_beside(std::string_view file, std::string_view path) {
  return (std::filesystem::path(file).parent_path() / path).lexically_normal().string();
}

}  // namespace prefect_config
