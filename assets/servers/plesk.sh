#!/bin/sh
# Forwards from forwards.tsv into Plesk. Fixed text: no name or address stands in it.
#
#   sh forwards.sh            a preview: changes nothing
#   sh forwards.sh --apply    loads them; rows that are in place already are skipped
#   sh forwards.sh --verify   says for each row whether it is in place; only reads
#   sh forwards.sh --undo     a preview of taking back what --apply did, and nothing else
#   sh forwards.sh --undo --apply    takes it back
#
# What was done is written to applied.tsv, which --undo needs: keep it.
# Exit code: 0 all is well, 1 some rows are not, 2 nothing could be done.

tools=plesk
prepare() { :; }

# The whole address: joann@ is not ann@.
in_place() {
  plesk bin mail --info "$1" < /dev/null 2> /dev/null |
    tr ' \t,;:<>"' '[\n*]' | grep -qixF -- "$2"
}
before() { :; }
load() {
  plesk bin mail --update "$1" -forwarding true -forwarding-addresses "add:$2" < /dev/null
}
take_back() {
  plesk bin mail --update "$1" -forwarding-addresses "del:$2" < /dev/null
}
