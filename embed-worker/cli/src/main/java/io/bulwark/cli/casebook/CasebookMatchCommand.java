package io.bulwark.cli.casebook;

import io.bulwark.cli.bank.BankFile.StoredReference;
import io.bulwark.cli.bank.BankOptions.BankName;
import io.bulwark.cli.bank.BankTopic;
import io.bulwark.cli.casebook.CasebookCommand.RecentImages;
import io.bulwark.cli.casebook.EmbeddingMatch.NearImage;
import io.bulwark.cli.casebook.EmbeddingMatch.WantedRow;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputCommand;
import io.bulwark.cli.traffic.Broker;
import io.bulwark.events.Decision;
import io.bulwark.events.ImageReport;
import io.bulwark.events.ReportKind;
import io.bulwark.schemas.topic.Topics;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringSerializer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bulwark casebook match}. */
@Command(
        name = "match",
        description = {
            "Lists recent images near references of the bank, such as new ones: over how workers saw them, for as long as"
                    + " moderation.embeddings keeps that.",
            "With --review, images that the worker did not call NSFW are reported, so that people look at them again."
        })
final class CasebookMatchCommand extends OutputCommand implements Callable<Integer> {

    /** Who reports what this command finds; the reference's id follows. */
    static final String REPORTER = "casebook match ";

    private static final int MOST_LETTERS = 200;

    @Mixin
    private BankName bank;

    @Mixin
    private RecentImages images;

    @Option(
            names = "--least",
            paramLabel = "COSINE",
            defaultValue = "0.9",
            description = "From which similarity on an image is near, -1 to 1.")
    private double least;

    @Option(names = "--most", paramLabel = "N", defaultValue = "100", description = "Number of images, the nearest.")
    private int most;

    @Option(names = "--threads", paramLabel = "N", defaultValue = "2", description = "Threads that read and compare.")
    private int threads;

    @Option(names = "--review", description = "Have people look at them: writes reports to moderation.reports.")
    private boolean review;

    @Parameters(arity = "1..*", paramLabel = "ID", description = "References, as `bulwark bank list` shows them.")
    private List<String> ids;

    @Override
    public Integer call() {
        if (!(least >= -1 && least <= 1) || most < 1 || threads < 1) {
            throw CommandFailure.usage("--least is -1 to 1, --most and --threads are at least 1");
        }
        Broker at = bank.broker();
        Optional<Instant> from = images.from();
        var question = new EmbeddingMatch.Question(images.tenant(), from, least, most, threads);
        long begin = System.nanoTime();
        EmbeddingMatch.Found found = new EmbeddingMatch(at, rows(at), question).run();
        double seconds = (System.nanoTime() - begin) / 1e9;
        Output output = output();
        found.images().forEach(image -> print(output, image));
        int reported = review ? report(at, found.images()) : 0;
        output.print(
                String.format(
                        Locale.ROOT,
                        "embeddings=%d matches=%d reported=%d other-models=%d unreadable=%d seconds=%.1f",
                        found.compared(),
                        found.images().size(),
                        reported,
                        found.otherModels(),
                        found.unreadable(),
                        seconds),
                Map.of(
                        "embeddings", found.compared(),
                        "matches", found.images().size(),
                        "reported", reported,
                        "otherModels", found.otherModels(),
                        "unreadable", found.unreadable(),
                        "seconds", seconds));
        return ExitCodes.OK;
    }

    private Map<String, List<WantedRow>> rows(Broker at) {
        List<StoredReference> present;
        try (BankTopic topic = bank.topic()) {
            present = topic.read().of(bank.name());
        }
        Map<String, List<WantedRow>> rows = new HashMap<>();
        for (String id : ids) {
            List<StoredReference> ofId = present.stream()
                    .filter(reference -> reference.key().referenceId().equals(id))
                    .filter(reference -> reference.value().getEmbedding().hasRemaining())
                    .toList();
            if (ofId.isEmpty()) {
                throw CommandFailure.failed("bank \"" + bank.name() + "\" has no reference \"" + id
                        + "\" with an embedding; " + "`bulwark bank list --bank " + bank.name() + "` lists them");
            }
            ofId.forEach(
                    reference -> rows.computeIfAbsent(reference.key().modelFingerprint(), model -> new ArrayList<>())
                            .addAll(WantedRow.of(reference.embedding())));
        }
        return rows;
    }

    private static void print(Output output, NearImage image) {
        Map<String, Object> fields =
                Output.fields("similarity", image.similarity(), "tenant", image.tenant(), "imageId", image.imageId());
        image.contentSha256().ifPresent(hash -> fields.put("contentSha256", hash));
        fields.put("view", image.view());
        fields.put("reference", image.reference());
        fields.put("decision", image.decision().name());
        fields.put("score", image.score());
        fields.put("decidedAt", image.decidedAt().toString());
        output.print(
                String.format(
                        Locale.ROOT,
                        "%.4f  %s %s  %s  near %s  %s %.3f  %s",
                        image.similarity(),
                        image.tenant(),
                        image.imageId(),
                        image.view(),
                        image.reference(),
                        image.decision(),
                        image.score(),
                        image.decidedAt()),
                fields);
    }

    /** Reports the images that the worker let pass; returns how many. */
    private int report(Broker at, List<NearImage> images) {
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        try (var producer = new KafkaProducer<>(
                at.clientSettings(
                        Map.of(ProducerConfig.ACKS_CONFIG, "all", ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true)),
                new StringSerializer(),
                at.serializer(ImageReport.class))) {
            for (NearImage image : images) {
                if (image.decision() != Decision.NSFW) {
                    sent.add(producer.send(
                            new ProducerRecord<>(at.topic(Topics.REPORTS), image.imageId(), reportOf(image))));
                }
            }
            for (Future<RecordMetadata> one : sent) {
                one.get();
            }
        } catch (ExecutionException lost) {
            throw CommandFailure.unavailable(
                    at.topic(Topics.REPORTS) + " did not take a report: "
                            + lost.getCause().getMessage(),
                    lost.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw CommandFailure.failed("interrupted while reporting", interrupted);
        }
        return sent.size();
    }

    private static ImageReport reportOf(NearImage image) {
        String reporter = REPORTER + image.reference();
        return ImageReport.newBuilder()
                .setTenant(image.tenant())
                .setImageId(image.imageId())
                .setContentSha256(image.contentSha256().orElse(null))
                .setKind(ReportKind.REPORT)
                .setReporter(reporter.substring(0, Math.min(MOST_LETTERS, reporter.length())))
                .setWords(String.format(
                        Locale.ROOT,
                        "Its view %s is near reference %s: cosine %.4f.",
                        image.view(),
                        image.reference(),
                        image.similarity()))
                .setAt(Clock.systemUTC().instant().truncatedTo(ChronoUnit.MILLIS))
                .build();
    }
}
