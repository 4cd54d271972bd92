"""The configurations, and what sdrctl, dig and checkdmarc must say of each.

Zone NAME.test is served by named (ns1, 127.0.0.2) and by NSD (ns2, 127.0.0.3);
above it, test, com and the root by named at 127.0.0.4. Resolvers at .8 and .9.
"""

import json
import os
import re
import subprocess
import sys
import time

OURS = ["@sub MX 10 mx1.emailsrvr.com.", "@sub MX 20 mx2.emailsrvr.com."]
SPF = '@ TXT "v=spf1 mx include:emailsrvr.com ~all"'
MX = "@ MX 10 mail"


def zone(*records, spf=SPF, mx=MX, sub=OURS):
    """A zone: what every one has, with these records and in place of the usual."""
    return [spf, mx, *sub, *records]


class Case:
    """One configuration. `nsd`: the zone as NSD has it, where that differs.
    `expect`: id -> state, or (state, words that must be in it)."""

    def __init__(self, records, expect, exit, nsd=None, options=(), above=(), spf=None, ns=()):
        self.records, self.expect, self.exit, self.nsd = records, expect, exit, nsd
        self.options, self.above, self.spf, self.ns = options, above, spf, ns


MANY = [f"s{n} TXT \"v=spf1 a:h{n}.@zone include:s{n + 1}.@zone -all\"" for n in range(1, 5)]
MANY += [f"h{n} A 192.0.2.{n}" for n in range(1, 5)] + ['s5 TXT "v=spf1 ip4:192.0.2.9 -all"']
LONG = [f'@ TXT "filler {n} {"x" * 200}"' for n in range(30)]

CASES = {
    "well": Case(zone(), {
        "subdomain.mx": ("passed", "2 of 2"), "subdomain.primary-mx": "passed",
        "subdomain.mx@127.0.0.8:53": "passed",
        "situation.name-servers": "passed", "situation.delegation": "passed",
        "situation.serial": "passed", "situation.ttl": "passed", "situation.exchangers": "passed",
        "situation.spf": ("passed", "2 of 10 lookups, 0 of 2 void"), "situation.dmarc": "passed",
        "situation.mta-sts": "passed"}, 0, spf="valid"),
    "absent": Case(zone(sub=[]), {
        "subdomain.mx": ("failed", "has no MX record"), "subdomain.mx@127.0.0.8:53": "skipped"}, 1),
    "some-only": Case(zone(), {
        "subdomain.mx": ("waiting", "Right at 1 of 2"), "subdomain.mx@ns1.some-only.test": "passed",
        "subdomain.mx@ns2.some-only.test": "waiting",
        "situation.serial": ("warning", "different versions")}, 3, nsd=zone(sub=[]) + ["serial 7"]),
    "primary-differs": Case(zone(), {
        "subdomain.primary-mx": ("warning", "contradict each other",
                                 "ns1.primary-differs.test says “10 mail.primary-differs.test”",
                                 "ns2.primary-differs.test says “10 mx1.emailsrvr.com”"),
        "situation.serial": "passed",
        "situation.primary-mx@ns1.primary-differs.test": "warning",
        "situation.primary-mx@ns2.primary-differs.test": "warning",
        "situation.spf": ("unknown", "contradict each other")}, 3,
        nsd=zone(mx="@ MX 10 mx1.emailsrvr.com.")),
    "primary-absent-at-one": Case(zone(), {
        "subdomain.primary-mx": ("failed", "contradict each other", "ns2.primary-absent-at-one.test says (no record)")},
        1, nsd=zone(mx="@ A 127.0.0.12")),
    "subdomain-differs": Case(zone(), {
        "subdomain.mx": ("failed", "contradict each other", "ns2.subdomain-differs.test says “10 mail", "Right at 1 of 2"),
        "subdomain.mx@ns1.subdomain-differs.test": "passed", "subdomain.mx@ns2.subdomain-differs.test": "failed"}, 1,
        nsd=zone(sub=["@sub MX 10 mail"])),
    "remembered": Case(zone(), {
        "subdomain.mx": "passed", "subdomain.mx@127.0.0.8:53": "passed",
        "subdomain.mx@127.0.0.9:53": ("waiting", "still remembers", "until")}, 3),
    "doubled": Case(zone("rackspace.doubled.test MX 10 mx1.emailsrvr.com.", sub=[]), {
        "subdomain.mx": ("failed", "doubled name", "rackspace.doubled.test.doubled.test")}, 1),
    "doubled-target": Case(zone(sub=["@sub MX 10 mx1.emailsrvr.com"]), {
        "subdomain.mx": ("failed", "mx1.emailsrvr.com.doubled-target.test"),
        "subdomain.exchangers": ("failed", "has no address")}, 1),
    "cname": Case(zone(sub=["@sub CNAME mx1.emailsrvr.com."]), {
        "subdomain.mx": ("failed", "is a CNAME, another name for mx1.emailsrvr.com")}, 1),
    "mx-to-cname": Case(zone("alias CNAME mail", mx="@ MX 10 alias"), {
        "situation.exchangers": ("warning", "is a CNAME for mail.mx-to-cname.test"),
        "subdomain.primary-mx": "passed"}, 4, spf="valid"),
    "mx-to-dangling-cname": Case(zone("alias CNAME gone", mx="@ MX 10 alias",
                                      spf='@ TXT "v=spf1 a:mail.@zone include:emailsrvr.com ~all"'), {
        "situation.exchangers": ("failed", "is a CNAME for gone.mx-to-dangling-cname.test, which has no address")}, 1),
    "mx-to-private": Case(zone("inner A 10.1.1.5", mx="@ MX 10 inner",
                               spf='@ TXT "v=spf1 a:mail.@zone include:emailsrvr.com ~all"'), {
        "situation.exchangers": ("warning", "leads to 10.1.1.5, an address inside a private network")}, 4),
    "mx-to-localhost": Case(zone("inner A 127.0.0.1", mx="@ MX 10 inner",
                                 spf='@ TXT "v=spf1 a:mail.@zone include:emailsrvr.com ~all"'), {
        "situation.exchangers": ("failed", "leads to 127.0.0.1, which is every sender's own machine")}, 1),
    "mx-to-address": Case(zone(mx="@ MX 10 127.0.0.12."), {
        "situation.exchangers": ("failed", "names an IP address")}, 1),
    "sub-mx-to-address": Case(zone(sub=["@sub MX 10 198.51.100.1."]), {
        "subdomain.mx": ("failed", "names an IP address: 198.51.100.1")}, 1),
    "mx-nowhere": Case(zone("@ MX 20 gone"), {
        "situation.exchangers": ("warning", "gone.mx-nowhere.test", "has no address")}, 4),
    "null-mx": Case(zone(sub=["@sub MX 0 ."]), {"subdomain.mx": ("failed", "takes no mail")}, 1),
    "null-mx-beside": Case(zone(sub=["@sub MX 0 ."] + OURS), {
        "subdomain.mx": ("failed", "and names mail servers too")}, 1),
    "primary-null-mx": Case(zone("@ MX 0 ."), {
        "subdomain.primary-mx": ("failed", "and names mail servers too")}, 1),
    "wildcard": Case(zone("* MX 10 mail", sub=[]), {
        "subdomain.mx": ("failed", "a wildcard answers in its place", "10 mail.wildcard.test")}, 1),
    "wildcard-cname": Case(zone("* CNAME mail", sub=[]), {
        "subdomain.mx": ("failed", "a wildcard answers in its place")}, 1),
    "address-only": Case(zone("@sub A 192.0.2.80", sub=[]), {
        "subdomain.mx": ("failed", "has no MX record, but an address", "by its address (RFC 5321 5.1): 192.0.2.80")}, 1),
    "wildcard-address": Case(zone("* A 192.0.2.80", sub=[]), {
        "subdomain.mx": ("failed", "a wildcard gives it an address", "192.0.2.80, which *.wildcard-address.test gives")}, 1),
    "wildcard-right": Case(zone(*[row.replace("@sub", "*") for row in OURS], sub=[]), {
        "subdomain.mx": ("passed", "*.wildcard-right.test gives the same for any name")}, 0),
    "wildcard-beside": Case(zone("* MX 10 mail"), {"subdomain.mx": "passed"}, 0),
    "swapped": Case(zone(sub=["@sub MX 20 mx1.emailsrvr.com.", "@sub MX 10 mx2.emailsrvr.com."]), {
        "subdomain.mx": ("warning", "order swapped: mx2.emailsrvr.com")}, 4),
    "level": Case(zone(sub=["@sub MX 10 mx1.emailsrvr.com.", "@sub MX 10 mx2.emailsrvr.com."]), {
        "subdomain.mx": ("warning", "have one preference", "10 mx1.emailsrvr.com, 20 mx2.emailsrvr.com")}, 4),
    "only-mx1": Case(zone(sub=OURS[:1]), {"subdomain.mx": ("warning", "not mx2.emailsrvr.com")}, 4),
    "extra-mx": Case(zone("@sub MX 30 mail"), {
        "subdomain.mx": ("warning", "name another server too: mail.extra-mx.test")}, 4),
    "extra-mx-first": Case(zone("@sub MX 5 mail"), {
        "subdomain.mx": ("failed", "name another server first: mail.extra-mx-first.test")}, 1),
    "other-servers": Case(zone(sub=["@sub MX 10 mail"]), {
        "subdomain.mx": ("failed", "other servers")}, 1),
    "primary-changed": Case(zone(mx="@ MX 10 mx1.emailsrvr.com.", sub=[]), {
        "subdomain.primary-mx": ("failed", "changed instead of the routing subdomain's")}, 1,
        options=["--situation", "migration", "--mx", "external"]),
    "both-changed": Case(zone(mx="@ MX 10 mx1.emailsrvr.com."), {
        "subdomain.primary-mx": ("failed", "changed as well as the routing subdomain's"),
        "subdomain.mx": "passed"}, 1, options=["--situation", "migration", "--mx", "external"]),
    "at-host-for-good": Case(zone("@ MX 20 mx2.emailsrvr.com.", mx="@ MX 10 mx1.emailsrvr.com.",
                                  spf='@ TXT "v=spf1 a:mail.@zone include:emailsrvr.com -all"'), {
        "subdomain.primary-mx": "passed"}, 0, options=["--situation", "permanent", "--mx", "host"]),
    "at-host-mx1-only": Case(zone(mx="@ MX 10 mx1.emailsrvr.com.",
                                  spf='@ TXT "v=spf1 a:mail.@zone include:emailsrvr.com -all"'), {
        "subdomain.primary-mx": ("warning", "as planned, but not mx2.emailsrvr.com")}, 4,
        options=["--situation", "permanent", "--mx", "host"]),
    "at-host-level": Case(zone("@ MX 10 mx2.emailsrvr.com.", mx="@ MX 10 mx1.emailsrvr.com.",
                               spf='@ TXT "v=spf1 a:mail.@zone include:emailsrvr.com -all"'), {
        "subdomain.primary-mx": ("warning", "at one preference")}, 4,
        options=["--situation", "permanent", "--mx", "host"]),
    "both-systems": Case(zone("@ MX 30 mx1.emailsrvr.com."), {
        "subdomain.primary-mx": ("warning", "name both systems", "30 mx1.emailsrvr.com")}, 4),
    "third-stand-in": Case(zone("@ MX 20 ns1"), {
        "subdomain.primary-mx": ("passed", "20 ns1.third-stand-in.test belongs to neither")}, 0,
        options=["--situation", "permanent", "--mx", "external"]),
    "serials": Case(zone(), {
        "situation.serial": ("warning", "ns2.serials.test: 7"), "subdomain.mx": "passed"}, 4,
        nsd=zone() + ["serial 7"]),
    "lame": Case(zone(), {
        "situation.name-servers": ("warning", "lame delegation", "ns2.lame.test answers REFUSED"),
        "subdomain.mx": ("warning", "does not speak for it")}, 4, nsd=[]),
    "parent-differs": Case(zone(), {
        "situation.delegation": ("warning", "ns9.parent-differs.test"),
        "situation.name-servers": ("warning", "ns9.parent-differs.test has no address")}, 4,
        above=["parent-differs NS ns9.parent-differs.test."]),
    "glue-moved": Case(zone(), {
        "situation.delegation": ("warning", "gives other addresses", "ns1.glue-moved.test 127.0.0.3 (in the zone: 127.0.0.2)"),
        "situation.serial": "passed"}, 4, above=["ns1.glue-moved A 127.0.0.3"]),
    "ns-nowhere": Case(zone(), {
        "situation.name-servers": ("warning", "ns9.nowhere.test has no address")}, 4,
        ns=["@ NS ns9.nowhere.test."]),
    "own-zone": Case(zone("@sub NS ns1", "@sub NS ns2", sub=[]), {
        "subdomain.mx": ("passed", "2 of 2"), "subdomain.mx@127.0.0.8:53": "passed"}, 0),
    "long-ttl": Case(zone(mx="@ 86400 MX 10 mail"), {
        "situation.ttl": ("warning", "24 hours")}, 4),
    "by-tcp": Case(zone(*LONG), {"situation.spf": "passed"}, 0, spf="valid"),
    "spf-none": Case(zone(spf='@ TXT "nothing"'), {
        "situation.spf": ("warning", "has no SPF record", "v=spf1 include:emailsrvr.com ip4:127.0.0.12 ~all")},
        4, spf="none"),
    "spf-two": Case(zone('@ TXT "v=spf1 include:emailsrvr.com -all"'), {
        "situation.spf": ("failed", "2 SPF records", "v=spf1")}, 1, spf="multiple"),
    "spf-one-sender": Case(zone(spf='@ TXT "v=spf1 mx -all"'), {
        "situation.spf": ("warning", "does not name Rackspace Email", "v=spf1 mx include:emailsrvr.com -all")},
        4, spf="valid"),
    "spf-other-sender": Case(zone(spf='@ TXT "v=spf1 include:emailsrvr.com -all"'), {
        "situation.spf": ("warning", "the external server (mail.spf-other-sender.test, 127.0.0.12)")},
        4, spf="valid"),
    "spf-ten": Case(zone(*MANY, spf='@ TXT "v=spf1 mx include:s1.@zone ~all"'), {
        "situation.spf": ("warning", "10 of 10 lookups", "does not name Rackspace")}, 4, spf="valid"),
    "spf-eleven": Case(zone(*MANY, spf='@ TXT "v=spf1 mx include:s1.@zone include:emailsrvr.com ~all"'), {
        "situation.spf": ("failed", "needs 11 lookups")}, 1, spf="lookups"),
    "spf-void": Case(zone(spf='@ TXT "v=spf1 mx a:v1.@zone a:v2.@zone a:v3.@zone include:emailsrvr.com ~all"'), {
        "situation.spf": ("failed", "3 lookups", "lead nowhere")}, 1, spf="void"),
    "spf-mistyped": Case(zone(spf='@ TXT "v=spf1 mx includes:emailsrvr.com ~all"'), {
        "situation.spf": ("failed", "includes:emailsrvr.com")}, 1, spf="error"),
    "spf-include-nothing": Case(zone(spf='@ TXT "v=spf1 mx include:emailsrvr.com include:mail.@zone ~all"'), {
        "situation.spf": ("failed", "has no SPF record")}, 1),
    "spf-semicolon": Case(zone(spf='@ TXT "v=spf1; mx include:emailsrvr.com -all"'), {
        "situation.spf": ("warning", "“v=spf1; mx include:emailsrvr.com -all” is none")}, 4, spf="none"),
    "spf-many-mx": Case(zone(*[f"many MX 10 m{n}" for n in range(11)], *[f"m{n} A 192.0.2.{n + 1}" for n in range(11)],
                                spf='@ TXT "v=spf1 a:mail.@zone mx:many.@zone include:emailsrvr.com -all"'), {
        "situation.spf": ("failed", "more than 10 mail exchangers")}, 1),
    "spf-refuses-host": Case(zone(spf='@ TXT "v=spf1 mx -include:emailsrvr.com -all"'), {
        "situation.spf": ("failed", "does not let Rackspace Email send: “-include:emailsrvr.com”",
                          "v=spf1 mx include:emailsrvr.com -all")}, 1, spf="valid"),
    "spf-doubts-host": Case(zone(spf='@ TXT "v=spf1 mx ~include:emailsrvr.com -all"'), {
        "situation.spf": ("warning", "softfail", "v=spf1 mx include:emailsrvr.com -all")}, 4, spf="valid"),
    "spf-no-word-of-host": Case(zone(spf='@ TXT "v=spf1 mx ?include:emailsrvr.com -all"'), {
        "situation.spf": ("warning", "neutral", "v=spf1 mx include:emailsrvr.com -all")}, 4, spf="valid"),
    "spf-behind-all": Case(zone(spf='@ TXT "v=spf1 mx -all include:emailsrvr.com"'), {
        "situation.spf": ("warning", "“include:emailsrvr.com” stands behind “-all”",
                          "v=spf1 mx include:emailsrvr.com -all")}, 4, spf="valid"),
    "spf-redirect-behind-all": Case(zone(spf='@ TXT "v=spf1 mx -all redirect=emailsrvr.com"'), {
        "situation.spf": ("warning", "“redirect=emailsrvr.com” stands behind “-all”")}, 4, spf="valid"),
    "spf-redirect": Case(zone('all TXT "v=spf1 a:mail.@zone include:emailsrvr.com -all"',
                              spf='@ TXT "v=spf1 redirect=all.@zone"'), {
        "situation.spf": ("passed", "names both systems")}, 0, spf="valid"),
    "spf-nobody-first": Case(zone(spf='@ TXT "v=spf1 -ip4:0.0.0.0/0 mx include:emailsrvr.com -all"'), {
        "situation.spf": ("failed", "stops Rackspace Email, which it includes, at “-ip4:0.0.0.0/0”",
                          "v=spf1 include:emailsrvr.com ip4:127.0.0.12 -ip4:0.0.0.0/0 mx -all")}, 1, spf="valid"),
    "spf-not-mx": Case(zone(spf='@ TXT "v=spf1 -mx ip4:127.0.0.12 include:emailsrvr.com -all"'), {
        "situation.spf": ("failed", "stops the external server", "at “-mx”",
                          "v=spf1 ip4:127.0.0.12 -mx")}, 1, spf="valid"),
    "spf-wide": Case(zone(spf='@ TXT "v=spf1 mx include:emailsrvr.com ip4:0.0.0.0/1 ip4:128.0.0.0/1 -all"'), {
        "situation.spf": ("warning", "lets anybody send for it: “ip4:0.0.0.0/1”, “ip4:128.0.0.0/1”",
                          "v=spf1 mx include:emailsrvr.com -all")}, 4, spf="valid"),
    "spf-wide-behind-include": Case(zone('open TXT "v=spf1 +all"',
                                         spf='@ TXT "v=spf1 mx include:emailsrvr.com include:open.@zone -all"'), {
        "situation.spf": ("warning", "lets anybody send for it: “include:open.spf-wide-behind-include.test”")}, 4),
    "spf-flattened": Case(zone(spf='@ TXT "v=spf1 mx ip4:127.0.0.10 ip4:127.0.0.11 -all"'), {
        "situation.spf": ("warning", "by its networks of today, not by include:emailsrvr.com")}, 4, spf="valid"),
    "spf-macro-address": Case(zone("12.0.0.127.in-addr._spf A 127.0.0.2",
                                   spf='@ TXT "v=spf1 include:emailsrvr.com exists:%{ir}.%{v}._spf.%{d} -all"'), {
        "situation.spf": ("passed", "names both systems")}, 0, spf="valid"),
    "spf-macro-address-missing": Case(zone(spf='@ TXT "v=spf1 include:emailsrvr.com exists:%{ir}.%{v}._spf.%{d} -all"'), {
        "situation.spf": ("warning", "does not name the external server")}, 4, spf="valid"),
    "spf-macro-domain": Case(zone('_spf TXT "v=spf1 a:mail.%{d2} -all"',
                                  spf='@ TXT "v=spf1 include:emailsrvr.com include:_spf.%{d} -all"'), {
        "situation.spf": ("passed", "names both systems", "3 of 10 lookups")}, 0),
    "spf-macro-sender": Case(zone(spf='@ TXT "v=spf1 include:emailsrvr.com exists:%{l}._spf.%{o} -all"'), {
        "situation.spf": ("unknown", "depends on the sender's name before the @")}, 3, spf="valid"),
    "spf-macro-mistyped": Case(zone(spf='@ TXT "v=spf1 mx include:emailsrvr.com exists:%{x}.@zone -all"'), {
        "situation.spf": ("failed", "exists:%{x}.spf-macro-mistyped.test")}, 1),
    "spf-differs": Case(zone(), {
        "situation.spf": ("warning", "contradict each other", "ns2.spf-differs.test says “v=spf1 mx -all”")}, 4,
        nsd=zone(spf='@ TXT "v=spf1 mx -all"')),
    "spf-in-strings": Case(zone(spf='@ TXT "v=spf1 mx inclu" "de:emailsrvr.com ~a" "ll"'), {
        "situation.spf": "passed"}, 0, spf="valid"),
    "dmarc-differs": Case(zone('_dmarc TXT "v=DMARC1; p=none"'), {
        "situation.dmarc": ("warning", "contradict each other")}, 4, nsd=zone('_dmarc TXT "v=DMARC1; p=reject"')),
    "address-differs": Case(zone(), {
        "situation.exchangers": "passed", "situation.spf": ("unknown", "contradict each other", "127.0.0.13")}, 3,
        nsd=zone("mail A 127.0.0.13")),
    "spf-remembered": Case(zone(), {
        "situation.spf": ("passed", "names both systems"),
        "situation.spf@127.0.0.9:53": ("waiting", "names other SPF records", "v=spf1 mx -all", "until")}, 3),
    "spf-dead-terms": Case(zone(spf='@ TXT "v=spf1 mx include:emailsrvr.com -all include:gone.@zone"'), {
        "situation.spf": ("passed", "2 of 10 lookups", "is never looked at")}, 0, spf="valid"),
    "dmarc-no-semicolons": Case(zone('_dmarc TXT "v=DMARC1 p=reject"'), {
        "situation.dmarc": ("warning", "is no DMARC record", "v=DMARC1 p=reject")}, 4),
    "dmarc-small-letters": Case(zone('_dmarc TXT "v=dmarc1; p=reject"'), {
        "situation.dmarc": ("warning", "is no DMARC record")}, 4),
    "dmarc-tag-twice": Case(zone('_dmarc TXT "v=DMARC1; p=none; p=reject"'), {
        "situation.dmarc": ("warning", "the tag “p” twice")}, 4),
    "dmarc-part": Case(zone('_dmarc TXT "v=DMARC1; p=reject; pct=10"'), {
        "situation.dmarc": ("warning", "for 10 of 100 messages")}, 4),
    "dmarc-none": Case(zone('_dmarc TXT "v=DMARC1; p=none"'), {
        "situation.dmarc": ("passed", "p=none")}, 0),
    "dmarc-reject": Case(zone('_dmarc TXT "v=DMARC1; p=reject"'), {
        "situation.dmarc": ("warning", "p=reject", "DKIM")}, 4),
    "dmarc-two": Case(zone('_dmarc TXT "v=DMARC1; p=reject"', '_dmarc TXT "v=DMARC1; p=none"'), {
        "situation.dmarc": ("warning", "2 DMARC records")}, 4),
    "sts-good": Case(zone('_mta-sts TXT "v=STSv1; id=1"', "mta-sts A 127.0.0.20"), {
        "situation.mta-sts": ("passed", "mode enforce")}, 0),
    "sts-lacks-host": Case(zone('_mta-sts TXT "v=STSv1; id=1"', "mta-sts A 127.0.0.20"), {
        "situation.mta-sts": ("warning", "after the cutover")}, 4),
    "sts-lacks-mx": Case(zone('_mta-sts TXT "v=STSv1; id=1"', "mta-sts A 127.0.0.20"), {
        "situation.mta-sts": ("failed", "does not name mail.sts-lacks-mx.test")}, 1),
    "sts-two": Case(zone('_mta-sts TXT "v=STSv1; id=1"', '_mta-sts TXT "v=STSv1; id=2"', "mta-sts A 127.0.0.20"), {
        "situation.mta-sts": ("warning", "in a way that no sender follows")}, 4),
    "sts-no-semicolon": Case(zone('_mta-sts TXT "v=STSv1 id=1"', "mta-sts A 127.0.0.20"), {
        "situation.mta-sts": ("warning", "in a way that no sender follows")}, 4),
    "sts-gone": Case(zone('_mta-sts TXT "v=STSv1; id=1"'), {
        "situation.mta-sts": ("warning", "can't be fetched")}, 4),
}
# Port 53 answers nobody: the resolver by HTTPS, the authorities not at all.
CLOSED = Case(zone(), {
    "subdomain.mx": ("warning", "as far as resolvers see it"),
    "subdomain.mx@127.0.0.20": ("passed", "https://127.0.0.20/dns-query"),
    "subdomain.mx@ns1.well.test": "skipped", "situation.spf": ("passed", "https://127.0.0.20/dns-query")}, 3)

# The resolver answers and the authoritative servers stay silent, as behind a
# firewall that lets out questions to one resolver only.
SILENT = Case(zone(), {
    "subdomain.mx": ("warning", "as far as resolvers see it"),
    "subdomain.mx@127.0.0.8:53": "passed", "subdomain.mx@ns1.well.test": "skipped",
    "situation.spf": "passed", "situation.dmarc": "passed"}, 3)

# What a zone has before a resolver is asked about it too early.
BEFORE = {"remembered": zone(sub=[]), "spf-remembered": zone(spf='@ TXT "v=spf1 mx -all"')}

POLICY = {
    "sts-good": ["mail.sts-good.test", "*.emailsrvr.com"],
    "sts-lacks-host": ["mail.sts-lacks-host.test"],
    "sts-lacks-mx": ["old.sts-lacks-mx.test", "*.emailsrvr.com"],
}


def zone_text(name, records, serial="1", ns=()):
    lines = ["$TTL 3600"]
    for record in records:
        if record.startswith("serial "):
            serial = record.split()[1]
    lines.append(f"@ SOA ns1.{name}. hostmaster.{name}. {serial} 60 60 60 300")
    lines += ["@ NS ns1", "@ NS ns2", "ns1 A 127.0.0.2", "ns2 A 127.0.0.3", "mail A 127.0.0.12"]
    for record in [*records, *ns]:
        if not record.startswith("serial "):
            owner, rest = record.split(" ", 1)
            owner = "rackspace" if owner == "@sub" else owner
            lines.append(f"{owner} {rest}".replace("@zone", name))
    return f"$ORIGIN {name}.\n" + "\n".join(lines) + "\n"


def write(work):
    """Zone files and the configurations of all servers."""
    above = []
    served = {"named": [], "nsd": [], "above": []}

    def put(kind, name, text):
        path = f"{work}/{kind}-{name or 'root'}.zone"
        with open(path, "w") as file:
            file.write(text)
        served[kind].append((name or ".", path))

    for name, case in CASES.items():
        full = f"{name}.test"
        records = BEFORE.get(name, case.records)
        put("named", full, zone_text(full, records, ns=case.ns))
        second = records if case.nsd is None else case.nsd
        if second:
            put("nsd", full, zone_text(full, second, ns=case.ns))
        above += [f"{name} NS ns1.{full}.", f"{name} NS ns2.{full}.", f"ns1.{name} A 127.0.0.2",
                  f"ns2.{name} A 127.0.0.3", *case.above]
    sub = "rackspace.own-zone.test"
    for kind in ("named", "nsd"):
        records = [o.replace("@sub", "@") for o in OURS]
        put(kind, sub, zone_text(sub, records).replace(f"ns1.{sub}. hostmaster", "ns1.own-zone.test. hostmaster"))
    top = "$TTL 60\n@ SOA a.root. h.root. 1 60 60 60 60\n@ NS a.root.\n"
    put("above", "", top + "a.root. A 127.0.0.4\ntest. NS a.root.\ncom. NS a.root.\nroot. NS a.root.\n")
    put("above", "test", top + "\n".join(above) + "\n")
    put("above", "com", top + "emailsrvr NS a.root.\n")
    put("above", "root", top + "a A 127.0.0.4\n")
    put("above", "emailsrvr.com", top + '@ TXT "v=spf1 ip4:127.0.0.10 ip4:127.0.0.11 ~all"\n'
        "mx1 A 127.0.0.10\nmx2 A 127.0.0.11\n")
    common = f'directory "{work}"; session-keyfile "{work}/KIND.key"; pid-file "{work}/KIND.pid"; ' \
        f'listen-on-v6 {{ none; }}; managed-keys-directory "{work}"; dnssec-validation no; empty-zones-enable no;'
    for kind, at in (("named", 2), ("above", 4)):
        with open(f"{work}/{kind}.conf", "w") as file:
            file.write("options { %s listen-on { 127.0.0.%d; }; recursion no; };\ncontrols { };\n"
                       % (common.replace("KIND", kind), at))
            for name, path in served[kind]:
                file.write(f'zone "{name}" {{ type primary; file "{path}"; }};\n')
    with open(f"{work}/hints", "w") as file:
        file.write(". 60 NS a.root.\na.root. 60 A 127.0.0.4\n")
    for n in (8, 9):
        kind = f"resolver{n}"
        with open(f"{work}/{kind}.conf", "w") as file:
            file.write("options { %s listen-on { 127.0.0.%d; }; recursion yes; qname-minimization off; };\n"
                       'controls { };\nzone "." { type hint; file "%s/hints"; };\n'
                       % (common.replace("KIND", kind), n, work))
    with open(f"{work}/nsd.conf", "w") as file:
        file.write(f'server:\n ip-address: 127.0.0.3\n username: ""\n zonesdir: "{work}"\n '
                   f'pidfile: "{work}/nsd.pid"\n xfrdfile: "{work}/xfrd"\n zonelistfile: "{work}/zone.list"\n '
                   f'xfrdir: "{work}"\n server-count: 1\nremote-control:\n control-enable: no\n')
        for name, path in served["nsd"]:
            file.write(f'zone:\n name: "{name}"\n zonefile: "{path}"\n')


def web(work):
    """MTA-STS policies, and DNS over HTTPS by way of the first resolver."""
    import http.server
    import socket
    import ssl

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self, body, media):
            self.send_response(200)
            self.send_header("Content-Type", media)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self):
            name = self.headers["Host"].removeprefix("mta-sts.").removesuffix(".test")
            lines = ["version: STSv1", "mode: enforce", *(f"mx: {mx}" for mx in POLICY[name]), "max_age: 86400"]
            self.answer("\r\n".join(lines).encode() + b"\r\n", "text/plain")

        def do_POST(self):
            question = self.rfile.read(int(self.headers["Content-Length"]))
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
                udp.sendto(question, ("127.0.0.8", 53))
                self.answer(udp.recv(4096), "application/dns-message")

    server = http.server.ThreadingHTTPServer(("127.0.0.20", 443), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"{work}/web.pem", f"{work}/web.key")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.serve_forever()


def dig(server, name, kind, *more):
    out = subprocess.run(["dig", "+short", "+time=2", "+tries=2", f"@{server}", name, kind, *more],
                         capture_output=True, text=True).stdout
    return sorted(line for line in out.splitlines() if line and not line.startswith(";"))


def mx_rows(lines):
    """MX records as findings show them."""
    rows = sorted((int(a), b.lower().rstrip(".") or ".") for a, b in (line.split() for line in lines))
    return ", ".join(f"{a} {b}" for a, b in rows) or "(no record)"


ADDRESS = {"ns1": "127.0.0.2", "ns2": "127.0.0.3"}


def dig_disagrees(name, findings):
    """What dig sees otherwise than the findings, and how many it could judge."""
    full, sub = f"{name}.test", f"rackspace.{name}.test"
    wrong, judged = [], 0

    def same(what, ours, theirs):
        nonlocal judged
        judged += 1
        if ours != theirs:
            wrong.append(f"dig on {what}: {theirs!r}, we say {ours!r}")

    for finding in findings:
        where, _, server = finding["id"].partition("@")
        told = ADDRESS.get(server.split(".")[0], server.split(":")[0] or "127.0.0.8")
        if where == "subdomain.mx" and server and finding["found"] != "(not asked)":
            at = ADDRESS.get(server.split(".")[0], server.split(":")[0])
            lines = dig(at, sub, "MX")
            by_address = "(no MX record, but an address) "
            if name == "lame" and at == "127.0.0.3":
                same(finding["id"], finding["found"], "REFUSED" if not lines else lines)
            elif finding["found"].startswith(by_address):
                same(finding["id"], [], lines)
                same(finding["id"], finding["found"], by_address + ", ".join(dig(at, sub, "A")))
            else:
                # A CNAME at the name comes before the other's records.
                same(finding["id"], finding["found"], mx_rows([row for row in lines if " " in row]))
        elif where == "subdomain.primary-mx":
            rows = {mx_rows(dig(at, full, "MX")) for at in ADDRESS.values() if dig(at, full, "SOA")}
            if len(rows) == 1:
                same(where, finding["found"], rows.pop())
            else:
                same(where, "contradict each other" in finding["summary"], True)
                same(where, [], sorted(row for row in rows if row not in finding["found"]))
        elif where == "situation.serial":
            serials = {server: dig(at, full, "SOA")[0].split()[2] for server, at in ADDRESS.items()}
            same(where, finding["state"] == "passed", len(set(serials.values())) == 1)
        elif where == "situation.ttl":
            out = subprocess.run(["dig", "+noall", "+answer", "@127.0.0.2", full, "MX"], capture_output=True, text=True)
            same(where, finding["found"], f"{max(int(l.split()[1]) for l in out.stdout.splitlines())} s")
        elif where == "situation.delegation":
            out = subprocess.run(["dig", "+norec", "+noall", "+authority", "@127.0.0.4", full, "NS"],
                                 capture_output=True, text=True)
            names = sorted(l.split()[4].rstrip(".") for l in out.stdout.splitlines() if " NS" in l or "\tNS\t" in l)
            same(where, finding["expected"], ", ".join(names))
            same(where, finding["found"], ", ".join(l.rstrip(".") for l in dig("127.0.0.2", full, "NS")))
        elif where in ("situation.exchangers", "subdomain.exchangers"):
            for part in finding["found"].split(", "):
                host, _, what = part.partition(": ")
                answer = dig("127.0.0.8", host, "A")
                if host.endswith(full):
                    answer = sorted({row for at in ADDRESS.values() for row in dig(at, host, "A")} or answer)
                if what.startswith("CNAME"):
                    what = what.removesuffix(" (no address)")
                    same(host, what, f"CNAME {answer[-1].rstrip('.') if answer[-1].endswith('.') else answer[0]}")
                elif what == "(no address)" or what.startswith("an IP"):
                    same(host, [], answer)
                else:
                    same(host, what, " ".join(answer))
        elif where == "situation.spf":
            texts = [l.replace('" "', "").strip('"') for l in dig(told, full, "TXT")]
            records = [t for t in texts if t == "v=spf1" or t.startswith("v=spf1 ")]
            ours = re.sub(r" \(\d+ of 10 lookups.*", "", finding["found"])
            if "SPF record of" in finding["summary"] and "contradict each other" in finding["summary"]:
                same(where, True, all(text in ours for text in records))
            else:
                same(where, sorted(ours.split(" | ")), records or ["(no record)"])
        elif where == "situation.dmarc":
            lines = dig(told, f"_dmarc.{full}", "TXT")
            texts = [line.strip('"') for line in lines if line.startswith('"')]
            if "contradict each other" in finding["summary"]:
                same(where, True, all(text in finding["found"] for text in texts))
            else:
                same(where, sorted(finding["found"].split(" | ")), texts or ["(no record)"])
    return wrong, judged


def checkdmarc_disagrees(name, case, findings):
    """The same by checkdmarc, for SPF, DMARC, MTA-STS and the exchangers."""
    import logging

    from checkdmarc import dmarc, mta_sts, smtp, spf

    logging.disable(logging.WARNING)

    full, how = f"{name}.test", {"nameservers": ["127.0.0.8"]}
    found = {finding["id"]: finding for finding in findings}
    wrong, judged = [], 0

    def same(what, ours, theirs, detail=""):
        nonlocal judged
        judged += 1
        if ours != theirs:
            wrong.append(f"checkdmarc on {what}: {theirs!r}, we say {ours!r} {detail}")

    if any("contradict each other" in found[f"situation.{kind}"]["summary"] for kind in ("spf", "dmarc")):
        # It asks one resolver and hears one version.
        return wrong, judged
    ours = found["situation.spf"]
    theirs = spf.check_spf(full, **how)
    # A record that is sound and refuses one of the two systems fails with us alone.
    refuses = " stops " in ours["summary"] or "does not let" in ours["summary"]
    fatal = ours["state"] == "failed" and not refuses or ours["found"] == "(no record)"
    same("SPF", not fatal, theirs["valid"], theirs.get("error", ""))
    counted = re.search(r"\((\d+) of 10 lookups, (\d+) of 2 void\)", ours["found"])
    # It does not execute macros, and so does not see what is behind one.
    macros = any("%{" in text for text in case.records)
    if counted and theirs.get("dns_lookups") is not None and not macros:
        same("lookups", int(counted[1]), theirs["dns_lookups"])
        same("void lookups", int(counted[2]), theirs["void_dns_lookups"])
    kinds = {"none": "does not exist|not found|have", "multiple": "multiple|more than one", "lookups": "lookups",
             "void": "void", "error": "not a valid"}
    if case.spf in kinds:
        judged += 1
        if not re.search(kinds[case.spf], theirs.get("error", ""), re.I):
            wrong.append(f"checkdmarc calls the SPF record wrong for another reason: {theirs}")
    ours, theirs = found["situation.dmarc"], dmarc.check_dmarc(full, **how)
    if theirs["valid"]:
        policy = theirs["tags"]["p"]["value"]
        same("DMARC", True, f"p={policy}" in ours["found"], ours["found"])
        same("DMARC policy", ours["state"], "passed" if policy == "none" else "warning")
    else:
        many = "multiple" in theirs["error"].lower()
        same("DMARC", "DMARC records" in ours["summary"], many, theirs["error"])
    ours, theirs = found["situation.mta-sts"], mta_sts.check_mta_sts(full, **how)
    announced = ours["found"] != "(no record)"
    useless = "can't be fetched" in ours["summary"] or "no sender follows" in ours["summary"]
    same("MTA-STS", announced and not useless, theirs["valid"], theirs.get("error", ""))
    if theirs["valid"]:
        patterns = theirs["policy"]["mx"]
        same("the policy's exchangers", ours["found"].split("mx ")[1], ", ".join(patterns))
    if "situation.exchangers" in found:
        words = " ".join(smtp.get_mx_hosts(full, **how)["warnings"])
        ours = found["situation.exchangers"]
        same("CNAME exchangers", "is a CNAME for" in ours["summary"], "CNAME alias" in words, words)
        bad = re.search(r"have any A or AAAA|does not exist|not resolve|IP address", words)
        same("exchangers without address", bool(re.search("has no address|names an IP address", ours["summary"])),
             bool(bad), words)
    return wrong, judged


def run(sdrctl, *arguments):
    done = subprocess.run([sdrctl, "dns", *arguments, "--json"], capture_output=True, text=True)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def complaints(case, code, findings, error):
    found = {finding["id"]: finding for finding in findings}
    wrong = [] if code == case.exit else [f"exit {code}, expected {case.exit} {error}"]
    for which, expected in case.expect.items():
        state, *words = [expected] if isinstance(expected, str) else expected
        if which not in found:
            wrong.append(f"{which} is missing")
            continue
        finding = found[which]
        if finding["state"] != state:
            wrong.append(f"{which} is {finding['state']}, expected {state}")
        text = json.dumps(finding, ensure_ascii=False)
        wrong += [f"{which} does not say “{word}”: {text}" for word in words if word not in text]
    if wrong:
        wrong += [f"  {f['state']:8} {f['id']}: {f['summary']}" for f in findings if f["state"] != "passed"]
    return wrong


def reload(work, kind, pid):
    for name in BEFORE:
        full = f"{name}.test"
        with open(f"{work}/{kind}-{full}.zone", "w") as file:
            file.write(zone_text(full, CASES[name].records, serial="2"))
    os.kill(pid, 1)


def judge(work, sdrctl, only):
    failed = passed = by_dig = by_checkdmarc = 0
    spent = {"sdrctl": 0, "dig": 0, "checkdmarc": 0}

    def tell(name, wrong):
        nonlocal failed, passed
        if wrong:
            failed += 1
            print(f"FAIL {name}\n     " + "\n     ".join(wrong))
        else:
            passed += 1
            print(f"ok   {name}")

    if any(only in name for name in BEFORE):
        # One resolver is asked too early, then the records are published.
        dig("127.0.0.9", "rackspace.remembered.test", "MX")
        dig("127.0.0.9", "spf-remembered.test", "TXT")
        for kind, file in (("named", "named.pid"), ("nsd", "nsd.pid")):
            with open(f"{work}/{file}") as pid:
                reload(work, kind, int(pid.read()))
        for at in ADDRESS.values():
            for _ in range(50):
                if all(dig(at, f"{name}.test", "SOA")[0].split()[2] == "2" for name in BEFORE):
                    break
                time.sleep(0.1)
    ask = ["--resolver", "127.0.0.8", "--resolver", "127.0.0.9"]
    for name, case in CASES.items():
        if only not in name:
            continue
        options = [*ask, "--external-host", f"mail.{name}.test", *case.options]
        code, findings, error = run(sdrctl, f"{name}.test", *options)
        wrong = complaints(case, code, findings, error)
        if findings:
            more, judged = dig_disagrees(name, findings)
            by_dig += judged
            wrong += more
            more, judged = checkdmarc_disagrees(name, case, findings)
            by_checkdmarc += judged
            wrong += more
        tell(name, wrong)
    if only in "silent":
        import socket

        silent = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in ADDRESS]
        for one, at in zip(silent, ADDRESS.values()):
            one.bind((at, 5399))
        options = ["--resolver", "127.0.0.8", "--dns-port", "5399", "--external-host", "mail.well.test"]
        began = time.time()
        tell("authoritative servers silent", complaints(SILENT, *run(sdrctl, "well.test", *options)))
        print(f"     within {time.time() - began:.1f} s")
    if only in "closed":
        options = ["--resolver", "127.0.0.99", "--doh", "https://127.0.0.20/dns-query", "--dns-port", "5399",
                   "--external-host", "mail.well.test"]
        tell("port 53 closed", complaints(CLOSED, *run(sdrctl, "well.test", *options)))
        done = subprocess.run([sdrctl, "dns", "well.test", "--allow-list", *ask], capture_output=True, text=True)
        same = done.returncode == 0 and done.stdout.split() == ["127.0.0.10", "127.0.0.11"]
        tell("the allow-list", [] if same else [done.stdout + done.stderr])
    print(f"{passed} passed, {failed} failed; dig judged {by_dig} findings, checkdmarc {by_checkdmarc}")
    return failed == 0


if __name__ == "__main__":
    verb, work, *rest = sys.argv[1:]
    if verb == "judge":
        sys.exit(0 if judge(work, *rest) else 1)
    {"write": write, "web": web}[verb](work)
