"""Findings of `sdrctl smtp --json` against what a configuration must show.

verdicts.py FILE [id=state | id~words] ...
Whatever is not named must have passed; "absent" is a state.
"""

import json
import sys

findings = {}
for line in open(sys.argv[1], encoding="utf-8"):
    finding = json.loads(line)
    findings[finding["id"].removeprefix("server.")] = finding

wrong = []
named = set()
for wanted in sys.argv[2:]:
    if "~" in wanted:
        name, words = wanted.split("~", 1)
        if words not in findings.get(name, {}).get("summary", ""):
            wrong.append(f"{name} does not say “{words}”")
        continue
    name, state = wanted.split("=", 1)
    named.add(name)
    seen = findings.get(name, {"state": "absent"})["state"]
    if seen != state:
        wrong.append(f"{name} is {seen}, wanted {state}")
for name, finding in findings.items():
    if name not in named and finding["state"] != "passed":
        wrong.append(f"{name} is {finding['state']}, wanted passed")
    if finding["state"] in ("failed", "warning", "waiting", "unknown"):
        for part in ("meaning", "action"):
            if not finding[part]:
                wrong.append(f"{name} has no {part}")
    if any(">> DATA" in line for line in finding.get("evidence", [])):
        wrong.append(f"{name}: DATA was said")
for must in ("connect", "verification-address", "random-address", "own-domain", "relay", "postmaster", "abuse"):
    if must not in findings:
        wrong.append(f"{must} is missing")
if wrong:
    print("\n".join(wrong))
    for finding in findings.values():
        print("   ", finding["state"], finding["id"], finding["summary"], "[" + finding["found"] + "]")
    sys.exit(1)
