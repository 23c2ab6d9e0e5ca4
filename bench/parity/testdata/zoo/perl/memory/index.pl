#!/usr/bin/perl
# Hazard 16: each request leaves 100 KB.
use strict;
use warnings;
use CGI;

our @pages;
my $q = CGI->new;
push @pages, 'x' x 100_000 if $q->param('list');
print $q->header, '<title>Ads</title><p>none';
