package io.bulwark.cli.bank.feed;

import static io.bulwark.cli.bank.feed.ExchangeServer.ncmec;
import static io.bulwark.cli.bank.feed.ExchangeServer.ncmecDeleted;
import static io.bulwark.cli.bank.feed.ExchangeServer.ncmecImage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.cli.bank.feed.ExchangeServer.Reply;
import io.bulwark.cli.bank.feed.HashFeed.FeedCursor;
import io.bulwark.cli.bank.feed.HashFeed.FeedEntry;
import io.bulwark.cli.bank.feed.HashFeed.FeedPage;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.imaging.pdq.PdqHash;
import io.bulwark.perception.hash.ListedHash;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The shapes of exchanges' answers. All hashes are made up. */
class HashFeedTest {

    private static final String MD5 = "ab".repeat(16);
    private static final String SHA1 = "cd".repeat(20);
    private static final String PDQ = "0f".repeat(32);
    private static final Instant NOON = Instant.parse("2026-11-30T12:00:00Z");

    private static final String NEXT = "/v2/entries?from=a&to=b&start=2&size=1&max=2";

    @AutoClose
    private final ExchangeServer server = ExchangeServer.start();

    private Instant now = NOON;

    @Test
    void ncmecs_images_and_what_was_deleted_are_read_page_by_page_of_one_window() {
        String next =
                "/v2/entries?from=1970-01-01T00%3A00%3A00Z&to=2026-11-30T11%3A59%3A55Z&start=2001&size=1000&max=3000";
        server.answers(
                ncmec(
                        next,
                        ncmecImage(
                                42, "image1", "A1", "<md5>" + MD5 + "</md5><sha1>" + SHA1 + "</sha1><pdna>zz</pdna>"),
                        ncmecDeleted(43, "image4")),
                ncmec(""));
        HashFeed feed = open(FeedShape.NCMEC, "someone:secret");

        FeedPage first = feed.page(FeedCursor.START);
        FeedPage second = feed.page(first.next());

        assertThat(first.entries()).hasSize(2);
        FeedEntry image = first.entries().get(0);
        assertThat(image.id()).isEqualTo("42-image-image1");
        assertThat(image.severity()).contains("A1");
        assertThat(image.hashes()).hasSize(2);
        assertThat(first.entries().get(1)).isEqualTo(FeedEntry.gone("43-image-image4"));
        assertThat(first.skipped()).containsExactly(Map.entry("type pdna", 1L));
        assertThat(first.more()).isTrue();
        assertThat(second.more()).isFalse();
        assertThat(second.next())
                .as("windows overlap")
                .isEqualTo(new FeedCursor("2026-11-30T11:54:55Z", "", "", Optional.of(NOON)));
        assertThat(server.asked())
                .containsExactly("/v2/entries?from=1970-01-01T00%3A00%3A00Z&to=2026-11-30T11%3A59%3A55Z", next);
        assertThat(server.lastHeaders().get("Authorization"))
                .containsExactly("Basic "
                        + Base64.getEncoder().encodeToString("someone:secret".getBytes(StandardCharsets.UTF_8)));
    }

    /** Entries come in no order of time: what is not read in one go is only finished window by window. */
    @Test
    void ncmecs_entries_of_a_long_time_are_read_in_windows() {
        String crowd = "/v2/entries?from=a&to=b&start=2&size=1&max=";
        FeedCursor since = new FeedCursor("2026-11-20T00:00:00Z", "", "", Optional.of(NOON));
        server.answers(
                ncmec(crowd + "500000", ncmecDeleted(43, "image1")),
                ncmec(crowd + "60000", ncmecDeleted(43, "image1")),
                ncmec(crowd + "50000", ncmecDeleted(43, "image1")),
                ncmec("", ncmecDeleted(43, "image2")));
        HashFeed feed = open(FeedShape.NCMEC, "someone:secret");

        FeedPage first = feed.page(since);
        FeedPage last = feed.page(first.next());
        assertThat(server.asked())
                .containsExactly(
                        "/v2/entries?from=2026-11-20T00%3A00%3A00Z&to=2026-11-30T11%3A59%3A55Z",
                        "/v2/entries?from=2026-11-20T00%3A00%3A00Z&to=2026-11-21T01%3A11%3A59Z",
                        "/v2/entries?from=2026-11-20T00%3A00%3A00Z&to=2026-11-20T12%3A35%3A59Z",
                        crowd + "50000");
        assertThat(first.entries()).containsExactly(FeedEntry.gone("43-image-image1"));
        assertThat(last.more()).isTrue();
        assertThat(last.next())
                .as("the place after a window that was read whole")
                .isEqualTo(new FeedCursor("2026-11-20T12:35:58Z", "", "", Optional.of(NOON)));

        server.answers(ncmec(""));
        FeedPage next = feed.page(last.next());
        assertThat(server.asked())
                .as("few entries: the next window may be longer")
                .containsExactly("/v2/entries?from=2026-11-20T12%3A35%3A58Z&to=2026-11-21T13%3A47%3A56Z");
        assertThat(next.more()).isTrue();
        int windows = 0;
        while (next.more() && windows++ < 100) {
            next = feed.page(next.next());
        }
        assertThat(next.next().since()).isEqualTo("2026-11-30T11:54:55Z");
        assertThat(windows).isLessThan(10);
    }

    /** The exchange's clock is not ours: what it stamped before the end may have been shown since. */
    @Test
    void ncmecs_next_window_overlaps_one_that_ended_at_the_present_however_long_reading_it_took() {
        server.answers(ncmec(NEXT, ncmecDeleted(43, "image1")), ncmec(""));
        HashFeed feed = open(FeedShape.NCMEC, "someone:secret");

        FeedPage first = feed.page(FeedCursor.START);
        now = NOON.plus(Duration.ofMinutes(30));
        FeedPage last = feed.page(first.next());

        assertThat(last.next().since()).isEqualTo("2026-11-30T11:54:55Z");
        assertThat(last.more()).as("the round ends where the present was").isFalse();
    }

    /** It is not known how long before the present the window ended when it was asked for. */
    @ParameterizedTest
    @CsvSource({
        "2026-11-30T10:00:00Z, 2026-11-30T11:59:55Z, 2026-11-30T11:54:55Z",
        "2026-11-01T10:00:00Z, 2026-11-02T10:00:00Z, 2026-11-02T09:55:00Z",
        "2026-11-30T10:00:00Z, 2026-11-30T10:01:00Z, 2026-11-30T10:00:00Z"
    })
    void ncmecs_next_window_overlaps_one_that_a_killed_sync_began(String since, String until, String next) {
        now = NOON.plus(Duration.ofDays(3));
        server.answers(ncmec(""));
        HashFeed feed = open(FeedShape.NCMEC, "someone:secret");

        FeedPage resumed = feed.page(new FeedCursor(since, until, NEXT, Optional.of(NOON)));
        assertThat(resumed.more()).as("the round goes on to the present").isTrue();
        assertThat(resumed.next().since()).isEqualTo(next);

        FeedPage last = feed.page(resumed.next());
        assertThat(last.more()).isFalse();
        assertThat(last.next().since()).isEqualTo("2026-12-03T11:54:55Z");
    }

    /** Else a round whose minutes take longer to read than windows overlap would begin the same one again. */
    @Test
    void a_round_ends_with_a_window_that_was_near_the_present_when_it_was_asked_for() {
        server.answers(ncmec("/v2/entries?from=a&to=b&start=2&size=1&max=90000000", ncmecDeleted(43, "image1")));
        HashFeed feed = open(FeedShape.NCMEC, "someone:secret");

        FeedPage first = feed.page(new FeedCursor("2026-11-30T11:56:00Z", "", "", Optional.of(NOON)));
        assertThat(first.next().until()).isEqualTo("2026-11-30T11:57:00Z");
        server.answers(ncmec(""));
        now = NOON.plus(Duration.ofMinutes(6));
        FeedPage last = feed.page(first.next());

        assertThat(last.more()).isFalse();
        assertThat(last.next().since()).isEqualTo("2026-11-30T11:56:00Z");
    }

    /** A window of a minute is not made shorter: its pages are read. */
    @Test
    void a_crowded_minute_is_one_window() {
        server.answers(ncmec("/v2/entries?from=a&to=b&start=2&size=1&max=900000", ncmecDeleted(43, "image1")));
        FeedPage page = open(FeedShape.NCMEC, "someone:secret")
                .page(new FeedCursor("2026-11-30T11:50:00Z", "", "", Optional.of(NOON)));
        assertThat(page.next().until()).isEqualTo("2026-11-30T11:51:00Z");
        assertThat(server.asked()).hasSizeLessThan(6);
    }

    /** The credentials would go there. */
    @ParameterizedTest
    @ValueSource(
            strings = {"https://elsewhere.example/v2/entries?a=b", "//elsewhere.example/v2/entries?", "/other?a=b"})
    void a_next_page_elsewhere_is_refused(String next) {
        server.answers(ncmec(next, ncmecDeleted(43, "image4")));

        assertFails(open(FeedShape.NCMEC, "someone:secret"), ExitCodes.FAILED, "next page");
    }

    @Test
    void stopncii_hashes_come_with_their_present_status() {
        server.answers(Reply.ok("""
                {"count": 4, "nextPageToken": "page 2", "nextSetTimestamp": 1700000000, "hasMoreRecords": true,
                 "hashRecords": [
                  {"lastModtimestamp": 1, "signalType": "ImagePDQ", "hashValue": "%s", "hashStatus": "Active",
                   "caseNumbers": {"a-1": "Active"}},
                  {"lastModtimestamp": 2, "signalType": "ImagePDQ", "hashValue": "%s", "hashStatus": "Withdrawn",
                   "caseNumbers": {}},
                  {"lastModtimestamp": 3, "signalType": "URL", "hashValue": "x", "hashStatus": "Active",
                   "caseNumbers": {}},
                  {"lastModtimestamp": 3, "signalType": "ImagePDQ", "hashValue": "short", "hashStatus": "Active",
                   "caseNumbers": {}}]}
                """.formatted(PDQ, "f0".repeat(32))), Reply.ok("""
                {"count": 0, "nextPageToken": "", "nextSetTimestamp": 1700000001, "hasMoreRecords": false,
                 "hashRecords": []}
                """));
        HashFeed feed = open(FeedShape.STOPNCII, "functionKey,subscription");

        FeedPage first = feed.page(FeedCursor.START);
        FeedPage second = feed.page(first.next());

        assertThat(first.entries())
                .extracting(FeedEntry::id, entry -> entry.hashes().size())
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("ImagePDQ-" + PDQ, 1),
                        org.assertj.core.groups.Tuple.tuple("ImagePDQ-" + "f0".repeat(32), 0));
        assertThat(first.skipped().values()).containsExactlyInAnyOrder(1L, 1L);
        assertThat(second.next()).isEqualTo(new FeedCursor("1700000001", "", "", Optional.of(NOON)));
        assertThat(server.asked())
                .containsExactly(
                        "/FetchHashes?startTimestamp=10&pageSize=800",
                        "/FetchHashes?startTimestamp=10&pageSize=800&nextPageToken=page+2");
        assertThat(server.lastHeaders())
                .containsEntry("X-functions-key", List.of("functionKey"))
                .containsEntry("Ocp-apim-subscription-key", List.of("subscription"));
    }

    @Test
    void threatexchanges_updates_follow_a_mark_and_never_the_address_with_the_token_in_it() {
        server.answers(Reply.ok("""
                {"data": [
                  {"id": "11", "indicator": "%s", "type": "HASH_MD5", "last_updated": 1700000100, "should_delete": false,
                   "descriptors": {"data": [{"id": "1", "status": "MALICIOUS", "severity": "SEVERE",
                    "expired_on": 1800000000}]}},
                  {"id": "12", "indicator": "x", "type": "HASH_MD5", "last_updated": 1700000000, "should_delete": true},
                  {"id": "13", "indicator": "%s", "type": "HASH_PDQ", "last_updated": 1700000000, "should_delete": false,
                   "descriptors": {"data": [{"id": "2", "status": "NON_MALICIOUS"}]}},
                  {"id": "14", "indicator": "x", "type": "URI", "last_updated": 1700000000, "should_delete": false,
                   "descriptors": {"data": [{"id": "2", "status": "MALICIOUS"}]}}],
                 "paging": {"next": "https://graph.example/v9.0/1/threat_updates/?access_token=SECRET&after=MARK%%3D"}}
                """.formatted(MD5, PDQ)), Reply.ok("{\"data\": []}"));
        HashFeed feed = open(FeedShape.GIFCT, "123|token");

        FeedPage first = feed.page(FeedCursor.START);
        FeedPage second = feed.page(first.next());

        assertThat(first.entries()).hasSize(3);
        assertThat(first.entries().get(0))
                .returns("11", FeedEntry::id)
                .returns(Optional.of("SEVERE"), FeedEntry::severity)
                .returns(Optional.of(Instant.ofEpochSecond(1800000000)), FeedEntry::expiresAt);
        assertThat(first.entries().subList(1, 3))
                .allMatch(entry -> entry.hashes().isEmpty());
        assertThat(first.next().page()).isEqualTo("MARK=");
        assertThat(second.next().since()).as("a minute of overlap").isEqualTo("1700000040");
        assertThat(server.asked().get(1)).contains("after=MARK%3D").doesNotContain("SECRET", "token");
        assertThat(server.lastHeaders()).containsEntry("Authorization", List.of("Bearer 123|token"));
    }

    @Test
    void a_csv_file_is_the_whole_list_and_its_version_is_asked_for_once() {
        server.answers(
                new Reply(
                        200,
                        "id,type,hash,label,quality\ncase-1,md5,%s,A1,\ncase-1,sha1,%s,A1,\ncase-2,pdq,%s,,10\n"
                                .formatted(MD5, SHA1, PDQ),
                        Map.of("ETag", "\"7\"")),
                new Reply(304, "", Map.of()));
        HashFeed feed = open(FeedShape.CSV, "token");

        FeedPage first = feed.page(FeedCursor.START);
        FeedPage second = feed.page(first.next());

        assertThat(first.whole()).isTrue();
        assertThat(first.entries()).singleElement().satisfies(entry -> {
            assertThat(entry.severity()).contains("A1");
            assertThat(entry.hashes()).extracting(ListedHash::id).containsExactly("case-1", "case-1");
        });
        assertThat(first.skipped()).hasSize(1);
        assertThat(second.whole()).as("nothing is gone").isFalse();
        assertThat(server.lastHeaders()).containsEntry("If-none-match", List.of("\"7\""));
    }

    @ParameterizedTest
    @EnumSource(FeedShape.class)
    void rubbish_is_an_error_that_quotes_nothing(FeedShape shape) {
        for (String rubbish : List.of("", "<html>down for repairs</html>", "{\"data\": 7}", "[1]", "{", "\u0000")) {
            server.answers(rubbish.isEmpty() ? new Reply(200, " ", Map.of()) : Reply.ok(rubbish));

            assertThatThrownBy(() -> open(shape, "a:b,c").page(FeedCursor.START))
                    .as("%s: %s", shape, rubbish)
                    .isInstanceOf(CommandFailure.class)
                    .hasMessageContaining("Nothing is changed")
                    .hasMessageNotContaining("repairs");
        }
    }

    /** XML may name files of this machine. */
    @Test
    void an_xml_document_with_a_definition_is_refused() {
        server.answers(Reply.ok("""
                <!DOCTYPE queryResult [<!ENTITY x SYSTEM "file:///etc/hostname">]>
                <queryResult><images><deletedImage><member id="1">a</member><id>&x;</id></deletedImage></images>
                </queryResult>
                """));

        assertFails(open(FeedShape.NCMEC, "a:b"), ExitCodes.FAILED, "Nothing is changed");
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 500, 502, 503, 504})
    void a_busy_exchange_is_asked_again(int status) {
        server.answers(Reply.status(status), Reply.status(status), ncmec(""));

        assertThat(open(FeedShape.NCMEC, "a:b").page(FeedCursor.START).more()).isFalse();
        assertThat(server.asked()).hasSize(3);
    }

    @ParameterizedTest
    @CsvSource({"503,3,503", "401,1,credentials", "403,1,credentials", "302,1,302", "404,1,--url"})
    void a_status_has_its_own_failure(int status, int exitCode, String word) {
        server.answers(Reply.status(status));

        assertFails(open(FeedShape.NCMEC, "a:b"), exitCode, word);
    }

    @Test
    void an_answer_that_is_too_large_is_not_read_to_its_end() {
        server.answers(Reply.ok("x".repeat(20_000)));
        FeedClient client = new FeedClient(
                Optional.empty(), Map.of(), new FeedClient.Limits(Duration.ofSeconds(5), Duration.ZERO, 10_000));

        assertFails(FeedShape.CSV.open(URI.create(server.url()), client, Clock.systemUTC()), 1, "--most-bytes");
    }

    @Test
    void an_exchange_that_is_not_there_is_unavailable() {
        String gone = server.url();
        server.close();
        FeedClient client = new FeedClient(
                Optional.empty(), Map.of(), new FeedClient.Limits(Duration.ofSeconds(2), Duration.ZERO, 10_000));

        assertFails(FeedShape.CSV.open(URI.create(gone), client, Clock.systemUTC()), 3, "does not answer");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://exchange.example", "ftp://127.0.0.1", "https://user:pass@exchange.example", "x"})
    void credentials_go_to_https_alone(String url) {
        assertThatThrownBy(() -> FeedClient.address("--url", url))
                .isInstanceOfSatisfying(
                        CommandFailure.class,
                        failure -> assertThat(failure.exitCode()).isEqualTo(ExitCodes.USAGE));
    }

    @ParameterizedTest
    @CsvSource({"NCMEC,no-colon", "STOPNCII,only", "GIFCT,''"})
    void credentials_of_another_form_are_refused_without_being_quoted(FeedShape shape, String credentials) {
        assertThatThrownBy(() -> shape.headers(credentials))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("--credentials-file")
                .hasMessageNotContaining("no-colon");
    }

    /** HMA's /m/compare knows no bank: it measures the two hashes of the request. */
    @Test
    void hma_names_its_banks_and_compares_two_hashes() {
        MatcherClient matcher = new MatcherClient(URI.create(server.url()), client(Map.of()));
        server.answers(Reply.ok("[\"TERROR\", \"NCII\"]"), Reply.ok("{\"pdq\": [true, {\"distance\": 9}]}"));

        assertThat(matcher.lookup(PdqHash.parse(PDQ))).containsExactly("TERROR", "NCII");
        assertThat(matcher.compare(PdqHash.parse(PDQ), PdqHash.parse(PDQ)))
                .isEqualTo(new MatcherClient.Comparison(true, 9));
        assertThat(server.asked())
                .containsExactly(
                        "/m/lookup?signal_type=pdq&signal=" + PDQ,
                        "/m/compare{\"pdq\":[\"" + PDQ + "\",\"" + PDQ + "\"]}");
    }

    /** What HMA's lookup answers since it says how near each match is. */
    @Test
    void hma_may_name_its_banks_with_their_matches() {
        MatcherClient matcher = new MatcherClient(URI.create(server.url()), client(Map.of()));
        server.answers(Reply.ok("{\"TERROR\": [{\"bank_content_id\": 7, \"distance\": 9}], \"NCII\": []}"));

        assertThat(matcher.lookup(PdqHash.parse(PDQ))).containsExactly("TERROR");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UNKNOWN", "SUSPICIOUS", ""})
    void only_what_an_owner_calls_malicious_counts_at_threatexchange(String status) {
        server.answers(Reply.ok("""
                {"data": [{"id": "11", "indicator": "%s", "type": "HASH_MD5", "last_updated": 1, "should_delete": false,
                  "descriptors": {"data": [{"id": "1", "status": "%s"}, {"id": "2", "status": "NON_MALICIOUS"}]}}]}
                """.formatted(MD5, status)));

        assertThat(open(FeedShape.GIFCT, "token").page(FeedCursor.START).entries())
                .containsExactly(FeedEntry.gone("11"));
    }

    @Test
    void a_next_page_that_is_no_address_is_rubbish_and_not_quoted() {
        server.answers(ncmec("/v2/entries?a=%zz{", ncmecDeleted(43, "image4")));
        assertFails(open(FeedShape.NCMEC, "a:b"), ExitCodes.FAILED, "next page");

        for (String next : List.of("https://x/?access_token=SECRET&after={", "https://x/?after=%zz")) {
            server.answers(Reply.ok("{\"data\": [], \"paging\": {\"next\": \"" + next + "\"}}"));
            assertThatThrownBy(() -> open(FeedShape.GIFCT, "token").page(FeedCursor.START))
                    .isInstanceOf(CommandFailure.class)
                    .hasNoCause()
                    .hasMessageContaining("next page")
                    .hasMessageNotContaining("SECRET");
        }
    }

    private HashFeed open(FeedShape shape, String credentials) {
        return shape.open(
                URI.create(server.url()),
                client(shape.headers(credentials)),
                ((InstantSource) () -> now).withZone(ZoneOffset.UTC));
    }

    private static FeedClient client(Map<String, String> headers) {
        return new FeedClient(
                Optional.empty(),
                headers,
                new FeedClient.Limits(Duration.ofSeconds(10), Duration.ofMillis(1), 1 << 20));
    }

    private static void assertFails(HashFeed feed, int exitCode, String word) {
        assertThatThrownBy(() -> feed.page(FeedCursor.START))
                .isInstanceOfSatisfying(
                        CommandFailure.class,
                        failure -> assertThat(failure.exitCode()).isEqualTo(exitCode))
                .hasMessageContaining(word);
    }
}
