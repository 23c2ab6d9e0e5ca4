#!/usr/bin/perl
# Hazard 11: a transaction that is not committed goes on in the next request.
use strict;
use warnings;
use CGI;
use DBI;

my $q  = CGI->new;
my $db = DBI->connect_cached("dbi:SQLite:dbname=$ENV{DATA}/ads.db", '', '', { RaiseError => 1, AutoCommit => 0 });
$db->do('CREATE TABLE IF NOT EXISTS ad (title TEXT)');
if ($q->request_method eq 'POST') {
    $db->do('INSERT INTO ad VALUES (?)', undef, scalar $q->param('title'));
    print $q->header, '<title>Draft</title><p>looks good';
}
else {
    print $q->header, '<title>Ads</title><p>ads: ', scalar @{ $db->selectall_arrayref('SELECT title FROM ad') };
}
