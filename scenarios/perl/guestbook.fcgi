#!/usr/bin/perl
# guestbook.cgi, compiled once and run for each FastCGI request.
use strict;
use warnings;
use CGI;
use CGI::Compile;
use FCGI;
use FindBin;

my $guests  = $ENV{GUESTS};    # a request replaces the environment
my $script  = CGI::Compile->compile("$FindBin::Bin/guestbook.cgi");
my $request = FCGI::Request();
while ($request->Accept() >= 0) {
    $ENV{GUESTS} //= $guests;
    CGI::initialize_globals();
    eval { $script->(); 1 } or warn $@;
}
