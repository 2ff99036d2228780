package io.bulwark.cli.bank.hashes;

import io.bulwark.cli.bank.BankOptions.BankName;
import io.bulwark.cli.bank.BankTopic;
import io.bulwark.cli.bank.feed.FeedClient;
import io.bulwark.cli.bank.feed.FeedShape;
import io.bulwark.cli.bank.feed.FeedSync;
import io.bulwark.cli.bank.feed.FeedSync.ListRules;
import io.bulwark.cli.bank.feed.FeedSync.Round;
import io.bulwark.cli.bank.feed.HashFeed;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputCommand;
import io.bulwark.cli.terminal.TimeSpan;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.kafka.common.errors.InterruptException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bulwark bank hashes sync}. */
@Command(
        name = "sync",
        description =
                "Follows an exchange's list into a bank: what it added, changed or took down since the last time. "
                        + "Counsel must check that you may use the list, and only designated staff may handle its matches.")
final class BankHashesSyncCommand extends OutputCommand implements Callable<Integer> {

    private static final String REPORTED = "bulwark.child-safety.report.labels";

    @Mixin
    private BankName bank;

    @Mixin
    private ExchangeOptions exchange;

    @Option(
            names = "--shape",
            paramLabel = "SHAPE",
            required = true,
            description = "${COMPLETION-CANDIDATES}: NCMEC's hash sharing API, StopNCII's API, GIFCT's sharing by "
                    + "ThreatExchange, or one CSV file.")
    private FeedShape shape;

    @Option(
            names = "--list",
            paramLabel = "NAME",
            required = true,
            description =
                    "What the list is called in entries and verdicts, such as ncmec-industry: up to 64 lower-case "
                            + "letters, digits, '.', '_' and '-'.")
    private String list;

    @Option(
            names = "--label",
            paramLabel = "LABEL",
            required = true,
            description = "The label of its entries, unless --severity-labels has one.")
    private String label;

    @Option(
            names = "--severity-labels",
            showDefaultValue = Visibility.NEVER,
            paramLabel = "SEVERITY=LABEL",
            split = ",",
            description = "Labels by the severity that the list states, such as A1=csam-a1,A2=csam-a2.")
    private Map<String, String> severityLabels = new LinkedHashMap<>();

    @Option(
            names = "--verified",
            description = "You vouch that people at the exchange checked each entry of this list.")
    private boolean verified;

    @Option(
            names = "--adult",
            description =
                    "The list is about adults: none of its labels may lead to a CyberTipline report. Always so of "
                            + "the shape STOPNCII.")
    private boolean adult;

    @Option(
            names = "--restrict-adults",
            description = "Allow a list about adults under one of bulwark.restricted.labels.")
    private boolean restrictAdults;

    @Option(
            names = "--report-labels",
            paramLabel = "LABEL",
            split = ",",
            description = "Labels that lead to a report, '' for none (default: the setting "
                    + "bulwark.child-safety.report.labels, environment BULWARK_CHILD_SAFETY_REPORT_LABELS). A list "
                    + "about adults needs one of the two.")
    private Set<String> reportLabels;

    @Option(
            names = "--expires-after",
            paramLabel = "DURATION",
            description =
                    "How long an entry without a date of the list's counts from the last time that the list named "
                            + "it, such as 400d (default: for ever; 1s to 3650d).")
    private String expiresAfter;

    @Option(names = "--may-shrink", description = "Let a list lose more than half of its entries at once.")
    private boolean mayShrink;

    @Option(names = "--from-start", description = "Read the whole list again, and remove what it no longer has.")
    private boolean fromStart;

    @Option(
            names = "--every",
            paramLabel = "DURATION",
            description =
                    "Go on, with that time between two rounds, such as 30s; 1s to 24h. A round that fails is tried "
                            + "again (default: one round).")
    private String every;

    @Option(
            names = "--added-by",
            paramLabel = "WHO",
            defaultValue = "${sys:user.name}",
            description = "Written into each entry.")
    private String addedBy;

    @Override
    public Integer call() {
        ListRules rules = rules();
        Optional<Duration> pause = Optional.ofNullable(every)
                .map(text -> TimeSpan.parse("--every", text, Duration.ofSeconds(1), Duration.ofHours(24)));
        Clock clock = Clock.systemUTC();
        URI address = exchange.address();
        FeedClient client = exchange.client(shape::headers);
        HashFeed feed = shape.open(address, client, clock);
        if (pause.isPresent()) {
            return loop(feed, rules, pause.get(), clock);
        }
        try (BankTopic topic = bank.topic()) {
            topic.requireListings();
            print(new FeedSync(feed, rules, bank.name(), topic, clock).follow(fromStart));
        }
        return ExitCodes.OK;
    }

    /** Until the process ends, or its thread is interrupted: then the connection is closed as after one round. */
    private int loop(HashFeed feed, ListRules rules, Duration pause, Clock clock) {
        boolean whole = fromStart;
        boolean connected = false;
        while (true) {
            try (BankTopic topic = bank.topic()) {
                topic.requireListings();
                FeedSync sync = new FeedSync(feed, rules, bank.name(), topic, clock);
                connected = true;
                while (!sync.isUnsure()) {
                    whole &= !round(sync, whole);
                    Thread.sleep(pause.toMillis());
                }
                continue;
            } catch (CommandFailure failed) {
                if (Thread.interrupted()) {
                    return ExitCodes.OK;
                }
                if (!connected || failed.exitCode() == ExitCodes.USAGE) {
                    throw failed;
                }
                failed(failed);
            } catch (InterruptException | InterruptedException stopped) {
                Thread.interrupted();
                return ExitCodes.OK;
            }
            try {
                Thread.sleep(pause.toMillis());
            } catch (InterruptedException stopped) {
                return ExitCodes.OK;
            }
        }
    }

    /** Whether the round reached its end; one that fails is tried again. */
    private boolean round(FeedSync sync, boolean whole) {
        try {
            print(sync.follow(whole));
            return true;
        } catch (CommandFailure failed) {
            if (failed.exitCode() == ExitCodes.USAGE || Thread.currentThread().isInterrupted()) {
                throw failed;
            }
            failed(failed);
            return false;
        }
    }

    private void failed(CommandFailure failed) {
        output().print(
                        "the round failed and is tried again: " + failed.getMessage(),
                        Map.of("list", list, "failed", failed.getMessage()));
    }

    private ListRules rules() {
        label = label.strip();
        severityLabels = severityLabels.entrySet().stream()
                .collect(Collectors.toMap(
                        each -> each.getKey().strip(), each -> each.getValue().strip(), (first, last) -> last));
        if (!list.matches("[a-z0-9._-]{1,64}")) {
            throw CommandFailure.usage("--list " + list
                    + " is no name: up to 64 lower-case letters, digits, '.', '_' and '-' are allowed");
        }
        boolean aboutAdults = adult || shape == FeedShape.STOPNCII;
        ListRules rules = new ListRules(
                list,
                label,
                severityLabels,
                verified,
                aboutAdults,
                Optional.ofNullable(expiresAfter)
                        .map(text ->
                                TimeSpan.parse("--expires-after", text, Duration.ofSeconds(1), Duration.ofDays(3650))),
                mayShrink,
                addedBy);
        if (rules.labels().stream().anyMatch(String::isBlank)) {
            throw CommandFailure.usage("a label is blank, wanted is a text (--label, --severity-labels)");
        }
        if (aboutAdults) {
            requireNoReport(rules);
        }
        return rules;
    }

    /** What leads to a report has to be known: a setting that is missing here would let every label pass. */
    private void requireNoReport(ListRules rules) {
        Set<String> reported = reportLabels == null
                ? bank.words(REPORTED)
                : reportLabels.stream().map(String::strip).collect(Collectors.toSet());
        if (reportLabels == null && reported.isEmpty()) {
            throw CommandFailure.usage("the list " + list + " is about adults, and which labels lead to a CyberTipline "
                    + "report is not known here: set " + REPORTED + " as moderation-stream has it (in the file of "
                    + "--config, or BULWARK_CHILD_SAFETY_REPORT_LABELS), or give --report-labels, '' for none");
        }
        refuse(rules, reported, "lead to a CyberTipline report (" + REPORTED + ")");
        if (!restrictAdults) {
            refuse(rules, bank.restrictedLabels(), "are restricted (bulwark.restricted.labels; --restrict-adults)");
        }
    }

    private void refuse(ListRules rules, Set<String> labels, String what) {
        Set<String> both = new HashSet<>(rules.labels());
        both.retainAll(labels);
        if (!both.isEmpty()) {
            throw CommandFailure.usage("the list " + list + " is about adults, and its labels " + both + " " + what
                    + ": give it another label");
        }
    }

    private void print(Round round) {
        Output output = output();
        round.skipped().forEach((what, count) -> output.note("left out " + count + " of " + what));
        Map<String, Object> fields = Output.fields(
                "list",
                list,
                "added",
                round.added(),
                "changed",
                round.changed(),
                "removed",
                round.removed(),
                "unchanged",
                round.unchanged(),
                "expired",
                round.expired(),
                "pages",
                round.pages(),
                "skipped",
                round.skipped());
        output.print(
                "%s: %d entries added, %d changed, %d removed, %d as they were; %d have expired"
                        .formatted(
                                list,
                                round.added(),
                                round.changed(),
                                round.removed(),
                                round.unchanged(),
                                round.expired()),
                fields);
    }
}
