# Bash splits emails at @ and filters at : and =, so this joins the words again, up to the cursor.
_guestlist() {
    local line=${COMP_LINE:0:COMP_POINT} words=() part last i candidate
    for ((i = 0; i <= COMP_CWORD; i++)); do
        part=${COMP_WORDS[i]} last=$((${#words[@]} - 1))
        if [[ $i == 0 || $line == [[:space:]]* || -z $line ]]; then
            line=${line#"${line%%[![:space:]]*}"}
            words+=("${line:0:${#part}}")
        else
            words[last]+=${line:0:${#part}}
        fi
        line=${line:${#part}}
    done
    last=$((${#words[@]} - 1))
    local typed=${words[last]} quote=
    if [[ $typed == [\'\"]* ]]; then
        quote=${typed:0:1}
    fi
    for ((i = 0; i <= last; i++)); do
        part=${words[i]}
        case $part in
            \'*) part=${part#\'} words[i]=${part%\'} ;;
            \"*) part=${part#\"} words[i]=${part%\"} ;;
            *) words[i]=${part//\\/} ;;
        esac
    done
    # Readline replaces only the part after the last character at which it splits.
    local kept=${words[last]%"${2//\\/}"}
    COMPREPLY=()
    while IFS= read -r candidate || [[ -n $candidate ]]; do
        candidate=${candidate#"$kept"}
        if [[ -z $quote ]]; then
            printf -v candidate %q "$candidate"
            candidate=${candidate//\\,/,}
        elif [[ $quote == "'" ]]; then
            candidate=${candidate//\'/\'\\\'\'}
        elif [[ $candidate == *[\$\`\"\\]* ]]; then
            continue
        fi
        COMPREPLY+=("$candidate")
    done < <(GUESTLIST_COMPLETE=bash _CLAP_IFS=$'\n' _CLAP_COMPLETE_INDEX=$last guestlist -- "${words[@]}" 2>/dev/null)
    if [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *[=/:,\<\>] ]]; then
        compopt -o nospace 2>/dev/null
    fi
}
complete -o bashdefault -o nosort -F _guestlist guestlist 2>/dev/null || complete -o bashdefault -F _guestlist guestlist
