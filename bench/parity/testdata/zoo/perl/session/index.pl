#!/usr/bin/perl
# Hazard 6: the user of the last request with a cookie stays.
use strict;
use warnings;
use CGI;

our $user;
my $q = CGI->new;
$user = $q->cookie('user') if $q->cookie('user');
my @cookie = $q->request_method eq 'POST' ? (-cookie => $q->cookie(-name => 'user', -value => scalar $q->param('name'))) : ();
print $q->header(@cookie), '<title>Home</title><p>hello ', $q->escapeHTML($user // 'stranger');
