// Reading a JSON document whose shape is expected and not trusted: members, texts, lists; the first
// thing that is not as expected is remembered, and everything after it reads as empty.
//
// What it is not: a validator. What nobody asks for may be anything.
#pragma once

#include <prefect_config/value.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace prefect_config {

class DocumentNode {
 public:
  /// `problem` outlives the node and all that come from it.
  DocumentNode(const Value& value, std::string& problem) : value_(&value), problem_(&problem) {}

  /// A member that must be there.
  DocumentNode at(std::string_view key) const;
  /// A member that a document of another release may lack; null where it does.
  DocumentNode at_if(std::string_view key) const;
  bool is_null() const { return value_->is_none(); }

  std::string text() const;
  /// Empty where it is null.
  std::string text_or_null() const { return is_null() ? std::string() : text(); }
  bool boolean() const;
  /// A line or a column; 0 where it is null.
  std::uint32_t position() const;
  /// At most `most`: the document is refused beyond.
  std::vector<DocumentNode> items(std::size_t most) const;

  /// Says that this is not what was expected.
  void refuse(std::string_view expected) const;

 private:
  DocumentNode(const Value& value, std::string& problem, std::string where)
      : value_(&value), problem_(&problem), where_(std::move(where)) {}
  DocumentNode child(const Value& value, std::string_view step) const;

  const Value* value_;
  std::string* problem_;
  std::string where_;
};

}  // namespace prefect_config
