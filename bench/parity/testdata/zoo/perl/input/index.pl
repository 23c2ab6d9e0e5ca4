#!/usr/bin/perl
# Hazard 5: a parameter that is missing has the value it had before.
use strict;
use warnings;
use CGI;

our %in;
my $q = CGI->new;
$in{$_} = $q->escapeHTML($q->param($_)) for $q->param;
print $q->header, '<title>Ads</title><p>page ', $in{page} // 1, ' of ', $in{category} // 'all';
