#!/usr/bin/perl
# Drawing a page changes the configuration that it was made from
# (https://github.com/munin-monitoring/munin/issues/610).
use strict;
use warnings;
use CGI;

our $config ||= { groups => [qw(cars boats bikes)] };
$config->{groups} = join ', ', @{ $config->{groups} };
print CGI->new->header, "<title>Groups</title><p>$config->{groups}";
