# The same in Python's csv module: read, parse, collisions, sort, write.
import csv, re, sys

DOMAIN, ROUTED = "example.com", "rackspace.example.com"
LOCAL = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*\Z")
NAMES = ["Name", "Alias", "DisplayName", "FirstName", "LastName", "PrimarySmtpAddress",
         "ExternalEmailAddress", "OtherAddresses", "Strategy"]

people, owners = {}, {}
with open(sys.argv[1], encoding="utf-8-sig", newline="") as file:
    rows = csv.reader(file, strict=True)
    at = {name: n for n, name in enumerate(next(rows))}
    address, display, first, last, home, wave, aliases, strategy = (
        at[name] for name in ("address", "display_name", "first_name", "last_name", "home", "wave",
                              "aliases", "strategy"))
    for row in rows:
        local, _, domain = row[address].strip().lower().rpartition("@")
        if domain != DOMAIN or not LOCAL.match(local) or len(local) > 64:
            sys.exit(f"no address: {row[address]}")
        if local in people:
            sys.exit(f"twice: {local}")
        if row[home] not in ("host", "external") or row[strategy] not in ("contact", "forward", "retire"):
            sys.exit(f"line {rows.line_num}")
        moves = int(row[wave]) if row[wave] else None
        others = []
        for alias in row[aliases].lower().split():
            name, _, domain = alias.rpartition("@")
            if domain != DOMAIN or not LOCAL.match(name):
                sys.exit(f"no alias: {alias}")
            owners[name] = owners.get(name, 0) + 1
            others.append(name)
        people[local] = (row[display], row[first], row[last], row[home], moves, others, row[strategy])

def plain(name):
    return f"{name[:58]} (SDR)"

wearers = {}
for who in people.values():
    name = plain(who[0]).lower()
    wearers[name] = wearers.get(name, 0) + 1
taken = {name for name, count in wearers.items() if count == 1}
names = {}
for local, who in people.items():
    name = plain(who[0])
    if wearers[name.lower()] > 1:
        n = 1
        while True:
            mark = f" ({local[:30]}, SDR)" if n == 1 else f" ({local[:30]} {n}, SDR)"
            name = who[0][:64 - len(mark)] + mark
            if name.lower() not in taken:
                break
            n += 1
        taken.add(name.lower())
    names[local] = name

with open(sys.argv[2], "w", encoding="utf-8-sig", newline="") as file:
    out = csv.writer(file, quoting=csv.QUOTE_ALL)
    out.writerow(NAMES)
    for local in sorted(people):
        display, first, last, home, moves, others, strategy = people[local]
        if home != "host" and moves is None:
            continue
        others = [name for name in others if name not in people and owners[name] == 1]
        out.writerow((names[local], f"{local[:60]}-sdr", display, first, last, f"{local}@{DOMAIN}",
                      f"{local}@{ROUTED}", " ".join(f"{name}@{DOMAIN}" for name in others), strategy))
