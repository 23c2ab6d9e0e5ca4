#!/usr/bin/perl
# Hazard 10: a lock is left to the end of the process.
use strict;
use warnings;
use CGI;
use Fcntl ':flock';

our @files;
my $q = CGI->new;
if ($q->param('count')) {
    open my $lock, '>', "$ENV{DATA}/lock" or die "open the lock: $!";
    flock $lock, LOCK_EX or die "lock: $!";
    push @files, $lock;
}
print $q->header, '<title>Counter</title><p>counted';
