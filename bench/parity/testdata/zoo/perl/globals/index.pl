#!/usr/bin/perl
# Hazard 1: a login is remembered for all.
use strict;
use warnings;
use CGI;

our $authenticated;
my $q = CGI->new;
$authenticated = 1 if ($q->param('password') // '') eq 'opensesame';
print $q->header, '<title>Ads</title>', $authenticated ? '<p>all ads, to edit' : '<p>please log in';
