/**
 * Lists that exchanges keep (NCMEC, StopNCII, GIFCT by ThreatExchange, or a CSV file) followed into a bank: what changed
 * since the last time, page by page. A {@link io.bulwark.cli.bank.feed.HashFeed} reads one shape and writes nothing; a
 * {@link io.bulwark.cli.bank.feed.FeedSync} writes what a page says and then how far it came, as a record of the
 * references' topic beside the entries, so that a sync that was killed goes on and a restored topic has the place that
 * belongs to it. The shapes are those that ThreatExchange's clients read; none was tried against the service itself.
 *
 * <p>What may enter: further shapes. No message and no log names a hash.
 */
package io.bulwark.cli.bank.feed;
