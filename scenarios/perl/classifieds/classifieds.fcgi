#!/usr/bin/perl
# classifieds.cgi, compiled once and run for each FastCGI request.
use strict;
use warnings;
use CGI ();
use CGI::Compile;
use DBI ();
use FCGI;
use FindBin;

my %kept    = map { $_ => $ENV{$_} } grep { defined $ENV{$_} } qw(CLASSIFIEDS_DB CLASSIFIEDS_NOW DATABASE_URL);
$DBI::connect_via = 'connect_cached' if $ENV{DATABASE_URL};    # one connection for all requests
my $script  = CGI::Compile->compile("$FindBin::Bin/classifieds.cgi");
my $request = FCGI::Request();
while ($request->Accept() >= 0) {
    %ENV = (%kept, %ENV);    # a request replaces the environment
    CGI::initialize_globals();
    eval { $script->(); 1 } or warn $@;
}
