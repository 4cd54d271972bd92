#!/bin/sh
# Forwards from forwards.tsv into mailcow. Fixed text: no name or address stands in it.
#
#   sh forwards.sh            a preview: changes nothing
#   sh forwards.sh --apply    loads them; rows that are in place already are skipped
#   sh forwards.sh --verify   says for each row whether it is in place; only reads
#   sh forwards.sh --undo     a preview of taking back what --apply did, and nothing else
#   sh forwards.sh --undo --apply    takes it back
#
# What was done is written to applied.tsv, which --undo needs: keep it.
# Exit code: 0 all is well, 1 some rows are not, 2 nothing could be done.
# MAILCOW_HOST: the host name of the web interface. MAILCOW_API_KEY: a key that
# may write; without write access --verify and the preview work.

tools='curl jq'
api() {
  # The key by standard input: what stands in an argument, others can see.
  path=$1
  shift
  printf 'header = "X-API-Key: %s"\n' "$MAILCOW_API_KEY" |
    curl -sS -f -K - -H 'Content-Type: application/json' "$@" "https://$MAILCOW_HOST/api/v1/$path"
}
prepare() {
  if [ -z "${MAILCOW_HOST:-}" ] || [ -z "${MAILCOW_API_KEY:-}" ]; then
    echo 'Set MAILCOW_HOST and MAILCOW_API_KEY first.' >&2
    return 1
  fi
  read_aliases && return
  echo "mailcow's list of aliases can't be read." >&2
  return 1
}
# Number, address and target of every alias, tab between.
read_aliases() {
  answer=$(api get/alias/all) &&
    aliases=$(printf '%s' "$answer" | jq -r 'map([.id, .address, .goto] | @tsv) | .[]')
}
number() {
  printf '%s\n' "$aliases" |
    A=$1 G=$2 awk -F'\t' '$2 == ENVIRON["A"] && $3 == ENVIRON["G"] { print $1 }'
}

in_place() {
  [ -n "$(number "$1" "$2")" ]
}
before() { :; }
# An alias of that name which leads elsewhere: mailcow makes no second one.
in_the_way() {
  other=$(printf '%s\n' "$aliases" | A=$1 awk -F'\t' '$2 == ENVIRON["A"] { print $3; exit }')
  [ -n "$other" ] || return 1
  echo "$1 is an alias for $other already: decide with its owner, then remove that alias." >&2
}
load() {
  body=$(jq -nc --arg address "$1" --arg goto "$2" '{address: $address, goto: $goto, active: "1"}')
  answered "$(api add/alias --data-binary "$body")"
}
take_back() {
  body=$(number "$1" "$2" | jq -Rnc '[inputs]')
  answered "$(api delete/alias --data-binary "$body")" && read_aliases
}
answered() {
  printf '%s' "$1" | jq -e '[.[]? | .type] | length > 0 and all(. == "success")' > /dev/null && return
  printf '%s\n' "$1" >&2
  return 1
}
