// Runs a fuzz target once over every file of the folders given, without libFuzzer: the corpus is a
// regression test in every build. A missing folder is an empty corpus; the empty input always runs.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

std::vector<std::filesystem::path> files_under(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  if (!std::filesystem::exists(folder)) {
    return files;
  }
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) {
      files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

void run(const std::vector<char>& content) {
  const std::vector<std::uint8_t> bytes(content.begin(), content.end());
  LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
}

}  // namespace

int main(int argc, char** argv) {
  run({});
  int inputs = 1;
  for (int i = 1; i < argc; ++i) {
    for (const auto& file : files_under(argv[i])) {
      // Said before the run: after a crash the last line names the culprit.
      std::printf("%s\n", file.c_str());
      std::fflush(stdout);
      std::ifstream stream(file, std::ios::binary);
      run({std::istreambuf_iterator<char>(stream), {}});
      ++inputs;
    }
  }
  std::printf("%d inputs\n", inputs);
}
