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
# shows PATTERN: waits until the job has printed it, or has ended.
shows() {
  until grep -qE "$1" "$out" "$err"; do
    kill -0 "$job" 2>/dev/null || return 1
    sleep 0.1
  done
}
# ended: waits for the job and passes on what it printed and its exit code.
ended() {
  local code=0
  wait "$job" || code=$?
  cat "$out"
  cat "$err" >&2
  rm -f "$out" "$err"
  return "$code"
}
# interrupted PATTERN COMMAND…: Ctrl-C once the command has printed the pattern.
interrupted() {
  local pattern=$1; shift
  started "$@"
  if shows "$pattern"; then kill -INT "$job"; else echo "ended before it was interrupted"; fi
  ended
}
# forwarded COMMANDS ARGUMENTS…: kubectl port-forward ARGUMENTS; once it listens, runs COMMANDS, where $PORT is the first
# local port and $PORTS are all, then types Ctrl-C.
forwarded() {
  local commands=$1; shift
  started kubectl port-forward "$@"
  if shows 'Forwarding from 127'; then
    PORTS=($(sed -nE 's/.*127\.0\.0\.1:([0-9]+) ->.*/\1/p' "$out"))
    PORT=${PORTS[0]}
    eval "$commands"
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
