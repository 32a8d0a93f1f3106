# A file named _guestlist in $fpath completes at its first use too.
if [[ "${funcstack[1]}" == "_guestlist" ]]; then
    _clap_dynamic_completer_guestlist "$@"
fi
