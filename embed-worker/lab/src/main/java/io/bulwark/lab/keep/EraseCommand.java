package io.bulwark.lab.keep;

import io.bulwark.events.Erasure;
import io.bulwark.events.Reference;
import io.bulwark.events.Subject;
import io.bulwark.lab.terminal.CommandFailure;
import io.bulwark.lab.terminal.ExitCodes;
import io.bulwark.lab.terminal.Output;
import io.bulwark.lab.terminal.OutputOptions;
import io.bulwark.lab.traffic.Broker;
import io.bulwark.lab.traffic.BrokerOptions;
import io.bulwark.schemas.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bulwark erase}. */
@Command(
        name = "erase",
        description = {
            "Makes Bulwark forget an image, or an uploader with all their images.",
            "moderation-stream must run: it forgets the decisions and statistics. Then all topics are read, and what is "
                    + "left is listed with the day on which it goes."
        })
public final class EraseCommand implements Callable<Integer> {

    private static final Duration BETWEEN_READS = Duration.ofMillis(500);

    @Mixin
    private OutputOptions options;

    @Mixin
    private BrokerOptions broker;

    @Mixin
    private SubjectOptions subject;

    @Option(names = "--by", paramLabel = "NAME", defaultValue = "${sys:user.name}", description = "Who orders it.")
    private String by;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why; it stays in the log of erasures.")
    private String reason;

    @Option(names = "--check", description = "Only list what the topics keep; status 1 where that is anything.")
    private boolean check;

    @Option(
            names = "--wait",
            paramLabel = "DURATION",
            defaultValue = "PT1M",
            description = "How long moderation-stream may take (${DEFAULT-VALUE}).")
    private Duration wait;

    @Override
    public Integer call() throws InterruptedException {
        Broker connected = broker.broker();
        Kept kept = Kept.read(connected, subject);
        if (check) {
            return report(options.output(), kept);
        }
        requireNoHold(kept);
        erase(connected, kept);
        Kept left = Kept.read(connected, subject);
        options.output()
                .print(
                        "erased " + subject + ": " + kept.images().size() + " images, "
                                + kept.references().size() + " references",
                        Map.of(
                                "erased", subject.id(),
                                "images", kept.images().size(),
                                "references", kept.references().size()));
        report(options.output(), left);
        return ExitCodes.OK;
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

    private void erase(Broker connected, Kept kept) throws InterruptedException {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        try (var orders = new KeeperTopic<>(connected, Topics.ERASURES, Erasure.class);
                var references = new KeeperTopic<>(connected, Topics.REFERENCES, Reference.class)) {
            kept.references().forEach(reference -> references.put(reference.key(), null));
            kept.images().forEach(image -> orders.put(image, order(Subject.IMAGE, image, now)));
            await(connected, kept, Topics.DECISIONS, "the decisions");
            if (subject.subject() == Subject.UPLOADER) {
                orders.put(subject.id(), order(Subject.UPLOADER, subject.id(), now));
                await(connected, kept, Topics.UPLOADER_STATS, "the statistics");
            }
        }
    }

    private Erasure order(Subject kind, String id, Instant now) {
        return new Erasure(subject.tenant(), kind, id, by, reason, now);
    }

    private void await(Broker connected, Kept kept, Topics topic, String what) throws InterruptedException {
        long until = System.nanoTime() + wait.toNanos();
        while (kept.isLeft(connected, subject, topic)) {
            if (System.nanoTime() > until) {
                throw CommandFailure.unavailable("moderation-stream has not forgotten " + what + " within " + wait
                        + ": does it run? The order stays, and `bulwark erase --check` says when it is done");
            }
            Thread.sleep(BETWEEN_READS.toMillis());
        }
    }

    private static int report(Output output, Kept kept) {
        Map<Topics, List<KeptRecord>> byTopic = kept.all().stream().collect(Collectors.groupingBy(KeptRecord::topic));
        byTopic.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> report(output, entry.getKey(), entry.getValue()));
        kept.curated()
                .forEach(reference -> output.note(
                        "kept: reference " + reference.key() + " has the same content, but another origin"));
        if (byTopic.isEmpty()) {
            output.print("nothing is left on any topic", Map.of("left", 0));
        }
        return byTopic.isEmpty() ? ExitCodes.OK : ExitCodes.FAILED;
    }

    private static void report(Output output, Topics topic, List<KeptRecord> left) {
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
                topic.topicName() + ": " + left.size() + " records, " + until,
                Map.of("topic", topic.topicName(), "left", left.size(), "live", live, "until", until));
    }
}
