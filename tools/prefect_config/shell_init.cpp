#include "shell_init.hpp"

#include <memory>
#include <string>

namespace prefect_config::tool {

Command shell_init_command() {
  const auto shell = std::make_shared<std::string>();
  Command command;
  command.name = "shell-init";
  command.help = "Completion and a prompt segment for bash, zsh or fish";
  command.values = {
      {"shell", "SHELL", "bash, zsh or fish", shell.get(), {"bash", "zsh", "fish"}, true}};
  command.run = [shell](const Context&) -> Outcome {
    const auto script = *shell == "bash" ? kBashScript : *shell == "zsh" ? kZshScript : kFishScript;
    return {std::string(script), {}, status_fine};
  };
  return command;
}

}  // namespace prefect_config::tool
