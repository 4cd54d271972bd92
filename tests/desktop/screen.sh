# A screen without a desk, and what can be seen on it. Sourced; needs $work.
failed=0
ok() { echo "ok   $1"; }
no() { echo "FAIL $1"; failed=1; }

# Everything that a program keeps of its own lies below $work.
own_home() {
  unset WAYLAND_DISPLAY
  export HOME=$work XDG_CONFIG_HOME=$work/config XDG_DATA_HOME=$work/data XDG_STATE_HOME=$work/state
}

# start_screen [OPTIONS OF Xvfb]: its process is $xvfb, its name in DISPLAY.
# -noreset: by default the server starts over when its last window goes, and
# refuses the next one meanwhile.
start_screen() {
  : > "$work/display"
  Xvfb -displayfd 3 -noreset -screen 0 1280x900x24 -nolisten tcp "$@" 3> "$work/display" 2> "$work/xvfb.out" &
  xvfb=$!
  for _ in $(seq 100); do [ -s "$work/display" ] && break; sleep 0.1; done
  [ -s "$work/display" ] || { cat "$work/xvfb.out"; return 1; }
  DISPLAY=:$(cat "$work/display")
  export DISPLAY
}

# colours PICTURE: how many different colours are in it.
colours() { identify -format %k "$1"; }

# window_of PROCESS: its visible window, once it has one.
window_of() {
  local found
  for _ in $(seq 150); do
    found=$(xdotool search --onlyvisible --pid "$1" 2> /dev/null | head -n 1)
    [ -n "$found" ] && { echo "$found"; return 0; }
    kill -0 "$1" 2> /dev/null || return 1
    sleep 0.2
  done
  return 1
}

# until_drawn PICTURE [COLOURS]: takes pictures until one shows a page, by its
# many colours, and nothing moves any more.
until_drawn() {
  local before= least=${2:-100}
  for _ in $(seq 60); do
    sleep 0.5
    import -window root "$1"
    [ "$(colours "$1")" -gt "$least" ] && [ "$(identify -format %# "$1")" = "$before" ] && return 0
    before=$(identify -format %# "$1")
  done
  return 1
}
