# The list that all of them read: `people.py HOW-MANY > roster.csv`.
import random, sys

many = int(sys.argv[1])
chance = random.Random(5)
first = ["Ann", "Bob", "Carla", "Dieter", "Eve", "Farid", "Gisela", "Hans", "Ines", "Jörg", "Kofi",
         "Léna", "Mario", "Nina", "Olaf", "Petra"]
first += [name + end for name in first[:8] for end in ("-Marie", "-Kai", "ina", "o")]
syllables = ["an", "ber", "co", "dor", "el", "fan", "gar", "hol", "in", "ka", "len", "mei", "ner",
             "ov", "pet", "ros", "son", "tan", "wei", "zi"]
last = [(a + b + c).capitalize() for a in syllables for b in syllables for c in syllables]
plain = str.maketrans("öé", "oe")
order = list(range(many))
chance.shuffle(order)
out = sys.stdout
out.reconfigure(encoding="utf-8", newline="")
out.write("\ufeffaddress,display_name,first_name,last_name,home,wave,aliases,strategy\r\n")
for n in order:
    given, family = first[chance.randrange(len(first))], last[chance.randrange(len(last))]
    at = f"{given}.{family}{n}".lower().translate(plain)
    alias = f"{family}{n}@example.com".lower() if n % 4 == 0 else ""
    display = f'"{family}, {given}"' if n % 10 == 0 else f"{given} {family}"
    out.write(f"{at}@example.com,{display},{given},{family},host,,{alias},contact\r\n")
