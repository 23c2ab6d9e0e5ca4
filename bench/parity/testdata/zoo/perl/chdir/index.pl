#!/usr/bin/perl
# Hazard 13: a page changes the time zone.
use strict;
use warnings;
use CGI;
use POSIX 'tzset';

my $q = CGI->new;
if ($q->param('zone')) { $ENV{TZ} = 'Asia/Tokyo'; tzset() }
my @t = localtime 1_000_000_000;
print $q->header, "<title>Ad</title><p>sold at $t[2] o'clock";
