# Sourced by the labs: waits until a command succeeds, ten seconds at most.
#
#   wait_for "the name server" dig @127.0.0.2 example.com
wait_for() {
  local what=$1
  shift
  for _ in $(seq 50); do
    "$@" > /dev/null 2>&1 && return 0
    sleep 0.2
  done
  echo "$what did not come up"
  return 1
}
