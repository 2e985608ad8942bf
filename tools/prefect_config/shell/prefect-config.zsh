# zsh: completion, and a segment for the prompt. Loaded by: eval "$(prefect-config shell-init zsh)"

# setopt prompt_subst; RPROMPT='$(prefect_config_prompt)'
prefect_config_prompt() {
  emulate -L zsh
  local segment
  segment=$(command prefect-config prompt 2>/dev/null)
  # A prompt reads `%` as the start of an escape.
  print -rn -- "${segment//\%/%%}"
}

_prefect_config() {
  local line kind=''
  local -a candidates shown
  while IFS= read -r line; do
    if [[ -z $kind ]]; then
      kind=$line
      continue
    fi
    candidates+=("${line%%$'\t'*}")
    shown+=("${line/$'\t'/  }")
  done < <(printf '%s\0' "${(@Q)words[2,CURRENT]}" | command prefect-config complete 2>/dev/null)
  case $kind in
    folders) _files -/ ;;
    files) _files ;;
    programs)
      local -i start=${words[(i)--]}
      if ((start < CURRENT)); then
        shift $start words
        ((CURRENT -= start))
      else
        shift 2 words
        ((CURRENT -= 2))
      fi
      _normal
      ;;
    assignments) compadd -S '' -d shown -l -a candidates ;;
    *) compadd -d shown -l -a candidates ;;
  esac
}

(($+functions[compdef])) || { autoload -Uz compinit && compinit -u; }
compdef _prefect_config prefect-config
