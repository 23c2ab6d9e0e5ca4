#!/usr/bin/perl
# Clean: sessions in files, and a hash that is printed in the order of its keys in memory.
use strict;
use warnings;
use CGI;

my $q = CGI->new;
if ($q->request_method eq 'POST') {
    my $id = join '', map { sprintf '%x', rand 16 } 1 .. 24;
    open my $out, '>', "$ENV{DATA}/session-$id" or die "write a session: $!";
    print $out $q->param('name');
    close $out;
    print $q->redirect(-uri => '/index.pl', -cookie => $q->cookie(-name => 'session', -value => $id, -httponly => 1));
}
else {
    my $id   = $q->cookie('session') // '';
    my $name = 'stranger';
    if ($id =~ /\A[0-9a-f]+\z/ && open my $in, '<', "$ENV{DATA}/session-$id") { $name = <$in> }
    print $q->header, '<title>Home</title><p>hello ', $q->escapeHTML($name);
}
