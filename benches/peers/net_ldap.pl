# Perl's Net::LDAP::LDIF: `net_ldap.pl FILE` reads a file and prints what it has seen: entries, values, octets and the
# sum of all first octets.
use strict;
use warnings;
use Net::LDAP::LDIF;

my $file = Net::LDAP::LDIF->new($ARGV[0], 'r', onerror => 'die');
my ($entries, $values, $octets, $mark) = (0, 0, 0, 0);
while (my $entry = $file->read_entry) {
    $entries++;
    $octets += length $entry->dn;
    for my $name ($entry->attributes) {
        for my $value ($entry->get_value($name)) {
            $values++;
            $octets += length $value;
            $mark += ord $value;
        }
    }
}
print "$entries $values $octets $mark\n";
