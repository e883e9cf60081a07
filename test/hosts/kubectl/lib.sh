# Functions of the sessions in this folder; bash reads them through BASH_ENV.
set -o pipefail

# started COMMAND…: runs it as a job of its own, so that Ctrl-C reaches it as on a terminal. Its output goes to two files.
started() {
  out=$(mktemp) err=$(mktemp)
  set -m
  "$@" >"$out" 2>"$err" </dev/null &
  job=$!
  set +m
}
# shows PATTERN: waits until the job has printed it; says so when it has not within 30 s, or ends before.
shows() {
  local until=$((SECONDS + 30))
  until grep -qE "$1" "$out" "$err"; do
    if ! kill -0 "$job" 2>/dev/null || [ "$SECONDS" -ge "$until" ]; then echo "not shown: $1"; return 1; fi
    sleep 0.1
  done
}
# over: waits until the job has ended by itself, for 10 s at most.
over() {
  local until=$((SECONDS + 10))
  while kill -0 "$job" 2>/dev/null; do
    if [ "$SECONDS" -ge "$until" ]; then echo "still running"; return 1; fi
    sleep 0.1
  done
}
# ended [FILTER…]: waits for the job and passes on what it printed, through the filter, and its exit code.
ended() {
  local code=0
  wait "$job" || code=$?
  [ $# -gt 0 ] || set -- cat
  "$@" <"$out"
  cat "$err" >&2
  rm -f "$out" "$err"
  return "$code"
}
# interrupted PATTERN COMMAND…: Ctrl-C once the command has printed the pattern.
interrupted() {
  local pattern=$1; shift
  started "$@"
  shows "$pattern"
  kill -INT "$job" 2>/dev/null
  ended
}
# forwarded COMMANDS ARGUMENTS…: kubectl port-forward ARGUMENTS; once it listens, runs COMMANDS, where $PORT is the first
# local port, then types Ctrl-C.
forwarded() {
  local commands=$1; shift
  started kubectl port-forward "$@"
  if shows 'Forwarding from'; then
    PORT=$(sed -nE 's/^Forwarding from .*:([0-9]+) ->.*/\1/p' "$out" | head -1)
    sleep 0.5 # until it listens on all addresses
    eval "$commands"
    sleep 0.5 # the real one hangs when it is interrupted while a connection ends
    kill -INT "$job" 2>/dev/null
  fi
  ended
}
# numbers: what is measured differs from moment to moment, where it stands does not.
numbers() { sed -E 's/[0-9]+(m|Mi|%)/N\1/g; s/  +/  /g'; }
# copy ARGUMENTS…: kubectl cp without what tar says in the container: it may or may not arrive before the end of its archive.
copy() { kubectl cp "$@" > >(grep -v '^tar: ') ; }
# apart: the reasons that drain gives stand in no order; each on a line, sorted.
apart() { sed -E 's/(due to error: )\[?/\1\n/; s/\]?, continuing/\n&/; s/(, )?(cannot delete (Pods|DaemonSet|cannot))/\n\2/g; s/; /\n/g; s/Warning: /&\n/' | sort; }
