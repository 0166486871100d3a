"""Keeps a copy by content synchronization: refreshed, then as changes come, then from where it was left."""
import sys

import ldap
from ldap.ldapobject import SimpleLDAPObject
from ldap.syncrepl import SyncreplConsumer

URL = sys.argv[2]
SUFFIX = "dc=example,dc=org"
PEOPLE = "ou=people," + SUFFIX
STATE = {"cookie": None, "entries": {}}


class Consumer(SimpleLDAPObject, SyncreplConsumer):
    def __init__(self, url):
        super().__init__(url)
        self.refreshed = False
        self.present = set()

    def syncrepl_get_cookie(self):
        return STATE["cookie"]

    def syncrepl_set_cookie(self, cookie):
        STATE["cookie"] = cookie

    def syncrepl_entry(self, dn, attributes, uuid):
        STATE["entries"][uuid] = (dn, attributes["sn"][0].decode() if "sn" in attributes else "")

    def syncrepl_delete(self, uuids):
        for uuid in uuids:
            STATE["entries"].pop(uuid, None)

    def syncrepl_present(self, uuids, refreshDeletes=False):
        if uuids is None:
            # All that were not told of are gone, unless what is gone was told.
            if not refreshDeletes:
                for uuid in set(STATE["entries"]) - self.present - self.told:
                    del STATE["entries"][uuid]
        elif refreshDeletes:
            self.syncrepl_delete(uuids)
        else:
            self.present |= set(uuids)

    def syncrepl_refreshdone(self):
        self.refreshed = True

    told = set()


def names():
    return sorted((dn.split(",")[0], sn) for dn, sn in STATE["entries"].values())


def expect(found, expected):
    assert found == expected, (found, expected)


def run(mode):
    consumer = Consumer(URL)
    consumer.simple_bind_s("cn=admin,dc=example,dc=org", "admin-secret")
    Consumer.told = set(STATE["entries"])
    sent = consumer.syncrepl_search(PEOPLE, ldap.SCOPE_SUBTREE, mode=mode, filterstr="(objectClass=inetOrgPerson)", attrlist=["sn"])
    return consumer, sent


def until(consumer, sent, is_wanted):
    for _ in range(100):
        if is_wanted():
            return
        consumer.syncrepl_poll(msgid=sent, timeout=20, all=0)
    raise AssertionError(("it never comes", names()))


def poll_all(consumer, sent):
    while consumer.syncrepl_poll(msgid=sent, timeout=20, all=1):
        pass


writer = ldap.initialize(URL)
writer.simple_bind_s("cn=admin,dc=example,dc=org", "admin-secret")
first = [("uid=alice", "Adams"), ("uid=bob", "Adams"), ("uid=carol", "Adams")]

consumer, sent = run("refreshOnly")
poll_all(consumer, sent)
expect(names(), first)
consumer.unbind_s()

# What has changed meanwhile, from the cookie on.
writer.delete_s("uid=bob," + PEOPLE)
writer.modify_s("uid=alice," + PEOPLE, [(ldap.MOD_REPLACE, "sn", [b"Byron"])])
consumer, sent = run("refreshAndPersist")
until(consumer, sent, lambda: consumer.refreshed)
expect(names(), [("uid=alice", "Byron"), ("uid=carol", "Adams")])

# As it comes.
writer.add_s("uid=dan," + PEOPLE, [("objectClass", [b"inetOrgPerson"]), ("cn", [b"Dan"]), ("sn", [b"Dane"])])
until(consumer, sent, lambda: ("uid=dan", "Dane") in names())
writer.rename_s("uid=carol," + PEOPLE, "uid=karol")
until(consumer, sent, lambda: ("uid=karol", "Adams") in names())
expect(len(names()), 3)
writer.rename_s("uid=karol," + PEOPLE, "uid=karol", newsuperior=SUFFIX)
until(consumer, sent, lambda: len(names()) == 2)
writer.delete_s("uid=alice," + PEOPLE)
until(consumer, sent, lambda: len(names()) == 1)
expect(names(), [("uid=dan", "Dane")])
consumer.unbind_s()
print("done")
