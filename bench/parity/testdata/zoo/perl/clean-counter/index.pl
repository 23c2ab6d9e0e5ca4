#!/usr/bin/perl
# Clean: a counter in a file, the time, and a token.
use strict;
use warnings;
use CGI;
use Fcntl ':flock';

my $q = CGI->new;
open my $file, '+>>', "$ENV{DATA}/count" or die "open the count: $!";
flock $file, LOCK_EX or die "lock: $!";
print $file 'x';
close $file;
my $token = join '', map { sprintf '%x', rand 16 } 1 .. 16;
print $q->header, '<title>Visits</title><p>visitor ', -s "$ENV{DATA}/count", ' at ', scalar localtime, "<input type=hidden name=token value=$token>";
