// The words of a Dockerfile's instruction, as Docker cuts and unquotes them.
//
// What it is not: a shell's words: `$(…)` and backticks are text, and quotes are other quotes.
#pragma once

#include "launch/placed_text.hpp"
#include "support/byte_span.hpp"

#include <map>
#include <string>
#include <vector>

namespace prefect_config {

/// Words at blanks, with their quotes: bytes of the text. `escape` is a backslash, or what the
/// directive `# escape=` says.
std::vector<ByteSpan> docker_words(const PlacedText& placed, char escape);

/// A word as Docker makes a value of it. `$X` is replaced where `known` has it; else it stays and
/// is marked as unknown.
PlacedText docker_value(const PlacedText& text, ByteSpan word, char escape,
                        const std::map<std::string, std::string>& known = {});

}  // namespace prefect_config
