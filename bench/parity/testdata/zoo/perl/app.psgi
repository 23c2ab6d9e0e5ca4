# Serves the scripts of a directory in the processes of the server.
use strict;
use warnings;
use Plack::App::CGIBin;
use Plack::Builder;

builder {
    mount '/cgi-bin' => Plack::App::CGIBin->new(root => $ENV{SCRIPTS})->to_app;
};
