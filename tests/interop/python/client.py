"""Reads and writes over each kind of connection, and leaves all as it was."""
import sys

import ldap
import ldap.modlist
from ldap.controls import SimplePagedResultsControl

CA, PLAIN, TLS = sys.argv[1:4]
SUFFIX = "dc=example,dc=org"
PEOPLE = "ou=people," + SUFFIX
ALICE = "uid=alice," + PEOPLE
NEW = "uid=new," + PEOPLE


def connect(url, starts_tls):
    connection = ldap.initialize(url)
    connection.set_option(ldap.OPT_NETWORK_TIMEOUT, 20)
    connection.set_option(ldap.OPT_TIMEOUT, 20)
    connection.set_option(ldap.OPT_X_TLS_CACERTFILE, CA)
    connection.set_option(ldap.OPT_X_TLS_REQUIRE_CERT, ldap.OPT_X_TLS_DEMAND)
    connection.set_option(ldap.OPT_X_TLS_NEWCTX, 0)
    if starts_tls:
        connection.start_tls_s()
    return connection


def expect(found, expected):
    assert found == expected, (found, expected)


for url, starts_tls in [(PLAIN, False), (PLAIN, True), (TLS, False)]:
    one = connect(url, starts_tls)
    try:
        one.simple_bind_s(ALICE, "wrong")
        raise AssertionError("a wrong password is refused")
    except ldap.INVALID_CREDENTIALS:
        pass
    one.simple_bind_s(ALICE, "alice-secret")
    expect(one.whoami_s(), "dn:" + ALICE)
    found = one.search_s(SUFFIX, ldap.SCOPE_SUBTREE, "(&(sn=ADAMS)(!(uid=bob)))", ["uid"])
    expect(found, [(ALICE, {"uid": [b"alice"]}), ("uid=carol," + PEOPLE, {"uid": [b"carol"]})])

    page, pages, cookie = 2, 0, ""
    names = []
    while True:
        control = SimplePagedResultsControl(True, size=page, cookie=cookie)
        sent = one.search_ext(SUFFIX, ldap.SCOPE_SUBTREE, "(objectClass=*)", ["1.1"], serverctrls=[control])
        _, entries, _, controls = one.result3(sent)
        names += [name for name, _ in entries]
        pages += 1
        cookie = controls[0].cookie
        if not cookie:
            break
    expect((pages, len(names)), (3, 5))

    entry = {"objectClass": [b"inetOrgPerson"], "cn": [b"New"], "sn": ["Zo\u00eb".encode()], "jpegPhoto": [b"\0\xff"]}
    one.add_s(NEW, ldap.modlist.addModlist(entry))
    try:
        one.add_s(NEW, ldap.modlist.addModlist(entry))
        raise AssertionError("it is there")
    except ldap.ALREADY_EXISTS:
        pass
    one.modify_s(NEW, [(ldap.MOD_ADD, "mail", [b"new@example.org", b"n@example.org"]), (ldap.MOD_REPLACE, "sn", [b"Two"])])
    one.modify_s(NEW, [(ldap.MOD_DELETE, "mail", [b"N@example.org"])])
    expect(one.compare_s(NEW, "sn", b"TWO"), True)
    expect(one.compare_s(NEW, "sn", b"One"), False)
    one.passwd_s(NEW, None, "first")
    one.passwd_s(NEW, "first", "second")
    other = connect(url, starts_tls)
    other.simple_bind_s(NEW, "second")
    expect(other.whoami_s(), "dn:" + NEW)
    other.unbind_s()
    one.rename_s(NEW, "uid=moved", newsuperior=SUFFIX, delold=1)
    [(name, values)] = one.search_s("uid=moved," + SUFFIX, ldap.SCOPE_BASE)
    expect((name, values["uid"], values["mail"]), ("uid=moved," + SUFFIX, [b"moved"], [b"new@example.org"]))
    expect(values["jpegPhoto"], [b"\0\xff"])
    try:
        one.delete_s(PEOPLE)
        raise AssertionError("there are entries below")
    except ldap.NOT_ALLOWED_ON_NONLEAF:
        pass
    one.delete_s("uid=moved," + SUFFIX)
    try:
        one.search_s("uid=moved," + SUFFIX, ldap.SCOPE_BASE)
        raise AssertionError("it is gone")
    except ldap.NO_SUCH_OBJECT as error:
        expect(error.args[0]["matched"], SUFFIX)
    one.unbind_s()
print("done")
