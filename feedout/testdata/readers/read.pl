# Reads feeds with XML::Feed or XML::FeedPP and prints an entry a line as JSON.
use strict;
use warnings;
use JSON::PP;

my ($parser, @files) = @ARGV;
my $json = JSON::PP->new->utf8->canonical;

sub said_by_feed {
    my ($file) = @_;
    require XML::Feed;
    local $XML::Atom::ForceUnicode = 1; # else titles are bytes
    my $feed = XML::Feed->parse($file) or die XML::Feed->errstr;
    return map {
        { id => $_->id, title => $_->title, link => $_->link, time => $_->issued->epoch, content => $_->content->body, categories => [ $_->category ] }
    } $feed->entries;
}

sub said_by_feedpp {
    my ($file) = @_;
    require XML::FeedPP;
    require Time::Local;
    my $feed = XML::FeedPP->new($file, utf8_flag => 1);
    return map {
        my ($y, $mo, $d, $h, $mi, $s) = $_->get_pubDate_w3cdtf =~ /^(\d+)-(\d+)-(\d+)T(\d+):(\d+):(\d+)/;
        { id => $_->guid, title => $_->title, link => $_->link, time => Time::Local::timegm($s, $mi, $h, $d, $mo - 1, $y) }
    } $feed->get_item;
}

my %by = ("XML::Feed" => \&said_by_feed, "XML::FeedPP" => \&said_by_feedpp);
for my $n (0 .. $#files) {
    print $json->encode({ file => $n + 0, %$_ }), "\n" for $by{$parser}->($files[$n]);
}
