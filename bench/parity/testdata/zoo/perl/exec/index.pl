#!/usr/bin/perl
# Hazard 7: a page hands over to another program.
use strict;
use warnings;

$| = 1;
print "Content-Type: text/plain\n\n";
exec 'echo', 'one ad' if ($ENV{QUERY_STRING} // '') eq 'old=1';
print "no ad\n";
