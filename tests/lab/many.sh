# A Postfix with very many mailboxes, sourced after servers.sh by people and
# by benches/people. Knows p0, p1, ... and nobody whose name begins with q.

ask="--resolver 127.0.0.8 --resolver 127.0.0.9"

# start_many HOW-MANY stock|no-delays
start_many() {
  ip link set lo up || return 1
  for n in 2 3 8 9 12; do ip address replace "127.0.0.$n/8" dev lo; done
  printf 'nameserver 127.0.0.9\n' > "$work/resolv.conf"
  mount --bind "$work/resolv.conf" /etc/resolv.conf
  mkdir -p "$work/tools" "$work/external/etc"
  printf 'inet_interfaces = 127.0.0.2\n' > "$work/tools/main.cf"
  export MAIL_CONFIG=$work/tools
  start_named || return 1
  {
    echo "vera@example.com vera/"
    seq 0 "$1" | sed 's|.*|p&@example.com p&/|'
  } > "$work/external/etc/mailboxes"
  postmap "$work/external/etc/mailboxes" || return 1
  # What the lab turns off is on again, as Postfix comes.
  instance external 127.0.0.12 mail.example.com <<CF
virtual_mailbox_domains = example.com
virtual_mailbox_maps = hash:$work/external/etc/mailboxes
smtpd_tls_security_level = none
$(case $2 in
  stock) printf 'in_flow_delay = 1s\nsmtpd_error_sleep_time = 1s\n' ;;
  *) printf 'smtpd_soft_error_limit = 1000000\nsmtpd_hard_error_limit = 1000000\nsmtpd_recipient_limit = 1000000\n' ;;
esac)
CF
}

stop_many() {
  [ -d "$work/external" ] && postfix -c "$work/external/etc" stop > /dev/null 2>&1
  [ -s "$work/named.pid" ] && kill "$(cat "$work/named.pid")"
  wait
}

# profile_of_many SDRCTL half|known: every second one unknown, or nobody.
profile_of_many() {
  rm -rf "$work/profile"
  {
    echo address
    case $2 in
      half) seq 0 2 $((many - 1)) | sed 's/.*/p&@example.com/'; seq 1 2 $((many - 1)) | sed 's/.*/q&@example.com/' ;;
      known) seq -f 'p%.0f@example.com' 0 $((many - 1)) ;;
    esac | sort -R --random-source=<(yes)
  } > "$work/people.csv"
  "$1" new "$work/profile" --domain example.com --external-host mail.example.com \
    --verification-address vera@example.com --system postfix > "$work/new.out" 2>&1 \
    && "$1" import "$work/profile" "$work/people.csv" > "$work/import.out" 2>&1 \
    || { cat "$work/new.out" "$work/import.out"; return 1; }
}

# judge_many JOURNAL HOW-MANY ANSWERS-BEFORE: what is wrong with it, if anything.
judge_many() {
  python3 - "$@" << 'PY'
import sys
path, many, before = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
said, again = {}, 0
for line in open(path, encoding="utf-8"):
    parts = line.rstrip("\n").split("\t")
    if parts[0] == "vouched":
        said = {who: "refused" if word in ("refused-once", "refused-twice") else word for who, word in said.items()}
    if parts[0] != "heard":
        continue
    who, word = parts[3], parts[4]
    again += said.get(who) == "known"
    said[who] = word
wrong = {who: word for who, word in said.items() if word != ("known" if who[0] == "p" else "refused")}
if wrong: print(len(wrong), "wrong answers:", list(wrong.items())[:5])
if len(said) != many: print(len(said), "of", many, "have an answer")
if again: print(again, "who were confirmed were asked again")
PY
}
