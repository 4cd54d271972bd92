
# ---- The same for every server from here on.
set -u
cd "$(dirname "$0")" || exit 2
tab=$(printf '\t')
mode=${1:-preview}
# Behind --undo: whether it is more than a preview.
really=${2:-}
case "$mode $really" in
  'preview ' | '--apply ' | '--verify ') list=forwards.tsv ;;
  '--undo ' | '--undo --apply') list=applied.tsv ;;
  *) echo "usage: sh forwards.sh [--apply | --verify | --undo [--apply]]" >&2; exit 2 ;;
esac
if [ ! -r "$list" ]; then
  echo "There is no $list here. Keep the script and its lists in one folder." >&2
  exit 2
fi
for tool in $tools; do
  command -v "$tool" > /dev/null && continue
  echo "There is no $tool here. Run this on the mail server, as its administrator." >&2
  exit 2
done
prepare || exit 2

# One line to the screen and to the log.
say() {
  printf '%-10s%s %s\n' "$1" "$2" "$3"
  printf '%-10s%s %s\n' "$1" "$2" "$3" >> forwards.log
}
echo "forwards.sh $mode $really, $(date '+%Y-%m-%d %H:%M:%S')" >> forwards.log

# What is in the way of a row, said by whichever server can tell without a change.
command -v in_the_way > /dev/null || in_the_way() { return 1; }

bad=0 rows=0 would=0
cp /dev/null left.tsv || exit 2
if [ "$mode" = --undo ]; then
  # The last change first.
  awk '{ line[NR] = $0 } END { for (n = NR; n > 0; n--) print line[n] }' "$list" > order.tmp
else
  cp "$list" order.tmp
fi
# By descriptor 3: what the programs read from standard input is not the list.
while IFS="$tab" read -r address target before <&3; do
  [ -n "$address" ] || continue
  rows=$((rows + 1))
  if [ "$mode" = --undo ]; then
    if ! in_place "$address" "$target"; then
      say GONE "$address" "has no such forward any more: nothing to take back"
    elif [ -z "$really" ]; then
      say WOULD "$address" "leads to $target no more"
      would=$((would + 1))
    elif take_back "$address" "$target" "$before"; then
      say UNDONE "$address" "$target"
    else
      say FAILED "$address" "see the message above"
      printf '%s\t%s\t%s\n' "$address" "$target" "$before" >> left.tsv
      bad=$((bad + 1))
    fi
  elif in_place "$address" "$target"; then
    say 'IN PLACE' "$address" "$target"
  elif [ "$mode" = --verify ]; then
    say MISSING "$address" "$target"
    bad=$((bad + 1))
  elif [ "$mode" = preview ] && in_the_way "$address" "$target"; then
    say COLLISION "$address" "see the message above"
    bad=$((bad + 1))
  elif [ "$mode" = preview ]; then
    say WOULD "$address" "$target"
    would=$((would + 1))
  else
    before=$(before "$address")
    # Written down first, so that nothing is changed that can't be taken back.
    printf '%s\t%s\t%s\n' "$address" "$target" "$before" >> applied.tsv || exit 2
    if load "$address" "$target"; then
      say DONE "$address" "$target"
    else
      say FAILED "$address" "see the message above"
      bad=$((bad + 1))
    fi
  fi
done 3< order.tmp
rm -f order.tmp
if [ "$mode $really $bad" = '--undo --apply 0' ]; then
  mv applied.tsv "undone-$(date '+%Y%m%d-%H%M%S').tsv"
elif [ "$mode $really" = '--undo --apply' ]; then
  # Back in the order in which they were done.
  awk '{ line[NR] = $0 } END { for (n = NR; n > 0; n--) print line[n] }' left.tsv > applied.tsv
fi
rm -f left.tsv
case $mode in
  preview)
    echo "$rows rows: $would would be loaded, $((rows - would - bad)) in place already, $bad can't be."
    echo 'This was a preview: nothing was changed. sh forwards.sh --apply does it.' ;;
  --apply)
    echo "$rows rows, $bad not as wanted."
    echo 'sh forwards.sh --verify next. Keep applied.tsv: --undo needs it.' ;;
  --undo)
    if [ -n "$really" ]; then
      echo "$rows rows, $bad not as wanted."
    else
      echo "$rows rows: $would would be taken back, $((rows - would)) gone already."
      echo 'This was a preview: nothing was changed. sh forwards.sh --undo --apply does it.'
    fi ;;
  *) echo "$rows rows, $bad not as wanted." ;;
esac
[ "$bad" = 0 ]
