# Starts one agent's program so that it and its exit code outlive the daemon: sh launch.sh DIR EPOCH COMMAND [ARGUMENTS].
# No text from outside is interpolated; the program gets its arguments as "$@".
dir=$1 epoch=$2
shift 2
# What this shell itself says (such as "Killed") does not belong into the program's log.
exec </dev/null >/dev/null 2>&1
# The inner shell becomes the program, so its own id and start are the program's. A plain "$@" & would leave
# SIGINT and SIGQUIT ignored in it, which nothing undoes. In parentheses, or this shell would share the redirection while it waits.
(exec sh -c '
  dir=$1 epoch=$2
  shift 2
  if [ -s "$dir/run/cgroup" ]; then
    read -r cgroup <"$dir/run/cgroup" && echo $$ >"$cgroup/cgroup.procs" || exit 125
  fi
  read -r stat <"/proc/$$/stat"
  echo "$epoch $$ $stat" >"$dir/run/pid.new" && command -p mv -f "$dir/run/pid.new" "$dir/run/pid" || exit 125
  exec "$(command -pv env)" --default-signal "$@"
' sh "$dir" "$epoch" "$@") >>"$dir/logs/out.$epoch" 2>>"$dir/logs/err.$epoch"
code=$?
echo "$epoch $code" >"$dir/run/exit.new" && command -p mv -f "$dir/run/exit.new" "$dir/run/exit"
