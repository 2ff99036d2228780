package io.bulwark.cli.keep;

import io.bulwark.cli.keep.Kept.SubjectOptions;
import io.bulwark.cli.keep.KeptTopics.KeeperTopic;
import io.bulwark.cli.keep.KeptTopics.KeptRecord;
import io.bulwark.cli.keep.WorkDatabase.WorkRows;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.traffic.Broker;
import io.bulwark.cli.traffic.BrokerOptions.BrokerCommand;
import io.bulwark.events.Erasure;
import io.bulwark.events.Reference;
import io.bulwark.events.Subject;
import io.bulwark.schemas.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bulwark erase}. */
@Command(
        name = "erase",
        description = {
            "Makes Bulwark forget an image, or an uploader with all their images.",
            "moderation-stream must run: it forgets the decisions and statistics, and people's work. Then all topics and "
                    + "tables are read; what is left is listed with the day on which it goes."
        })
public final class EraseCommand extends BrokerCommand implements Callable<Integer> {

    private static final Duration BETWEEN_READS = Duration.ofMillis(500);

    @Mixin
    private SubjectOptions subject;

    @Mixin
    private WorkOptions work;

    @Option(names = "--by", paramLabel = "NAME", defaultValue = "${sys:user.name}", description = "Who orders it.")
    private String by;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why; it stays in the log of erasures.")
    private String reason;

    @Option(names = "--check", description = "Only list what is kept; status 1 where that is anything.")
    private boolean check;

    @Option(
            names = "--wait",
            paramLabel = "DURATION",
            defaultValue = "PT1M",
            description = "How long moderation-stream may take (${DEFAULT-VALUE}).")
    private Duration wait;

    @Override
    public Integer call() throws InterruptedException {
        Broker connected = broker();
        Kept kept = Kept.read(connected, subject);
        WorkRows rows = look(kept.images());
        if (!rows.equals(WorkRows.UNKNOWN)) {
            kept = Kept.read(connected, subject, rows); // what no topic names any more
        }
        if (check) {
            return report(output(), connected, kept, rows);
        }
        requireNoHold(kept);
        rows.byTable()
                .forEach((table, count) -> output().print(
                                "table " + table + ": " + count + " rows", Map.of("table", table, "rows", count)));
        int references = erase(connected, kept, rows);
        output().print(
                        "erased " + subject + ": " + kept.images().size() + " images, " + references + " references, "
                                + rows.rows() + " rows",
                        Map.of(
                                "erased", subject.id(),
                                "images", kept.images().size(),
                                "references", references,
                                "rows", rows.rows()));
        report(output(), connected, Kept.read(connected, subject, rows), look(kept.images()));
        return ExitCodes.OK;
    }

    private WorkRows look(Collection<String> images) {
        return work.database().map(database -> database.read(subject, images)).orElse(WorkRows.UNKNOWN);
    }

    private void requireNoHold(Kept kept) {
        boolean held = kept.isHeld(subject.tenant(), subject.subject(), subject.id())
                || kept.records().stream()
                        .flatMap(record -> record.text("uploaderId").stream())
                        .anyMatch(uploader -> kept.isHeld(subject.tenant(), Subject.UPLOADER, uploader))
                || kept.images().stream().anyMatch(image -> kept.isHeld(subject.tenant(), Subject.IMAGE, image));
        if (held) {
            throw CommandFailure.failed(
                    "a legal hold keeps " + subject + " or a part of it: `bulwark hold release` ends it");
        }
    }

    /** How many references went. */
    private int erase(Broker connected, Kept kept, WorkRows rows) throws InterruptedException {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        try (var orders = new KeeperTopic<>(connected, Topics.ERASURES, Erasure.class);
                var references = new KeeperTopic<>(connected, Topics.REFERENCES, Reference.class)) {
            kept.references().forEach(reference -> references.put(reference.key(), null));
            kept.images().forEach(image -> orders.put(image, order(Subject.IMAGE, image, now)));
            int late;
            try {
                awaitAll(connected, kept, rows, orders, now);
            } finally {
                late = takeLate(connected, rows, references);
            }
            return kept.references().size() + late;
        }
    }

    private void awaitAll(Broker connected, Kept kept, WorkRows rows, KeeperTopic<Erasure> orders, Instant now)
            throws InterruptedException {
        await(() -> kept.isLeft(connected, subject, Topics.DECISIONS), "the decisions");
        if (subject.subject() == Subject.UPLOADER) {
            orders.put(subject.id(), order(Subject.UPLOADER, subject.id(), now));
            await(() -> kept.isLeft(connected, subject, Topics.UPLOADER_STATS), "the statistics");
        }
        await(() -> look(rows.images()).rows() > 0, "people's work");
        // last: no answer comes where campaigns were switched off after use
        await(
                () -> kept.isLeft(connected, subject, Topics.CAMPAIGNS),
                "the campaigns",
                "does it run, and with bulwark.stream.campaigns.enabled=true? Everything else is forgotten. Without campaigns"
                        + " their records stay until they are gone by their age; with them again, order the erasure again");
    }

    /** Takes what was approved while this command waited; once no proposal of the image is left, no more comes. */
    private int takeLate(Broker connected, WorkRows rows, KeeperTopic<Reference> references) {
        List<KeptRecord> late = Kept.read(connected, subject, rows).references().stream()
                .filter(KeptRecord::live)
                .toList();
        late.forEach(reference -> references.put(reference.key(), null));
        return late.size();
    }

    private Erasure order(Subject kind, String id, Instant now) {
        return new Erasure(subject.tenant(), kind, id, by, reason, now);
    }

    private void await(BooleanSupplier left, String what) throws InterruptedException {
        await(left, what, "does it run? The order stays, and `bulwark erase --check` says when it is done");
    }

    private void await(BooleanSupplier left, String what, String advice) throws InterruptedException {
        long until = System.nanoTime() + wait.toNanos();
        while (left.getAsBoolean()) {
            if (System.nanoTime() > until) {
                throw CommandFailure.unavailable(
                        "moderation-stream has not forgotten " + what + " within " + wait + ": " + advice);
            }
            Thread.sleep(BETWEEN_READS.toMillis());
        }
    }

    private int report(Output output, Broker broker, Kept kept, WorkRows rows) {
        Map<Topics, List<KeptRecord>> byTopic = kept.all().stream().collect(Collectors.groupingBy(KeptRecord::topic));
        byTopic.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> report(output, entry.getKey(), broker.topic(entry.getKey()), entry.getValue()));
        kept.curated()
                .forEach(reference -> output.note(
                        "kept: reference " + reference.key() + " has the same content, but another origin"));
        if (byTopic.isEmpty()) {
            output.print("nothing is left on any topic", Map.of("left", 0));
        }
        reportRows(output, rows);
        return byTopic.isEmpty() && rows.rows() == 0 ? ExitCodes.OK : ExitCodes.FAILED;
    }

    private void reportRows(Output output, WorkRows rows) {
        if (work.database().isEmpty()) {
            output.note("People's work was not looked at: name its database with --database, if there is one");
            return;
        }
        rows.byTable().entrySet().stream()
                .filter(table -> table.getValue() > 0)
                .forEach(table -> output.print(
                        "table " + table.getKey() + ": " + table.getValue() + " rows are left",
                        Map.of("table", table.getKey(), "left", table.getValue())));
        if (rows.rows() == 0) {
            output.print(
                    "nothing is left in any of " + rows.byTable().size() + " tables",
                    Map.of("tables", rows.byTable().size(), "left", 0));
        }
    }

    private static void report(Output output, Topics topic, String name, List<KeptRecord> left) {
        long live = left.stream().filter(KeptRecord::live).count();
        Optional<Instant> goes =
                left.stream().map(KeptRecord::goesAt).flatMap(Optional::stream).max(Comparator.naturalOrder());
        boolean compacts = live == 0 && topic.cleanup().compacted();
        Instant compacted = left.stream()
                .map(KeptRecord::at)
                .max(Comparator.naturalOrder())
                .orElseThrow()
                .plus(topic.cleanup().keptWhole().orElse(Duration.ZERO))
                .plus(Duration.ofDays(1));
        String until = compacts
                ? "replaced, compacted away by " + compacted
                : goes.map(at -> "gone by its age on " + at).orElse("in force");
        output.print(
                name + ": " + left.size() + " records, " + until,
                Map.of("topic", name, "left", left.size(), "live", live, "until", until));
    }

    /** Where people's work is: {@code @Mixin WorkOptions work}. */
    public static final class WorkOptions {

        @Option(
                names = "--database",
                paramLabel = "URL",
                description = "Also look at people's work in this database, such as "
                        + "jdbc:postgresql://localhost:15432/bulwark.")
        private String database;

        @Option(
                names = "--user",
                paramLabel = "NAME",
                defaultValue = "bulwark_owner",
                description =
                        "Who reads the database: the owner of the tables or the application's role (default: "
                                + "${DEFAULT-VALUE}). The password is that of the environment variable BULWARK_DATABASE_PASSWORD.")
        private String user;

        /** The database; empty where none is named. */
        Optional<WorkDatabase> database() {
            return Optional.ofNullable(database)
                    .map(url -> new WorkDatabase(url, user, System.getenv("BULWARK_DATABASE_PASSWORD")));
        }
    }
}
