package io.bulwark.cli.bank;

import static io.bulwark.cli.bank.feed.ExchangeServer.ncmec;
import static io.bulwark.cli.bank.feed.ExchangeServer.ncmecDeleted;
import static io.bulwark.cli.bank.feed.ExchangeServer.ncmecImage;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.bulwark.cli.bank.feed.ExchangeServer;
import io.bulwark.cli.bank.feed.ExchangeServer.Reply;
import io.bulwark.cli.bank.feed.FeedClient;
import io.bulwark.cli.bank.feed.FeedShape;
import io.bulwark.cli.bank.feed.FeedSync;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.traffic.Broker;
import io.bulwark.events.Listing;
import io.bulwark.schemas.topic.TopicNames;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code bulwark bank hashes sync}, against exchanges on this machine. All hashes are made up. */
class HashSyncIT extends BankCommandCase {

    private static final String FIRST = "ab".repeat(16);
    private static final String SECOND = "cd".repeat(16);
    private static final String SHA1 = "ef".repeat(20);
    private static final String PDQ = "0f".repeat(32);
    private static final String NEXT = "/v2/entries?from=a&to=b&start=2001&size=1000&max=3000";

    private static int number;

    private final String bank = "synced-" + ++number;

    @AutoClose
    private final ExchangeServer exchange = ExchangeServer.start();

    private Path config;
    private Path credentials;

    @BeforeEach
    void settings() throws IOException {
        config = Files.writeString(
                folder.resolve("settings.properties"),
                "bulwark.schemas.write=3\nbulwark.restricted.labels=csam,csam-a1\n"
                        + "bulwark.child-safety.report.labels=csam\n");
        credentials = Files.writeString(folder.resolve("credentials"), "someone:secret\n");
    }

    @Test
    void entries_come_with_their_list_and_change_and_go_with_the_exchange() {
        exchange.answers(ncmec(
                "",
                ncmecImage(42, "image1", "A1", "<md5>" + FIRST + "</md5><sha1>" + SHA1 + "</sha1>"),
                ncmecImage(42, "image2", "B2", "<md5>" + SECOND + "</md5><pdna>zz</pdna>")));
        assertThat(ncmecSync("ncmec-industry", "--verified", "--severity-labels", "A1=csam-a1"))
                .isEqualTo(ExitCodes.OK);
        assertThat(answer()).isEqualTo(Map.of("added", 2, "changed", 0, "removed", 0, "unchanged", 0));
        assertThat(listings())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "md5/" + FIRST + "/ncmec-industry/42-image-image1",
                        "csam-a1 " + new Listing("ncmec-industry", "A1", true, null, false),
                        "sha1/" + SHA1 + "/ncmec-industry/42-image-image1",
                        "csam-a1 " + new Listing("ncmec-industry", "A1", true, null, false),
                        "md5/" + SECOND + "/ncmec-industry/42-image-image2",
                        "csam " + new Listing("ncmec-industry", "B2", true, null, false)));

        exchange.asked();
        exchange.answers(ncmec(
                "",
                ncmecImage(42, "image1", "A2", "<md5>" + FIRST + "</md5>"),
                ncmecDeleted(42, "image2"),
                ncmecDeleted(42, "image9")));
        assertThat(ncmecSync("ncmec-industry", "--verified", "--severity-labels", "A1=csam-a1"))
                .isEqualTo(ExitCodes.OK);
        assertThat(answer()).isEqualTo(Map.of("added", 0, "changed", 1, "removed", 1, "unchanged", 1));
        assertThat(exchange.asked().get(0)).as("only what changed since").doesNotContain("from=1970");
        assertThat(listings())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "md5/" + FIRST + "/ncmec-industry/42-image-image1",
                        "csam " + new Listing("ncmec-industry", "A2", true, null, false)));
    }

    @Test
    void a_hash_on_two_lists_or_in_two_entries_stays_until_the_last_took_it_down() {
        exchange.answers(ncmec(
                "",
                ncmecImage(42, "image1", "A1", "<md5>" + FIRST + "</md5>"),
                ncmecImage(43, "image7", "A1", "<md5>" + FIRST + "</md5>")));
        ncmecSync("ncmec-industry");
        ncmecSync("ncmec-ngo");
        assertThat(listings()).hasSize(4);

        exchange.answers(ncmec("", ncmecDeleted(42, "image1")));
        ncmecSync("ncmec-industry");
        assertThat(listings()).hasSize(3);
        exchange.answers(ncmec("", ncmecDeleted(43, "image7")));
        ncmecSync("ncmec-industry");
        assertThat(listings().keySet()).hasSize(2).allMatch(key -> key.contains("/ncmec-ngo/"));
    }

    /** Between the pages the process is gone; the next one asks for the page that is missing, and for no earlier one. */
    @Test
    void a_sync_that_is_killed_goes_on_at_its_page() {
        exchange.answers(ncmec(NEXT, ncmecImage(42, "image1", "A1", "<md5>" + FIRST + "</md5>")), Reply.status(404));
        assertThat(ncmecSync("ncmec-industry")).isEqualTo(ExitCodes.FAILED);
        assertThat(listings()).hasSize(1);

        exchange.asked();
        exchange.answers(ncmec("", ncmecImage(42, "image2", "A1", "<md5>" + SECOND + "</md5>")));
        assertThat(ncmecSync("ncmec-industry")).isEqualTo(ExitCodes.OK);
        assertThat(exchange.asked()).hasSize(1);
        assertThat(listings()).hasSize(2);
    }

    /** After a long time: the next process asks for what comes after the last window that was read whole. */
    @Test
    void a_sync_that_is_killed_goes_on_after_its_last_window() {
        exchange.answers(
                ncmec(NEXT.replace("3000", "900000"), ncmecImage(42, "image1", "A1", "<md5>" + FIRST + "</md5>")),
                ncmec("", ncmecImage(42, "image1", "A1", "<md5>" + FIRST + "</md5>")),
                ncmec("", ncmecImage(42, "image2", "A1", "<md5>" + SECOND + "</md5>")),
                Reply.status(404));
        assertThat(ncmecSync("ncmec-industry")).isEqualTo(ExitCodes.FAILED);
        assertThat(listings()).hasSize(2);
        List<String> before = exchange.asked();

        exchange.answers(ncmec(""));
        assertThat(ncmecSync("ncmec-industry")).isEqualTo(ExitCodes.OK);
        assertThat(exchange.asked())
                .singleElement()
                .asString()
                .startsWith(before.get(3).substring(0, before.get(3).indexOf("&to=")));
        assertThat(listings()).hasSize(2);
    }

    @Test
    void a_page_that_the_exchange_forgot_is_asked_for_from_the_first_of_its_window() {
        exchange.answers(
                ncmec(NEXT, ncmecImage(42, "image1", "A1", "<md5>" + FIRST + "</md5>")), Reply.ok("down for repairs"));
        assertThat(ncmecSync("ncmec-industry")).isEqualTo(ExitCodes.FAILED);

        exchange.asked();
        exchange.answers(Reply.status(410), ncmec("", ncmecImage(42, "image1", "A1", "<md5>" + FIRST + "</md5>")));
        assertThat(ncmecSync("ncmec-industry")).isEqualTo(ExitCodes.OK);
        assertThat(answer()).containsEntry("unchanged", 1);
        assertThat(exchange.asked()).first().isEqualTo(NEXT);
    }

    @Test
    void rubbish_changes_nothing() {
        exchange.answers(ncmec("", ncmecImage(42, "image1", "A1", "<md5>" + FIRST + "</md5>")));
        ncmecSync("ncmec-industry");
        Map<String, String> before = listings();

        for (Reply rubbish : List.of(
                Reply.ok("<html>down for repairs</html>"),
                Reply.ok("<queryResult><images><image><id>x</id></image></images></queryResult>"),
                Reply.ok("{}"))) {
            exchange.answers(rubbish);
            assertThat(ncmecSync("ncmec-industry")).isEqualTo(ExitCodes.FAILED);
            assertThat(commands.err()).contains("Nothing is changed").doesNotContain("repairs", "secret");
            assertThat(listings()).isEqualTo(before);
        }
    }

    @Test
    void an_exchange_that_is_busy_is_unavailable_and_what_was_there_stays() {
        exchange.answers(Reply.status(503));
        assertThat(ncmecSync("ncmec-industry")).isEqualTo(ExitCodes.UNAVAILABLE);
        exchange.answers(Reply.status(401));
        assertThat(ncmecSync("ncmec-industry")).isEqualTo(ExitCodes.FAILED);
    }

    @Test
    void a_file_is_the_whole_list_and_may_not_shrink_by_more_than_half_unasked() {
        exchange.answers(csv(30));
        assertThat(csvSync()).isEqualTo(ExitCodes.OK);
        exchange.answers(csv(28));
        assertThat(csvSync()).isEqualTo(ExitCodes.OK);
        assertThat(answer()).isEqualTo(Map.of("added", 0, "changed", 0, "removed", 2, "unchanged", 28));

        exchange.answers(csv(0));
        assertThat(csvSync()).isEqualTo(ExitCodes.FAILED);
        assertThat(listings()).hasSize(28);
        assertThat(csvSync("--may-shrink")).isEqualTo(ExitCodes.OK);
        assertThat(listings()).isEmpty();
    }

    @Test
    void entries_may_expire_and_the_date_moves_once_a_tenth_of_the_time_is_gone() {
        exchange.answers(csv(1));
        csvSync("--expires-after", "10d");
        Map<String, String> before = listings();
        assertThat(before.values()).allMatch(value -> value.contains("\"expiresAt\": \"20"));

        csvSync("--expires-after", "10d");
        assertThat(listings()).isEqualTo(before);
        csvSync("--expires-after", "20d");
        assertThat(listings()).isNotEqualTo(before);
        assertThat(commands.answers().get(0).get("expired").asInt()).isZero();
    }

    @Test
    void stopncii_is_about_adults_and_never_leads_to_a_report() {
        exchange.answers(Reply.ok("""
                {"count": 1, "nextPageToken": "", "nextSetTimestamp": 1700000000, "hasMoreRecords": false,
                 "hashRecords": [{"lastModtimestamp": 1, "signalType": "ImagePDQ", "hashValue": "%s",
                  "hashStatus": "Active", "caseNumbers": {}}]}
                """.formatted(PDQ)));
        assertThat(stopNcii("--label", "csam")).isEqualTo(ExitCodes.USAGE);
        assertThat(commands.err()).contains("about adults", "CyberTipline");
        assertThat(stopNcii("--label", "csam", "--restrict-adults")).isEqualTo(ExitCodes.USAGE);
        assertThat(stopNcii("--label", "csam-a1")).isEqualTo(ExitCodes.USAGE);
        assertThat(stopNcii("--label", "intimate", "--report-labels", "intimate"))
                .isEqualTo(ExitCodes.USAGE);
        assertThat(stopNcii("--label", "intimate", "--severity-labels", "x=csam"))
                .isEqualTo(ExitCodes.USAGE);
        assertThat(exchange.asked()).isEmpty();

        assertThat(stopNcii("--label", "intimate")).isEqualTo(ExitCodes.OK);
        assertThat(listings().values()).containsExactly("intimate " + new Listing("stopncii", null, false, null, true));

        exchange.answers(ncmec("", ncmecImage(42, "image1", "A1", "<md5>" + FIRST + "</md5>")));
        assertThat(sync("ncmec", "NCMEC", "--label", "intimate"))
                .as("a list about children under the same label")
                .isEqualTo(ExitCodes.USAGE);
        assertThat(commands.err()).contains("which is about adults");
    }

    @Test
    void a_list_about_adults_stays_so_and_shares_no_label_with_another() throws IOException {
        exchange.answers(csv(1));
        assertThat(csvSync("--adult")).isEqualTo(ExitCodes.OK);
        assertThat(csvSync()).as("--adult forgotten").isEqualTo(ExitCodes.USAGE);
        assertThat(commands.err()).contains("stays so");

        assertThat(sync("gifct-file", "CSV", "--label", "intimate", "--adult")).isEqualTo(ExitCodes.OK);
        assertThat(listings().values()).as("what was there before too").allMatch(value -> value.startsWith("intimate"));
        assertThat(sync("other", "CSV", "--label", "intimate")).isEqualTo(ExitCodes.USAGE);
        assertThat(sync("other", "CSV", "--label", "terror")).isEqualTo(ExitCodes.OK);

        Files.writeString(config, "bulwark.schemas.write=3\n");
        assertThat(sync("third", "CSV", "--label", "intimate", "--adult"))
                .as("no one knows what leads to a report")
                .isEqualTo(ExitCodes.USAGE);
        assertThat(commands.err()).contains("bulwark.child-safety.report.labels", "--report-labels");
        assertThat(sync("third", "CSV", "--label", "intimate", "--adult", "--report-labels", ""))
                .isEqualTo(ExitCodes.OK);
    }

    /** A sync that was killed after its first entries has written what it is about. */
    @Test
    void the_wall_holds_by_the_entries_where_the_place_says_nothing() {
        exchange.answers(csv(1));
        csvSync("--adult");
        try (BankTopic topic = new BankTopic(broker())) {
            topic.remove(topic.read().feeds(bank).get(0).key());
            topic.confirm();
        }
        assertThat(sync("other", "CSV", "--label", "terror")).isEqualTo(ExitCodes.USAGE);
        assertThat(csvSync()).isEqualTo(ExitCodes.USAGE);
    }

    @Test
    void a_blank_after_a_comma_is_no_part_of_a_label() throws IOException {
        Files.writeString(config, "bulwark.schemas.write=3\nbulwark.child-safety.report.labels=other, csam\n");
        exchange.answers(csv(1));
        assertThat(sync("adults", "CSV", "--label", "csam", "--adult")).isEqualTo(ExitCodes.USAGE);
    }

    @Test
    void what_the_operator_takes_back_is_taken_back_from_what_is_there() {
        exchange.answers(ncmec("", ncmecImage(42, "image1", "A1", "<md5>" + FIRST + "</md5>")));
        ncmecSync("ncmec-industry", "--verified", "--severity-labels", "A1=csam-a1");
        exchange.answers(ncmec(""));
        ncmecSync("ncmec-industry");

        assertThat(answer()).containsEntry("changed", 1);
        assertThat(listings().values())
                .containsExactly("csam " + new Listing("ncmec-industry", "A1", false, null, false));
    }

    @Test
    void a_whole_read_that_was_broken_off_begins_again() {
        exchange.answers(ncmec(
                "",
                ncmecImage(42, "image1", "A1", "<md5>" + FIRST + "</md5>"),
                ncmecImage(42, "image2", "A1", "<md5>" + SECOND + "</md5>")));
        ncmecSync("ncmec-industry");
        exchange.answers(ncmec(NEXT), Reply.status(404));
        assertThat(ncmecSync("ncmec-industry", "--from-start")).isEqualTo(ExitCodes.FAILED);

        exchange.asked();
        exchange.answers(ncmec("", ncmecImage(42, "image1", "A1", "<md5>" + FIRST + "</md5>")));
        assertThat(ncmecSync("ncmec-industry")).isEqualTo(ExitCodes.OK);
        assertThat(exchange.asked().get(0)).contains("from=1970");
        assertThat(answer()).containsEntry("removed", 1);
    }

    @Test
    void an_exchange_that_goes_round_in_circles_is_left() {
        exchange.answers(ncmec(NEXT, ncmecImage(42, "image1", "A1", "<md5>" + FIRST + "</md5>")));
        assertThat(ncmecSync("ncmec-industry")).isEqualTo(ExitCodes.FAILED);
        assertThat(commands.err()).contains("named before");
        exchange.asked();
        exchange.answers(Reply.status(410));
        assertThat(ncmecSync("ncmec-industry")).isEqualTo(ExitCodes.FAILED);
        assertThat(exchange.asked())
                .as("the page, and once the first of its window")
                .hasSize(2);
    }

    @Test
    void a_living_sync_sees_what_was_disabled_meanwhile_and_idle_rounds_write_nothing() {
        exchange.answers(ncmec("", ncmecImage(42, "image1", "A1", "<md5>" + FIRST + "</md5>")));
        FeedClient client = new FeedClient(
                Optional.empty(),
                Map.of(),
                new FeedClient.Limits(Duration.ofSeconds(5), Duration.ofMillis(1), 1 << 20));
        Clock clock = Clock.systemUTC();
        FeedSync.ListRules rules = new FeedSync.ListRules(
                "ncmec-industry", "csam", Map.of(), false, false, Optional.empty(), false, "test");
        try (BankTopic topic = new BankTopic(broker())) {
            FeedSync sync = new FeedSync(
                    FeedShape.NCMEC.open(URI.create(exchange.url()), client, clock), rules, bank, topic, clock);
            sync.follow(false);
            commands.run("hashes", "disable", "--bank", bank, "--config", config.toString(), "--for", "30d", FIRST);
            Instant written = placeWrittenAt();
            assertThat(sync.follow(false).unchanged()).isEqualTo(1);
            assertThat(placeWrittenAt()).isEqualTo(written);

            exchange.answers(ncmec("", ncmecImage(42, "image1", "A2", "<md5>" + FIRST + "</md5>")));
            assertThat(sync.follow(false).changed()).isEqualTo(1);
            assertThat(sync.isUnsure()).isFalse();
        }
        assertThat(disabled()).isEqualTo(1);
    }

    private Instant placeWrittenAt() {
        try (BankTopic topic = new BankTopic(broker())) {
            return topic.read().feeds(bank).get(0).value().getAddedAt();
        }
    }

    private static Broker broker() {
        return new Broker(
                commands.bootstrapServers(), Optional.empty(), Optional.empty(), Map.of(), 3, TopicNames.UNPREFIXED);
    }

    @Test
    void what_an_exchange_gave_is_exported_to_no_one_and_no_import_removes_it() throws IOException {
        exchange.answers(csv(2));
        csvSync();
        Path own = Files.writeString(folder.resolve("own.csv"), "type,hash,id\nsha256," + "12".repeat(32) + ",own-1\n");
        assertThat(commands.run("hashes", "import", "--bank", bank, "--label", "terror", "--replace", own.toString()))
                .isEqualTo(ExitCodes.OK);
        assertThat(listings()).hasSize(2);

        Path exported = folder.resolve("exported.csv");
        assertThat(commands.run("hashes", "export", "--bank", bank, exported.toString()))
                .isEqualTo(ExitCodes.OK);
        assertThat(Files.readString(exported)).contains("own-1").doesNotContain("case-");
        Path backup = folder.resolve("bank.avro");
        assertThat(commands.run("export", "--bank", bank, backup.toString())).isEqualTo(ExitCodes.OK);
        assertThat(commands.answers().get(0).get("exported").asInt()).isEqualTo(1);
        assertThat(commands.run("list", "--bank", bank)).isEqualTo(ExitCodes.OK);
        assertThat(commands.answers()).hasSize(1);
    }

    @Test
    void an_entry_that_an_exchange_has_wrongly_is_disabled_and_stays_so() {
        exchange.answers(ncmec("", ncmecImage(42, "image1", "A1", "<md5>" + FIRST + "</md5>")));
        ncmecSync("ncmec-industry");
        assertThat(commands.run("hashes", "remove", "--bank", bank, FIRST)).isEqualTo(ExitCodes.FAILED);
        assertThat(commands.err()).contains("hashes disable");
        assertThat(commands.run(
                        "hashes", "disable", "--bank", bank, "--config", config.toString(), "--for", "30d", FIRST))
                .isEqualTo(ExitCodes.OK);
        assertThat(disabled()).isEqualTo(1);

        exchange.answers(ncmec("", ncmecImage(42, "image1", "A2", "<md5>" + FIRST + "</md5>")));
        ncmecSync("ncmec-industry");
        assertThat(answer()).containsEntry("changed", 1);
        assertThat(disabled()).isEqualTo(1);
    }

    @Test
    void an_older_release_of_the_schemas_could_not_name_the_list() throws IOException {
        Files.writeString(config, "bulwark.schemas.write=2\n");
        exchange.answers(csv(1));

        assertThat(csvSync()).isEqualTo(ExitCodes.USAGE);
        assertThat(commands.err()).contains("bulwark.schemas.write=3");
        assertThat(exchange.asked()).isEmpty();
    }

    @Test
    void no_picture_goes_into_a_restricted_label() {
        assertThat(commands.run(
                        "add",
                        "--bank",
                        bank,
                        "--config",
                        config.toString(),
                        "--label",
                        "csam",
                        BankCommandLine.checkout()
                                .resolve("deploy/local/samples/bank")
                                .toString()))
                .isEqualTo(ExitCodes.USAGE);
        assertThat(commands.err()).contains("restricted");
    }

    private static Reply csv(int entries) {
        return Reply.ok("id,type,hash\n"
                + IntStream.range(0, entries)
                        .mapToObj(i -> "case-%d,md5,%032x%n".formatted(i, i + 1))
                        .collect(Collectors.joining()));
    }

    private int csvSync(String... more) {
        List<String> line = new ArrayList<>(List.of("--label", "terror"));
        line.addAll(List.of(more));
        return sync("gifct-file", "CSV", line.toArray(String[]::new));
    }

    private int ncmecSync(String list, String... more) {
        List<String> line = new ArrayList<>(List.of("--label", "csam"));
        line.addAll(List.of(more));
        return sync(list, "NCMEC", line.toArray(String[]::new));
    }

    private int stopNcii(String... more) {
        try {
            Files.writeString(credentials, "function,subscription");
        } catch (IOException full) {
            throw new AssertionError(full);
        }
        int exitCode = sync("stopncii", "STOPNCII", more);
        try {
            Files.writeString(credentials, "someone:secret");
        } catch (IOException full) {
            throw new AssertionError(full);
        }
        return exitCode;
    }

    private int sync(String list, String shape, String... more) {
        List<String> line = new ArrayList<>(List.of(
                "hashes", "sync", "--bank", bank, "--config", config.toString(), "--list", list, "--shape", shape));
        line.addAll(List.of("--url", exchange.url(), "--credentials-file", credentials.toString()));
        line.addAll(List.of(more));
        return commands.run(line.toArray(String[]::new));
    }

    private static Map<String, Integer> answer() {
        JsonNode line = commands.answers().get(0);
        Map<String, Integer> counts = new TreeMap<>();
        for (String name : List.of("added", "changed", "removed", "unchanged")) {
            counts.put(name, line.get(name).asInt());
        }
        return counts;
    }

    private long disabled() {
        try (BankTopic topic = new BankTopic(Broker.at(commands.bootstrapServers()))) {
            return topic.read().of(bank).stream()
                    .filter(stored -> stored.isDisabledAt(Instant.now()))
                    .count();
        }
    }

    /** Key without the bank, to label and listing. */
    private Map<String, String> listings() {
        Map<String, String> found = new TreeMap<>();
        try (BankTopic topic = new BankTopic(Broker.at(commands.bootstrapServers()))) {
            topic.read().of(bank).stream()
                    .filter(stored -> stored.value().getListing() != null)
                    .forEach(stored -> found.put(
                            stored.key().modelFingerprint() + "/" + stored.key().referenceId(),
                            stored.value().getLabel() + " " + stored.value().getListing()));
        }
        return found;
    }
}
