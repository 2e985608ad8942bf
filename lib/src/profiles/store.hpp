// profiles.toml on disk: one edit at a time, and always the old file or the new one.
//
// What it is not: an edit (edit.hpp), or the choice of the file (sources/locate.hpp).
//
// An update takes the lock of its folder's `.NAME.lock`, reads the file, edits the text, writes it
// under another name in the same folder, and renames that over the file: whoever reads, and
// whatever is killed, sees one of the two whole. Mode, owner and extended attributes stay; of a
// symbolic link the target is written, and the link stays. The lock file stays too: taking it away
// would let two in.
#pragma once

#include "profiles/edit.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace prefect_config {

/// How an update ended.
struct StoreResult {
  enum class Outcome : unsigned char {
    written,
    unchanged,  ///< there was nothing to change
    refused,    ///< the edit is not possible; the file is as it was
    failed,     ///< the file could not be read or written; it is as it was
  };
  Outcome outcome = Outcome::written;
  std::string reason = {};  ///< for people; never with a value in it
  Span place = {};          ///< of malformed TOML
  /// Written, and still something is to be said: that it may not survive a power cut.
  std::string warning = {};

  bool is_fine() const { return outcome == Outcome::written || outcome == Outcome::unchanged; }
};

/// Updates the file at `path` (absolute); one that is not there is empty to `edit`, and is made for
/// its owner alone, with the folder above it.
StoreResult update_profiles(const std::string& path,
                            const std::function<EditResult(std::string_view text)>& edit);

/// Writes another text for a file that is there and nobody else of this program writes: the same
/// without a lock, which would stay beside it.
StoreResult rewrite_file(const std::string& path,
                         const std::function<EditResult(std::string_view text)>& edit);

}  // namespace prefect_config
