# bash: completion, and a segment for the prompt. Loaded by: eval "$(prefect-config shell-init bash)"
# shellcheck shell=bash

# PS1='$(prefect_config_prompt) '$PS1
prefect_config_prompt() { command prefect-config prompt 2>/dev/null; }

_prefect_config_complete() {
  COMPREPLY=()
  local -a words=()
  local i part blank quote='' stem='' rest=$COMP_LINE
  # Readline breaks words at `=` and `:` too; what has no blank between is one word for us.
  for ((i = 0; i <= COMP_CWORD; i++)); do
    part=${COMP_WORDS[i]}
    blank=${rest%%[![:blank:]]*}
    rest=${rest#"$blank"}
    rest=${rest#"$part"}
    if ((i == 0)) || [[ -n $blank ]]; then
      words+=("$part")
      stem=''
    else
      stem=${words[${#words[@]} - 1]}
      words[${#words[@]} - 1]+=$part
      # Nothing of what is behind a break has been typed yet: all of it stays.
      [[ $part == [=:] ]] && stem=${words[${#words[@]} - 1]}
    fi
  done
  local word=${words[${#words[@]} - 1]}
  case $word in
    \"* | \'*) quote=${word:0:1} ;;
  esac
  for ((i = 0; i < ${#words[@]}; i++)); do
    words[i]=${words[i]//[\"\'\\]/}
  done

  local kind='' candidate
  while IFS= read -r candidate; do
    if [[ -z $kind ]]; then
      kind=$candidate
      continue
    fi
    candidate=${candidate%%$'\t'*}
    candidate=${candidate#"$stem"}
    [[ -n $quote ]] || printf -v candidate %q "$candidate"
    COMPREPLY+=("$candidate")
  done < <(printf '%s\0' "${words[@]:1}" | command prefect-config complete 2>/dev/null)

  local last=${COMP_WORDS[COMP_CWORD]}
  [[ $last == [=:] ]] && last=''
  case $kind in
    assignments) compopt -o nospace 2>/dev/null ;;
    folders)
      compopt -o filenames 2>/dev/null
      while IFS= read -r candidate; do COMPREPLY+=("$candidate"); done < <(compgen -d -- "$last")
      ;;
    files)
      compopt -o filenames 2>/dev/null
      while IFS= read -r candidate; do COMPREPLY+=("$candidate"); done < <(compgen -f -- "$last")
      ;;
    programs)
      while IFS= read -r candidate; do COMPREPLY+=("$candidate"); done < <(compgen -c -- "$last")
      ;;
  esac
}

complete -F _prefect_config_complete prefect-config
