# Real servers for the table of verdicts, sourced by smtp. Addresses:
#   127.0.0.9    named: zone lab.test, a name for each server
#   127.0.1.N    Postfix, one smtpd for each configuration; .90 is also the control server
#   127.0.2.N    Exim, one daemon for each
#   127.0.3.N    OpenSMTPD, one listener for each
# The client comes from 127.0.0.1.
. "$(dirname "${BASH_SOURCE[0]}")/wait.sh"

postfix_rows=(normal anything own-domain relay greylist no-tls self-signed old-tls small no-postmaster pix closed-to-strangers)
exim_rows=(normal anything own-domain relay greylist tarpit no-tls self-signed small no-postmaster helo-only no-null-sender not-its-domain)
opensmtpd_rows=(normal anything own-domain relay no-postmaster tls)

# number NAME ROW...: the place of NAME among the rows, from 1.
number() {
  local name=$1 at=0 row
  shift
  for row in "$@"; do at=$((at + 1)); [ "$row" = "$name" ] && echo "$at" && return; done
}

start_names() {
  ip link set lo up || return 1
  ip address add 127.0.0.9/8 dev lo
  local n
  for n in $(seq 20) 90; do ip address add "127.0.1.$n/8" dev lo; done
  for n in $(seq 20); do ip address add "127.0.2.$n/8" dev lo; ip address add "127.0.3.$n/8" dev lo; done
  printf 'nameserver 127.0.0.9\n' > "$work/resolv.conf"
  mount --bind "$work/resolv.conf" /etc/resolv.conf
  # Servers that run from where they were unpacked still want their users.
  { cat /etc/passwd; echo 'opensmtpd:x:61998:61998::/nonexistent:/bin/false'
    echo 'opensmtpq:x:61997:61997::/nonexistent:/bin/false'
    echo 'Debian-exim:x:61996:61996::/nonexistent:/bin/false'; } > "$work/passwd"
  { cat /etc/group; echo 'opensmtpd:x:61998:'; echo 'opensmtpq:x:61997:'; echo 'Debian-exim:x:61996:'; } > "$work/group"
  mount --bind "$work/passwd" /etc/passwd
  mount --bind "$work/group" /etc/group
  mkdir -p "$work/tools"
  printf 'inet_interfaces = 127.0.1.1\n' > "$work/tools/main.cf"
  export MAIL_CONFIG=$work/tools
  certificates && start_named
}

stop_table() {
  [ -d "$work/postfix" ] && postfix -c "$work/postfix/etc" stop > /dev/null 2>&1
  local pid
  for pid in "$work"/*.pid; do [ -s "$pid" ] && kill "$(cat "$pid")"; done
  wait
} 2> /dev/null

certificates() {
  (
    cd "$work" || exit 1
    openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj "/CN=Lab CA" -keyout ca.key -out ca.pem
    openssl req -newkey rsa:2048 -nodes -subj "/CN=lab.test" -keyout good.key -out good.csr
    openssl x509 -req -in good.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 \
      -extfile <(printf 'subjectAltName=DNS:*.lab.test\nbasicConstraints=CA:FALSE') -out good.pem
    openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj "/CN=WIN-EX01" -keyout own.key -out own.pem
    # Exim reads its key as its own user.
    chmod 644 good.key own.key
  ) > "$work/openssl.out" 2>&1
}

start_named() {
  local row
  mkdir -p "$work/named"
  cat > "$work/named/named.conf" <<CONF
options {
  directory "$work/named"; pid-file "$work/named.pid"; session-keyfile "$work/named/session.key";
  listen-on { 127.0.0.9; }; listen-on-v6 { none; };
  recursion yes; dnssec-validation no; empty-zones-enable no; managed-keys-directory "$work/named";
};
controls { };
zone "." { type primary; file "root.zone"; };
zone "lab.test" { type primary; file "lab.zone"; };
CONF
  cat > "$work/named/root.zone" <<'ZONE'
$TTL 60
. SOA a.root. hostmaster.root. 1 60 60 60 5
. NS a.root.
a.root. A 127.0.0.9
lab.test. NS a.root.
mx1.emailsrvr.com. A 127.0.1.90
mx2.emailsrvr.com. A 127.0.1.90
two.test. MX 10 two-1.lab.test.
two.test. MX 20 two-2.lab.test.
ZONE
  {
    printf '$TTL 60\n@ SOA a.root. hostmaster.root. 1 60 60 60 5\n@ NS a.root.\n'
    printf 'closed A 127.0.1.20\ntwo-1 A 127.0.1.1\ntwo-1 A 127.0.2.1\ntwo-2 A 127.0.2.4\n'
    for row in "${postfix_rows[@]}"; do echo "postfix-$row A 127.0.1.$(number "$row" "${postfix_rows[@]}")"; done
    for row in "${exim_rows[@]}"; do echo "exim-$row A 127.0.2.$(number "$row" "${exim_rows[@]}")"; done
    for row in "${opensmtpd_rows[@]}"; do echo "opensmtpd-$row A 127.0.3.$(number "$row" "${opensmtpd_rows[@]}")"; done
  } > "$work/named/lab.zone"
  named -g -c "$work/named/named.conf" > "$work/named.out" 2>&1 &
  wait_for "named" grep -q ' running$' "$work/named.out"
}

# What each configuration of Postfix changes, as options of its smtpd.
postfix_options() {
  case $1 in
    anything) echo "-o smtpd_reject_unlisted_recipient=no" ;;
    own-domain) echo "-o smtpd_sender_restrictions=check_sender_access,hash:$work/postfix/etc/own" ;;
    relay) echo "-o mynetworks=127.0.0.0/8" ;;
    greylist) echo "-o smtpd_recipient_restrictions=check_recipient_access,hash:$work/postfix/etc/later" ;;
    no-tls) echo "-o smtpd_tls_security_level=none" ;;
    self-signed) echo "-o smtpd_tls_cert_file=$work/own.pem -o smtpd_tls_key_file=$work/own.key" ;;
    old-tls) echo "-o smtpd_tls_protocols=!TLSv1.2,!TLSv1.3 -o tls_medium_cipherlist=ALL:@SECLEVEL=0" ;;
    small) echo "-o message_size_limit=10240000" ;;
    no-postmaster) echo "-o virtual_mailbox_maps=hash:$work/postfix/etc/few" ;;
    pix) echo "-o smtpd_banner=********************2******0*00" ;;
    closed-to-strangers) echo "-o smtpd_client_restrictions=reject -o smtpd_delay_reject=no" ;;
  esac
}

start_postfix() {
  local d=$work/postfix row at service
  mkdir -p "$d/etc" "$d/queue" "$d/data"
  chown postfix "$d/data"
  printf '%s\n' 'vera@example.com vera/' 'vera@two.test vera/' 'postmaster@two.test vera/' 'abuse@two.test vera/' > "$d/etc/few"
  { cat "$d/etc/few"; printf '%s\n' 'postmaster@example.com vera/' 'abuse@example.com vera/'; } > "$d/etc/all"
  printf '%s\n' 'example.com REJECT our own domain from outside' > "$d/etc/own"
  printf '%s\n' 'example.com 450 4.7.1 Greylisted for 300 seconds' > "$d/etc/later"
  for row in few all own later; do postmap "$d/etc/$row" || return 1; done
  cat > "$d/etc/main.cf" <<CF
compatibility_level = 3.6
queue_directory = $d/queue
data_directory = $d/data
mail_owner = postfix
setgid_group = postdrop
maillog_file_prefixes = $work
maillog_file = $work/postfix.log
myhostname = postfix-normal.lab.test
mydestination =
alias_maps =
local_recipient_maps =
inet_interfaces = all
inet_protocols = ipv4
mynetworks = 127.0.0.200/32
virtual_mailbox_domains = example.com, two.test
virtual_mailbox_maps = hash:$d/etc/all
message_size_limit = 52428800
virtual_mailbox_limit = 0
mailbox_size_limit = 0
smtpd_error_sleep_time = 0
in_flow_delay = 0
smtpd_peername_lookup = no
smtpd_tls_security_level = may
smtpd_tls_cert_file = $work/good.pem
smtpd_tls_key_file = $work/good.key
CF
  {
    for row in "${postfix_rows[@]}"; do
      at=127.0.1.$(number "$row" "${postfix_rows[@]}")
      echo "$at:25 inet n - n - - smtpd -o myhostname=postfix-$row.lab.test $(postfix_options "$row")"
    done
    echo '127.0.1.90:25 inet n - n - - smtpd -o myhostname=mx1.emailsrvr.com'
    echo 'cleanup unix n - n - 0 cleanup'
    for service in rewrite:trivial-rewrite proxymap bounce; do
      echo "${service%%:*} unix - - n - - ${service##*:}"
    done
    printf '%s\n' 'anvil unix - - n - 1 anvil' 'tlsmgr unix - - n 1000? 1 tlsmgr'
    echo 'postlog unix-dgram n - n - 1 postlogd'
  } > "$d/etc/master.cf"
  cp /etc/postfix/dynamicmaps.cf "$d/etc/" 2> /dev/null
  postfix -c "$d/etc" start > "$d/start.out" 2>&1 || { cat "$d/start.out"; return 1; }
  for row in "${!postfix_rows[@]}"; do greets "127.0.1.$((row + 1))" || return 1; done
}

# What each configuration of Exim changes: lines of its RCPT rules, put in
# front, or of its settings.
exim_rules() {
  case $1 in
    anything) echo 'accept domains = example.com' ;;
    own-domain) printf '%s\n' 'deny sender_domains = example.com' '     message = Sender rejected: our own domain from outside' ;;
    relay) echo 'accept domains = !example.com : !two.test' ;;
    greylist) printf '%s\n' 'defer domains = example.com' '      message = 4.7.1 Greylisted, come back in 5 minutes' ;;
    tarpit) printf '%s\n' 'deny domains = example.com : two.test' '     ! local_parts = vera : postmaster : abuse' '     delay = 3s' '     message = 5.1.1 unknown' ;;
    no-postmaster) printf '%s\n' 'deny local_parts = postmaster' '     message = 5.1.1 unknown' ;;
    not-its-domain) printf '%s\n' 'deny domains = example.com' '     message = relay not permitted' ;;
    no-null-sender) printf '%s\n' 'deny senders = :' '     message = 5.7.1 Sender rejected: no empty sender here' ;;
  esac
}

exim_settings() {
  case $1 in
    no-tls) echo 'tls_advertise_hosts =' ;;
    self-signed) printf '%s\n' "tls_certificate = $work/own.pem" "tls_privatekey = $work/own.key" ;;
    *) printf '%s\n' "tls_certificate = $work/good.pem" "tls_privatekey = $work/good.key" ;;
  esac
  [ "$1" = small ] && echo 'message_size_limit = 5M' || echo 'message_size_limit = 50M'
  [ "$1" = helo-only ] && echo 'acl_smtp_helo = helo_only'
}

start_exim() {
  local row at d conf
  export EXIM_LIBS=$unpacked/usr/lib/$(uname -m)-linux-gnu
  for row in "${exim_rows[@]}"; do
    at=127.0.2.$(number "$row" "${exim_rows[@]}")
    d=$work/exim-$row conf=$work/exim-$row.conf
    mkdir -p "$d/log"
    chown -R 61996:61996 "$d"
    {
      cat <<CONF
exim_path = $unpacked/usr/sbin/exim4
primary_hostname = exim-$row.lab.test
spool_directory = $d
log_file_path = $d/log/%slog
pid_file_path = $work/exim-$row.pid
keep_environment =
host_lookup =
rfc1413_hosts =
daemon_smtp_ports = 25
local_interfaces = $at
acl_smtp_rcpt = rcpt
CONF
      exim_settings "$row"
      printf 'begin acl\nrcpt:\n'
      exim_rules "$row" | sed 's/^/  /'
      cat <<'CONF'
  accept domains = example.com : two.test
         local_parts = vera : postmaster : abuse
  deny   domains = example.com : two.test
         message = 5.1.1 unknown user
  deny   message = relay not permitted
helo_only:
  deny   condition = ${if match{$smtp_command}{\N^(?i)EHLO\N}}
  accept
begin routers
here:
  driver = accept
  transport = nowhere
begin transports
nowhere:
  driver = appendfile
  file = /dev/null
CONF
    } > "$conf"
    LD_LIBRARY_PATH=$EXIM_LIBS "$unpacked/usr/sbin/exim4" -C "$conf" -bd > "$d/start.out" 2>&1 || { cat "$d/start.out"; return 1; }
  done
  for row in "${!exim_rows[@]}"; do greets "127.0.2.$((row + 1))" || return 1; done
}

# One daemon; rules by the tag of the listener.
start_opensmtpd() {
  local row at conf=$work/smtpd.conf
  mount -t tmpfs tmpfs /var/spool
  mkdir -p /var/spool/smtpd /usr/libexec /var/lib/opensmtpd 2> /dev/null
  mount -t tmpfs tmpfs /var/lib/opensmtpd
  mkdir -p /var/lib/opensmtpd/empty
  chmod 711 /var/spool/smtpd /var/lib/opensmtpd/empty
  mount -t tmpfs tmpfs /usr/libexec
  cp -a "$unpacked/usr/libexec/opensmtpd" /usr/libexec/
  {
    echo 'table few { vera@example.com }'
    echo 'table all { vera@example.com, postmaster@example.com, abuse@example.com }'
    echo 'smtp max-message-size 52428800'
    echo "pki good cert \"$work/good.pem\""
    echo "pki good key \"$work/good-private.key\""
    for row in "${opensmtpd_rows[@]}"; do
      at=127.0.3.$(number "$row" "${opensmtpd_rows[@]}")
      tls=
      [ "$row" = tls ] && tls='tls pki good'
      echo "listen on $at port 25 $tls hostname opensmtpd-$row.lab.test tag is_${row//-/_}"
    done
    echo 'action "here" maildir "/nonexistent" virtual { "@" = root }'
    echo 'action "on" relay'
    echo 'match tag is_own_domain from any mail-from regex "@example\.com$" for any reject'
    echo 'match tag is_anything from any for domain "example.com" action "here"'
    echo 'match tag is_no_postmaster from any for domain "example.com" rcpt-to <few> action "here"'
    echo 'match tag is_no_postmaster from any for any reject'
    echo 'match tag is_relay from any ! for domain "example.com" action "on"'
    echo 'match from any for domain "example.com" rcpt-to <all> action "here"'
  } > "$conf"
  install -m 600 "$work/good.key" "$work/good-private.key"
  PATH=$unpacked/usr/sbin:$PATH "$unpacked/usr/sbin/smtpd" -d -f "$conf" > "$work/opensmtpd.out" 2>&1 &
  echo $! > "$work/opensmtpd.pid"
  for row in "${!opensmtpd_rows[@]}"; do greets "127.0.3.$((row + 1))" || { cat "$work/opensmtpd.out"; return 1; }; done
}

greets() { wait_for "the server at $1" bash -c "exec 3<>/dev/tcp/$1/25 && read -r -t 3 -n 3 <&3"; }
