#!/usr/bin/perl
# Hazard 9: a program that is run writes to the standard output of the process.
use strict;
use warnings;

$| = 1;
print "Content-Type: text/plain\n\nAds:\n";
system 'echo', 'one ad';
