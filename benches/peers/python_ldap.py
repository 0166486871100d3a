"""python-ldap's LDIFParser: `python_ldap.py FILE` reads a file and prints what it has seen.

Entries, values, octets and the sum of all first octets.
"""

import sys

from ldif import LDIFParser


class Seen(LDIFParser):
    entries = values = octets = mark = 0

    def handle(self, dn, entry):
        self.entries += 1
        self.octets += len(dn)
        for values in entry.values():
            for value in values:
                self.values += 1
                self.octets += len(value)
                self.mark += value[0]


with open(sys.argv[1], encoding="utf-8") as file:
    seen = Seen(file)
    seen.parse()
    print(seen.entries, seen.values, seen.octets, seen.mark)
