package io.bulwark.cli.bank.hashes;

import io.bulwark.cli.bank.BankOptions.BankName;
import io.bulwark.cli.bank.BankTopic;
import io.bulwark.cli.bank.feed.FeedClient;
import io.bulwark.cli.bank.feed.FeedShape;
import io.bulwark.cli.bank.feed.FeedSync;
import io.bulwark.cli.bank.feed.FeedSync.ListRules;
import io.bulwark.cli.bank.feed.FeedSync.Round;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputOptions;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bulwark bank hashes sync}. */
@Command(
        name = "sync",
        description =
                "Follows an exchange's list into a bank: what it added, changed or took down since the last time. "
                        + "Counsel must check that you may use the list, and only designated staff may handle its matches.")
final class BankHashesSyncCommand implements Callable<Integer> {

    private static final String REPORTED = "bulwark.child-safety.report.labels";

    @Mixin
    private OutputOptions options;

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
            description = "Labels that lead to a report (default: the setting bulwark.child-safety.report.labels, "
                    + "environment BULWARK_CHILD_SAFETY_REPORT_LABELS).")
    private Set<String> reportLabels;

    @Option(
            names = "--expires-after",
            paramLabel = "DURATION",
            description = "How long an entry without a date of the list's counts, such as P400D (default: for ever).")
    private Duration expiresAfter;

    @Option(names = "--may-shrink", description = "Let a list lose more than half of its entries at once.")
    private boolean mayShrink;

    @Option(names = "--from-start", description = "Read the whole list again, and remove what it no longer has.")
    private boolean fromStart;

    @Option(
            names = "--every",
            paramLabel = "DURATION",
            description = "Go on, with so much time between two rounds, such as PT30S; PT1S to P1D. A round that fails "
                    + "is tried again (default: one round).")
    private Duration every;

    @Option(
            names = "--added-by",
            paramLabel = "WHO",
            defaultValue = "${sys:user.name}",
            description = "Written into each entry.")
    private String addedBy;

    @Override
    public Integer call() {
        ListRules rules = rules();
        Clock clock = Clock.systemUTC();
        URI address = exchange.address();
        FeedClient client = exchange.client(shape::headers);
        try (BankTopic topic = bank.topic()) {
            topic.requireListings();
            FeedSync sync = new FeedSync(shape.open(address, client, clock), rules, bank.name(), topic, clock);
            if (every == null) {
                print(sync.follow(fromStart));
                return ExitCodes.OK;
            }
            return loop(sync);
        }
    }

    private int loop(FeedSync sync) {
        boolean whole = fromStart;
        while (!Thread.currentThread().isInterrupted()) {
            try {
                print(sync.follow(whole));
                whole = false;
            } catch (CommandFailure failed) {
                if (failed.exitCode() == ExitCodes.USAGE) {
                    throw failed;
                }
                options.output()
                        .print(
                                "the round failed and is tried again: " + failed.getMessage(),
                                Map.of("list", list, "failed", failed.getMessage()));
            }
            try {
                Thread.sleep(every.toMillis());
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        }
        return ExitCodes.OK;
    }

    private ListRules rules() {
        if (!list.matches("[a-z0-9._-]{1,64}")) {
            throw CommandFailure.usage("--list " + list
                    + " is no name: up to 64 lower-case letters, digits, '.', '_' and '-' are allowed");
        }
        if (every != null && (every.compareTo(Duration.ofSeconds(1)) < 0 || every.compareTo(Duration.ofDays(1)) > 0)) {
            throw CommandFailure.usage("--every is " + every + ", allowed is PT1S to P1D");
        }
        if (expiresAfter != null && (expiresAfter.isNegative() || expiresAfter.isZero())) {
            throw CommandFailure.usage("--expires-after is " + expiresAfter + ", allowed is more than nothing");
        }
        boolean aboutAdults = adult || shape == FeedShape.STOPNCII;
        ListRules rules = new ListRules(
                list,
                label,
                severityLabels,
                verified,
                aboutAdults,
                Optional.ofNullable(expiresAfter),
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

    /** A person whose picture was shared against their will is no reason to report them. */
    private void requireNoReport(ListRules rules) {
        refuse(
                rules,
                reportLabels == null ? bank.words(REPORTED) : reportLabels,
                "lead to a CyberTipline report (" + REPORTED + ")");
        if (!restrictAdults) {
            refuse(rules, bank.restrictedLabels(), "are restricted (bulwark.restricted.labels; --restrict-adults)");
        }
    }

    private void refuse(ListRules rules, Set<String> labels, String what) {
        Set<String> both = new HashSet<>(rules.labels());
        both.retainAll(labels);
        if (!both.isEmpty()) {
            throw CommandFailure.usage("the list " + list + " is about adults, and its labels " + both + " " + what
                    + ": give it a label of its own");
        }
    }

    private void print(Round round) {
        Output output = options.output();
        round.skipped().forEach((what, count) -> output.note("left out " + count + " of " + what));
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("list", list);
        fields.put("added", round.added());
        fields.put("changed", round.changed());
        fields.put("removed", round.removed());
        fields.put("unchanged", round.unchanged());
        fields.put("pages", round.pages());
        fields.put("skipped", round.skipped());
        output.print(
                "%s: %d entries added, %d changed, %d removed, %d as they were"
                        .formatted(list, round.added(), round.changed(), round.removed(), round.unchanged()),
                fields);
    }
}
