#!/bin/sh
# Forwards from forwards.tsv into Zimbra. Fixed text: no name or address stands in it.
#
#   sh forwards.sh            a preview: changes nothing
#   sh forwards.sh --apply    loads them; rows that are in place already are skipped
#   sh forwards.sh --verify   says for each row whether it is in place; only reads
#   sh forwards.sh --undo     a preview of taking back what --apply did, and nothing else
#   sh forwards.sh --undo --apply    takes it back
#
# What was done is written to applied.tsv, which --undo needs: keep it.
# Exit code: 0 all is well, 1 some rows are not, 2 nothing could be done.
# Run it as the user zimbra.

tools=zmprov
prepare() { :; }

in_place() {
  zmprov ga "$1" zimbraMailForwardingAddress < /dev/null |
    grep -qixF -- "zimbraMailForwardingAddress: $2"
}
# Whether the mailbox keeps its mail today.
before() {
  zmprov ga "$1" zimbraPrefMailLocalDeliveryDisabled < /dev/null |
    sed -n 's/^zimbraPrefMailLocalDeliveryDisabled: //p'
}
load() {
  zmprov ma "$1" +zimbraMailForwardingAddress "$2" \
    zimbraPrefMailLocalDeliveryDisabled TRUE < /dev/null
}
take_back() {
  zmprov ma "$1" -zimbraMailForwardingAddress "$2" \
    zimbraPrefMailLocalDeliveryDisabled "${3:-FALSE}" < /dev/null
}
