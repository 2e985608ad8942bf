#include "diff/document.hpp"

#include <charconv>

namespace prefect_config {
namespace {

const Value kNull;

}  // namespace

DocumentNode DocumentNode::child(const Value& value, std::string_view step) const {
  return {value, *problem_, where_ + std::string(step)};
}

void DocumentNode::refuse(std::string_view expected) const {
  if (!problem_->empty()) return;
  *problem_ = (where_.empty() ? "it" : '`' + where_ + '`') + " is not " + std::string(expected);
}

DocumentNode DocumentNode::at(std::string_view key) const {
  const auto* dict = value_->get<Dict>();
  const auto* found = dict ? dict->find(key) : nullptr;
  if (!dict) refuse("an object");
  const auto step = (where_.empty() ? "" : ".") + std::string(key);
  auto node = child(found ? *found : kNull, step);
  if (dict && !found) node.refuse("there");
  return node;
}

DocumentNode DocumentNode::at_if(std::string_view key) const {
  const auto* dict = value_->get<Dict>();
  return dict && !dict->find(key) ? child(kNull, key) : at(key);
}

std::string DocumentNode::text() const {
  if (const auto* text = value_->get<std::string>()) return *text;
  refuse("a text");
  return {};
}

bool DocumentNode::boolean() const {
  if (const auto* boolean = value_->get<bool>()) return *boolean;
  refuse("true or false");
  return false;
}

std::uint32_t DocumentNode::position() const {
  if (is_null()) return 0;
  std::uint32_t number = 0;
  const auto* integer = value_->get<Integer>();
  const auto* end = integer ? integer->digits.data() + integer->digits.size() : nullptr;
  const auto read = integer ? std::from_chars(integer->digits.data(), end, number)
                            : std::from_chars_result{nullptr, std::errc::invalid_argument};
  if (read.ec != std::errc() || read.ptr != end) refuse("a position in a file");
  return number;
}

std::vector<DocumentNode> DocumentNode::items(std::size_t most) const {
  std::vector<DocumentNode> nodes;
  const auto* list = value_->get<List>();
  if (!list) {
    refuse("an array");
    return nodes;
  }
  if (list->items.size() > most) {
    refuse("of at most " + std::to_string(most) + " entries");
    return nodes;
  }
  for (std::size_t i = 0; i < list->items.size(); ++i)
    nodes.push_back(child(list->items[i], '[' + std::to_string(i) + ']'));
  return nodes;
}

}  // namespace prefect_config
