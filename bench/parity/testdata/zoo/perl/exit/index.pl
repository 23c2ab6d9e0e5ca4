#!/usr/bin/perl
# Hazard 7: under ModPerl::Registry, exit is an exception, which the eval catches.
use strict;
use warnings;
use CGI;

my $q = CGI->new;
print $q->header, '<title>Ads</title>';
eval { old() if $q->param('old') };
print '<p>A canoe, nearly new.</p>';

sub old {
    print '<p>This page has moved.</p>';
    exit;
}
