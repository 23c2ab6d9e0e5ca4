# Serves the scripts of a directory, at its name, in the processes of the server.
use strict;
use warnings;
use File::Basename;
use Plack::App::CGIBin;
use Plack::Builder;

builder {
    mount '/' . basename($ENV{SCRIPTS}) => Plack::App::CGIBin->new(root => $ENV{SCRIPTS})->to_app;
};
