# Real servers of the lab, sourced by run. Addresses:
#   127.0.0.2, .3   named as ns1, ns2 of example.com
#   127.0.0.8, .9   the same named as two resolvers
#   127.0.0.10, .11 the host: mx1 and mx2.emailsrvr.com (one Postfix)
#   127.0.0.12      the external server: mail.example.com
#   127.0.0.13      the Internet
. "$(dirname "${BASH_SOURCE[0]}")/wait.sh"

start_servers() {
  ip link set lo up || return 1
  for n in 2 3 8 9 10 11 12 13; do ip address add "127.0.0.$n/8" dev lo; done
  printf 'nameserver 127.0.0.9\n' > "$work/resolv.conf"
  mount --bind "$work/resolv.conf" /etc/resolv.conf
  # postmap reads a main.cf even where it needs nothing out of it.
  mkdir -p "$work/tools"
  printf 'inet_interfaces = 127.0.0.2\n' > "$work/tools/main.cf"
  export MAIL_CONFIG=$work/tools
  certificates && start_named && start_host && start_external && start_internet
}

stop_servers() {
  for name in host external internet; do
    [ -d "$work/$name" ] && postfix -c "$work/$name/etc" stop > /dev/null 2>&1
  done
  [ -s "$work/named.pid" ] && kill "$(cat "$work/named.pid")"
  wait
}

# A certificate authority of the lab's own, trusted by SSL_CERT_FILE.
certificates() {
  (
    cd "$work" || exit 1
    openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj "/CN=Lab CA" \
      -keyout ca.key -out ca.pem
    for name in mail.example.com mx1.emailsrvr.com; do
      openssl req -newkey rsa:2048 -nodes -subj "/CN=$name" -keyout "$name.key" -out "$name.csr"
      openssl x509 -req -in "$name.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 \
        -extfile <(printf 'subjectAltName=DNS:%s,DNS:mx2.emailsrvr.com\nbasicConstraints=CA:FALSE' "$name") -out "$name.pem"
    done
  ) > "$work/openssl.out" 2>&1
}

start_named() {
  mkdir -p "$work/named"
  cat > "$work/named/named.conf" <<CONF
options {
  directory "$work/named"; pid-file "$work/named.pid"; session-keyfile "$work/named/session.key";
  listen-on { 127.0.0.2; 127.0.0.3; 127.0.0.8; 127.0.0.9; }; listen-on-v6 { none; };
  recursion yes; dnssec-validation no; empty-zones-enable no;
  managed-keys-directory "$work/named";
};
controls { };
zone "." { type primary; file "root.zone"; };
zone "example.com" { type primary; file "example.com.zone"; };
zone "emailsrvr.com" { type primary; file "emailsrvr.com.zone"; };
zone "internet.test" { type primary; file "internet.test.zone"; };
CONF
  cat > "$work/named/root.zone" <<'ZONE'
$TTL 60
. SOA a.root. hostmaster.root. 1 60 60 60 5
. NS a.root.
a.root. A 127.0.0.2
example.com. NS ns1.example.com.
example.com. NS ns2.example.com.
ns1.example.com. A 127.0.0.2
ns2.example.com. A 127.0.0.3
emailsrvr.com. NS ns1.example.com.
internet.test. NS ns1.example.com.
ZONE
  cat > "$work/named/emailsrvr.com.zone" <<'ZONE'
$TTL 60
@ SOA ns1.example.com. hostmaster.example.com. 1 60 60 60 5
@ NS ns1.example.com.
@ TXT "v=spf1 ip4:127.0.0.10 ip4:127.0.0.11 ~all"
mx1 A 127.0.0.10
mx2 A 127.0.0.11
ZONE
  cat > "$work/named/internet.test.zone" <<'ZONE'
$TTL 60
@ SOA ns1.example.com. hostmaster.example.com. 1 60 60 60 5
@ NS ns1.example.com.
@ MX 10 mail
mail A 127.0.0.13
ZONE
  example_zone 1 > "$work/named/example.com.zone"
  : > "$work/named.out"
  named -g -c "$work/named/named.conf" >> "$work/named.out" 2>&1 &
  wait_for "named" answers 127.0.0.9 mail.example.com A
}

answers() { dig +short +time=1 +tries=1 "@$1" "$2" "$3" | grep -q .; }

example_zone() {
  cat <<ZONE
\$TTL 60
@ SOA ns1.example.com. hostmaster.example.com. $1 60 60 60 2
@ NS ns1.example.com.
@ NS ns2.example.com.
@ MX 10 mail.example.com.
@ TXT "v=spf1 mx include:emailsrvr.com ~all"
ns1 A 127.0.0.2
ns2 A 127.0.0.3
mail A 127.0.0.12
ZONE
}

# The zone with our records in it, judged strictly, then served.
load_zone() {
  { example_zone 2; cat "$1"; } > "$work/named/example.com.zone"
  named-checkzone -i local -m fail -M fail -n fail -k fail -r fail example.com "$work/named/example.com.zone" > "$work/checkzone.out" 2>&1 \
    || { cat "$work/checkzone.out"; return 1; }
  kill -HUP "$(cat "$work/named.pid")"
  # Until the negative answers of the checks before have run out (SOA MINIMUM 2 s).
  sleep 3
  wait_for "the new zone" answers 127.0.0.8 rackspace.example.com MX
}

# instance NAME ADDRESSES HOSTNAME: a Postfix of its own; main.cf goes on from standard input.
instance() {
  local name=$1 addresses=$2 host=$3 d=$work/$1 first=${2%%,*}
  mkdir -p "$d/etc" "$d/queue" "$d/data" "$d/mail"
  chown postfix "$d/data"
  chown 65534:65534 "$d/mail"
  {
    cat <<CF
compatibility_level = 3.6
queue_directory = $d/queue
data_directory = $d/data
mail_owner = postfix
setgid_group = postdrop
maillog_file_prefixes = $work
maillog_file = $d/log
myhostname = $host
mydestination =
alias_maps =
local_recipient_maps =
inet_interfaces = $addresses
inet_protocols = ipv4
smtp_bind_address = $first
mynetworks = ${addresses//,/\/32, }/32
virtual_mailbox_base = $d/mail
virtual_uid_maps = static:65534
virtual_gid_maps = static:65534
in_flow_delay = 0
smtpd_error_sleep_time = 0
message_size_limit = 52428800
virtual_mailbox_limit = 0
smtpd_tls_security_level = may
smtp_tls_security_level = may
smtpd_peername_lookup = no
append_dot_mydomain = no
parent_domain_matches_subdomains =
CF
    cat
  } > "$d/etc/main.cf"
  cat > "$d/etc/master.cf" <<CF
smtp      inet  n - n - - smtpd
pickup    unix  n - n 60 1 pickup
cleanup   unix  n - n - 0 cleanup
qmgr      unix  n - n 300 1 qmgr
tlsmgr    unix  - - n 1000? 1 tlsmgr
rewrite   unix  - - n - - trivial-rewrite
bounce    unix  - - n - 0 bounce
defer     unix  - - n - 0 bounce
trace     unix  - - n - 0 bounce
verify    unix  - - n - 1 verify
flush     unix  n - n 1000? 0 flush
showq     unix  n - n - - showq
proxymap  unix  - - n - - proxymap
smtp      unix  - - n - - smtp
relay     unix  - - n - - smtp
error     unix  - - n - - error
retry     unix  - - n - - error
discard   unix  - - n - - discard
virtual   unix  - n n - - virtual
anvil     unix  - - n - 1 anvil
scache    unix  - - n - 1 scache
postlog   unix-dgram n - n - 1 postlogd
CF
  cp /etc/postfix/dynamicmaps.cf "$d/etc/" 2> /dev/null
  postfix -c "$d/etc" start > "$d/start.out" 2>&1 || { cat "$d/start.out"; return 1; }
  wait_for "$name" swaks --silent 3 --server "$first" --quit-after BANNER
}

# Rackspace in miniature. Its mailboxes are delivered here; with split domain
# routing on, the rest of the domain goes to the external server, which is
# asked first (address verification).
start_host() {
  mkdir -p "$work/host/etc"
  printf '%s\n' 'ann@example.com ann/' 'bob@example.com bob/' > "$work/host/etc/mailboxes"
  printf '%s\n' 'ann.lee@example.com ann@example.com' > "$work/host/etc/aliases"
  printf '%s\n' 'ann@example.com virtual:' 'bob@example.com virtual:' > "$work/host/etc/transport"
  printf '%s\n' 'ann@example.com x' 'bob@example.com x' 'ann.lee@example.com x' > "$work/host/etc/recipients"
  : > "$work/host/etc/alias_domain"
  for map in mailboxes aliases transport recipients; do postmap "$work/host/etc/$map"; done
  instance host 127.0.0.10,127.0.0.11 mx1.emailsrvr.com <<CF
relay_domains = example.com
relay_recipient_maps = hash:$work/host/etc/recipients
virtual_alias_maps = hash:$work/host/etc/aliases, regexp:$work/host/etc/alias_domain
virtual_alias_domains =
virtual_mailbox_domains =
virtual_mailbox_maps = hash:$work/host/etc/mailboxes
transport_maps = hash:$work/host/etc/transport
smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
smtpd_recipient_restrictions =
unverified_recipient_reject_code = 550
address_verify_negative_refresh_time = 1s
address_verify_negative_expire_time = 2s
address_verify_positive_refresh_time = 1s
address_verify_positive_expire_time = 2s
address_verify_poll_delay = 1s
smtpd_tls_cert_file = $work/mx1.emailsrvr.com.pem
smtpd_tls_key_file = $work/mx1.emailsrvr.com.key
CF
}

enable_alias() {
  printf '%s\n' '/^(.*)@rackspace\.example\.com$/ $1@example.com' > "$work/host/etc/alias_domain"
  postconf -c "$work/host/etc" -e 'virtual_alias_domains = rackspace.example.com'
  reload host
}

enable_sdr() {
  printf '%s\n' 'ann@example.com virtual:' 'bob@example.com virtual:' 'example.com smtp:[mail.example.com]' > "$work/host/etc/transport"
  postmap "$work/host/etc/transport"
  postconf -c "$work/host/etc" -e 'relay_recipient_maps =' \
    'smtpd_recipient_restrictions = reject_unverified_recipient'
  reload host
}

disable_sdr() {
  postconf -c "$work/host/etc" -e "relay_recipient_maps = hash:$work/host/etc/recipients" 'smtpd_recipient_restrictions ='
  reload host
}

# Authoritative for example.com: unknown recipients are refused.
start_external() {
  mkdir -p "$work/external/etc"
  printf '%s\n' 'carol@example.com carol/' 'dave@example.com dave/' 'vera@example.com vera/' 'postmaster@example.com vera/' 'abuse@example.com vera/' > "$work/external/etc/mailboxes"
  postmap "$work/external/etc/mailboxes"
  instance external 127.0.0.12 mail.example.com <<CF
virtual_mailbox_domains = example.com
virtual_mailbox_maps = hash:$work/external/etc/mailboxes
virtual_alias_domains =
virtual_alias_maps =
smtpd_tls_cert_file = $work/mail.example.com.pem
smtpd_tls_key_file = $work/mail.example.com.key
CF
}

load_forwards() {
  cp "$1" "$work/external/etc/forwards"
  postmap "$work/external/etc/forwards" || return 1
  postconf -c "$work/external/etc" -e "virtual_alias_maps = hash:$work/external/etc/forwards"
  reload external
}

unload_forwards() {
  postconf -c "$work/external/etc" -e 'virtual_alias_maps ='
  reload external
}

start_internet() {
  instance internet 127.0.0.13 mail.internet.test <<CF
virtual_mailbox_domains = internet.test
virtual_mailbox_maps = static:sink/
CF
}

reload() {
  postfix -c "$work/$1/etc" reload > /dev/null 2>&1
  sleep 1
}

# send ORIGIN ADDRESS TOKEN: as a user of that system would. Mail from the
# Internet is handed straight to the MX, so that a refusal is seen.
send() {
  local server from bind=$1
  case $1 in
    internet) from=sender@internet.test; bind=127.0.0.13
      server=$(dig +short @127.0.0.9 "$(dig +short @127.0.0.9 example.com MX | sort -n | awk 'NR==1{print $2}')" A) ;;
    host) from=bob@example.com; bind=127.0.0.10; server=127.0.0.10 ;;
    external) from=vera@example.com; bind=127.0.0.12; server=127.0.0.12 ;;
  esac
  swaks --server "$server" --local-interface "$bind" --from "$from" --to "$2" \
    --header "Subject: $3" --body "token-$3-end" --helo mail.internet.test > "$work/swaks.out" 2>&1
}

# Until all queues are empty, 20 s at most.
settle() {
  for _ in $(seq 40); do
    left=$(for name in host external internet; do postqueue -c "$work/$name/etc" -j 2> /dev/null; done | wc -l)
    [ "$left" = 0 ] && return
    sleep 0.5
  done
}

# copies TOKEN: system/mailbox of every copy, sorted, by spaces.
copies() {
  (cd "$work" && grep -rl "token-$1-end" host/mail external/mail internet/mail 2> /dev/null) \
    | sed 's|^\([a-z]*\)/mail/\([^/]*\)/.*|\1/\2|' | sort | paste -sd ' '
}
