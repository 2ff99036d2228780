package io.bulwark.cli.keep;

import io.bulwark.cli.keep.KeptTopics.KeeperTopic;
import io.bulwark.cli.keep.KeptTopics.KeptRecord;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.traffic.Broker;
import io.bulwark.cli.traffic.BrokerOptions.BrokerCommand;
import io.bulwark.events.ImageUploaded;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bulwark missing}. */
@Command(
        name = "missing",
        description = "Lists uploads that have no verdict, and sends them again. Status 1 where there are any.")
public final class MissingCommand extends BrokerCommand implements Callable<Integer> {

    @Option(
            names = "--deadline",
            paramLabel = "DURATION",
            defaultValue = "PT15M",
            description = "How long an upload may wait for its verdict (${DEFAULT-VALUE}).")
    private Duration deadline;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Number of uploads at most, the oldest of each partition first (${DEFAULT-VALUE}).")
    private int limit;

    @Option(
            names = "--repeat",
            description =
                    "Send the last upload of each image again, so that a worker answers it; that answers earlier ones.")
    private boolean repeat;

    @Override
    public Integer call() {
        Broker connected = broker();
        List<KeptRecord> missing = missing(connected, Instant.now().minus(deadline), repeat);
        if (repeat) {
            try (var uploads = new KeeperTopic<>(connected, Topics.IMAGES_UPLOADED, ImageUploaded.class)) {
                missing.forEach(
                        record -> uploads.put(record.partition(), record.key(), (ImageUploaded) record.value()));
            }
        }
        missing.forEach(record -> output().print(
                        (repeat ? "sent again: " : "missing: ") + record.key() + ", uploaded " + record.at(),
                        Map.of(
                                "imageId", record.key(),
                                "tenant", record.text("tenant").orElse(""),
                                "uploadedAt", record.at().toString(),
                                "repeated", repeat)));
        return missing.isEmpty() || repeat ? ExitCodes.OK : ExitCodes.FAILED;
    }

    /**
     * An upload is answered by a verdict on it or on a later upload of the same image id in its partition.
     *
     * @param lastOnly leaves out uploads with a later one of their image in their partition, missing or not: sent again
     *     they would come after it, and their picture would count as the latest
     */
    private List<KeptRecord> missing(Broker broker, Instant before, boolean lastOnly) {
        var scan = new KeptTopics(broker);
        Map<Answered, Long> answered = new HashMap<>();
        scan.read(Topics.VERDICTS, record -> {
            if (record.value() instanceof Verdict verdict && verdict.getUpload() != null) {
                answered.merge(
                        new Answered(
                                verdict.getTenant(),
                                verdict.getImageId(),
                                verdict.getUpload().getPartition()),
                        verdict.getUpload().getOffset(),
                        Math::max);
            }
        });
        Map<Answered, Long> lasts = lastOnly ? lasts(scan) : Map.of();
        var missing = new ArrayList<KeptRecord>();
        scan.read(Topics.IMAGES_UPLOADED, record -> {
            if (record.value() instanceof ImageUploaded upload && record.at().isBefore(before)) {
                Answered image = place(upload, record);
                Long last = answered.get(image);
                boolean wanted = lasts.getOrDefault(image, record.offset()) <= record.offset();
                if (wanted && (last == null || last < record.offset()) && missing.size() < limit) {
                    missing.add(record);
                }
            }
        });
        return missing;
    }

    private static Map<Answered, Long> lasts(KeptTopics scan) {
        Map<Answered, Long> lasts = new HashMap<>();
        scan.read(Topics.IMAGES_UPLOADED, record -> {
            if (record.value() instanceof ImageUploaded upload) {
                lasts.merge(place(upload, record), record.offset(), Math::max);
            }
        });
        return lasts;
    }

    private static Answered place(ImageUploaded upload, KeptRecord record) {
        return new Answered(upload.getTenant(), upload.getImageId(), record.partition());
    }

    private record Answered(String tenant, String imageId, int partition) {}
}
