# bash: completion, and a segment for the prompt. Loaded by: eval "$(prefect-config shell-init bash)"
# shellcheck shell=bash

# PS1='$(prefect_config_prompt) '$PS1
prefect_config_prompt() {
  local status=$? # a prompt may show it
  command prefect-config prompt 2>/dev/null
  return "$status"
}

# What a word of the line says, in REPLY; the quote that is open at its end, in quote.
_prefect_config_unquote() {
  local i sign
  REPLY=''
  quote=''
  for ((i = 0; i < ${#1}; i++)); do
    sign=${1:i:1}
    if [[ $sign == "$quote" ]]; then
      quote=''
    elif [[ $sign == \\ && $quote != \' ]]; then
      i=$((i + 1))
      REPLY+=${1:i:1}
    elif [[ -z $quote && ($sign == \' || $sign == \") ]]; then
      quote=$sign
    else
      REPLY+=$sign
    fi
  done
}

_prefect_config_complete() {
  COMPREPLY=()
  local -a words=()
  local i part blank quote='' stem='' REPLY rest=${COMP_LINE:0:COMP_POINT}
  # Readline breaks words at `=` and `:` too; what has no blank between is one word for us.
  for ((i = 0; i <= COMP_CWORD; i++)); do
    blank=${rest%%[![:blank:]]*}
    rest=${rest#"$blank"}
    part=${COMP_WORDS[i]}
    ((i < COMP_CWORD)) || part=$rest
    rest=${rest#"$part"}
    _prefect_config_unquote "$part"
    if ((i == 0)) || [[ -n $blank ]]; then
      words+=("$REPLY")
      stem=''
    else
      stem=${words[${#words[@]} - 1]}
      words[${#words[@]} - 1]+=$REPLY
      # Nothing of what is behind a break has been typed yet: all of it stays.
      [[ $part == [=:] ]] && stem=${words[${#words[@]} - 1]} part=''
    fi
  done

  local kind='' candidate
  while IFS= read -r candidate; do
    if [[ -z $kind ]]; then
      kind=$candidate
      continue
    fi
    candidate=${candidate%%$'\t'*}
    candidate=${candidate#"$stem"}
    [[ -n $candidate ]] || continue
    # As it has to stand behind what is typed: a name is never to be obeyed.
    case $quote in
      \') candidate=${candidate//\'/\'\\\'\'} ;;
      \")
        [[ $candidate != *!* ]] || continue
        candidate=${candidate//\\/\\\\}
        candidate=${candidate//\"/\\\"}
        candidate=${candidate//\$/\\\$}
        candidate=${candidate//\`/\\\`}
        ;;
      *) printf -v candidate %q "$candidate" ;;
    esac
    COMPREPLY+=("$candidate")
  done < <(printf '%s\0' "${words[@]:1}" | command prefect-config complete 2>/dev/null)

  local -a how=()
  case $kind in
    assignments) compopt -o nospace 2>/dev/null ;;
    folders) how=(-d) ;;
    files) how=(-f) ;;
    command-line)
      how=(-f)
      [[ ${words[${#words[@]} - 2]} != -- ]] || how=(-c)
      ;;
  esac
  ((${#how[@]})) || return 0
  [[ ${how[0]} == -c ]] || compopt -o filenames 2>/dev/null
  while IFS= read -r candidate; do
    COMPREPLY+=("$candidate")
  done < <(compgen "${how[@]}" -- "$part")
}

complete -F _prefect_config_complete prefect-config
