# Completion of lmw for bash. Laws, plugins and queries are asked of the program itself, in a few milliseconds.

_lmw_laws() { lmw "${_lmw_globals[@]}" list laws --format csv 2>/dev/null | sed -n '2,$s/^"[^"]*","\([^"]*\)".*/\1/p'; }
_lmw_names() { lmw "$@" --format csv 2>/dev/null | sed -n '2,$s/^"\([^"]*\)".*/\1/p'; }

_lmw() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} verb='' i
  local _lmw_globals=()
  local globals='--help --version --lab --plugin-path --format --jobs -q -v --no-color'
  local verbs='list show data run status verdicts explain diff report query export verify doctor plugin'
  for ((i = 1; i < COMP_CWORD; ++i)); do
    case ${COMP_WORDS[i]} in
      --plugin-path) _lmw_globals+=(--plugin-path "${COMP_WORDS[i+1]}"); ((++i)) ;;
      --lab|--format|--jobs) ((++i)) ;;
      -*) ;;
      *) [[ -z $verb ]] && verb=${COMP_WORDS[i]} ;;
    esac
  done

  COMPREPLY=()
  case $previous in
    --lab) COMPREPLY=($(compgen -f -- "$current")); return ;;
    --plugin-path|-o|--out) COMPREPLY=($(compgen -d -- "$current")); return ;;
    --format) COMPREPLY=($(compgen -W 'table json csv' -- "$current")); return ;;
    --effort) COMPREPLY=($(compgen -W 'quick standard thorough' -- "$current")); return ;;
    --fail-on) COMPREPLY=($(compgen -W 'falsified error inconclusive not_run not_converged outside confirmed' -- "$current")); return ;;
    -n|--name) COMPREPLY=($(compgen -W "list $(_lmw_names query -n list)" -- "$current")); return ;;
    --run) COMPREPLY=($(compgen -W "$(lmw status --format csv 2>/dev/null | sed -n '2,$s/,.*//p')" -- "$current")); return ;;
    --seed) COMPREPLY=($(compgen -W 'from-seal' -- "$current")); return ;;
    --set|--replicates|--budget|--jobs|--head) return ;;
  esac

  local words=''
  case $verb in
    '') words="$verbs $globals" ;;
    list) words='laws plugins data' ;;
    show) words="$(_lmw_laws) --bibtex" ;;
    status) words='--watch' ;;
    data)
      if [[ $previous == fetch ]]; then words=$(_lmw_names data list); else words='list fetch'; fi ;;
    run)
      words="$(_lmw_laws) --effort --set --replicates --until-decided --seed --budget --dry-run --predict-only --again --demo"
      [[ $current != -* ]] && COMPREPLY=($(compgen -f -X '!*.json' -- "$current") $(compgen -d -S / -- "$current")) ;;
    verdicts) words='--run --rivals --fail-on' ;;
    report) words='--out --run' ;;
    query) words='--name' ;;
    export) words='--canonical' ;;
    verify) words='--head' ;;
    plugin) words="new test $(_lmw_laws) --effort --set --replicates" ;;
  esac
  [[ -n $verb && $current == -* ]] && words="$words $globals"
  COMPREPLY+=($(compgen -W "$words" -- "$current"))
}
complete -F _lmw lmw
