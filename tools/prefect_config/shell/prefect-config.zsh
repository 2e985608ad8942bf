#compdef prefect-config
# zsh: completion, and a segment for the prompt. Loaded by: eval "$(prefect-config shell-init zsh)";
# where a package installed it as _prefect-config, by compinit.

# setopt prompt_subst; RPROMPT='$(prefect_config_prompt)'
prefect_config_prompt() {
  local last=$? bang=$options[promptbang]
  emulate -L zsh
  local segment
  segment=$(command prefect-config prompt 2>/dev/null)
  # A prompt reads these signs as the start of something.
  [[ $bang == on ]] && segment=${segment//\!/!!}
  print -rn -- "${segment//\%/%%}"
  return $last
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
  done < <(printf '%s\0' "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" |
    command prefect-config complete 2>/dev/null)
  case $kind in
    folders)
      compset -P '*='
      _files -/
      ;;
    files)
      compadd -d shown -l -a candidates
      _files
      ;;
    command-line)
      local -i start=${words[(i)--]}
      shift $start words
      ((CURRENT -= start))
      _normal
      ;;
    assignments) compadd -S '' -d shown -l -a candidates ;;
    *) compadd -d shown -l -a candidates ;;
  esac
}

# When everything is loaded: compinit may come after this, and only it knows compdef.
_prefect_config_register() {
  ((${+functions[compdef]})) && compdef _prefect_config prefect-config
  add-zsh-hook -d precmd _prefect_config_register
}
if [[ ${funcstack[1]-} == _prefect-config ]]; then
  # compinit has registered this file, and this is its first use.
  _prefect_config "$@"
else
  autoload -Uz add-zsh-hook
  add-zsh-hook precmd _prefect_config_register
fi
