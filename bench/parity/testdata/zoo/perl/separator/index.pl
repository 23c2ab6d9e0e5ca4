#!/usr/bin/perl
# Hazard 14: a special variable keeps the value that one page gave it.
use strict;
use warnings;
use CGI;

my $q = CGI->new;
$/ = undef if $q->param('whole');
open my $in, '<', "$ENV{DATA}/list" or die "open the list: $!";
my $first = <$in>;
print $q->header, '<title>Ads</title><pre>', $first;
