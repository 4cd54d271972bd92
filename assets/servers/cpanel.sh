#!/bin/sh
# Forwards from forwards.tsv into the alias files of cPanel. Fixed text: no name or address stands in it.
#
#   sh forwards.sh            a preview: changes nothing
#   sh forwards.sh --apply    loads them; rows that are in place already are skipped
#   sh forwards.sh --verify   says for each row whether it is in place; only reads
#   sh forwards.sh --undo     a preview of taking back what --apply did, and nothing else
#   sh forwards.sh --undo --apply    takes it back
#
# What was done is written to applied.tsv, which --undo needs: keep it.
# Exit code: 0 all is well, 1 some rows are not, 2 nothing could be done.
# VALIASES: the folder of the alias files, if it is not /etc/valiases.

tools='awk grep'
folder=${VALIASES:-/etc/valiases}
prepare() {
  [ -d "$folder" ] && return
  echo "There is no $folder. Say where the alias files are: VALIASES=/path sh forwards.sh" >&2
  return 1
}

in_place() {
  grep -qixF -- "$1: $2" "$folder/${1##*@}" 2> /dev/null
}
before() { :; }
in_the_way() {
  file=$folder/${1##*@}
  if [ ! -w "$file" ]; then
    echo "$file can't be written: is the domain local here?" >&2
    return 0
  fi
  # Exim takes the first line with the address, so one that is there must go by hand.
  # Quotes around the address and a space before the colon are the same to it.
  if ADDRESS=$1 awk '{ line = tolower($0); sub(/^[ \t]*"?/, "", line); a = tolower(ENVIRON["ADDRESS"])
      if (index(line, a) == 1 && substr(line, length(a) + 1) ~ /^"?[ \t]*:/) found = 1 }
    END { exit !found }' "$file"; then
    echo "$1 has a line in $file already: decide with its owner, then take that line out." >&2
    return 0
  fi
  return 1
}
load() {
  in_the_way "$1" && return 1
  file=$folder/${1##*@}
  { printf '%s: %s\n' "$1" "$2"; cat "$file"; } > "$file.sdr" &&
    cat "$file.sdr" > "$file" && rm -f "$file.sdr"
}
take_back() {
  file=$folder/${1##*@}
  grep -vixF -- "$1: $2" "$file" > "$file.sdr"
  [ $? -le 1 ] && cat "$file.sdr" > "$file" && rm -f "$file.sdr"
}
