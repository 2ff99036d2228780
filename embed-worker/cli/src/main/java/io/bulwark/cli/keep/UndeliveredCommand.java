package io.bulwark.cli.keep;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.traffic.Broker;
import io.bulwark.cli.traffic.BrokerOptions.BrokerCommand;
import io.bulwark.cli.traffic.LatestRecords;
import io.bulwark.events.ImageReport;
import io.bulwark.schemas.serde.DecodedEvent;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.topic.DeadLetterHeaders;
import io.bulwark.schemas.topic.DeadLetterHeaders.Undelivered;
import io.bulwark.schemas.topic.TenantKey;
import io.bulwark.schemas.topic.Topics;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bulwark undelivered}. */
@Command(
        name = "undelivered",
        description = "Lists what webhooks and other neighbours did not take, and orders it to be sent again. Status 1 "
                + "where there is any.")
public final class UndeliveredCommand extends BrokerCommand implements Callable<Integer> {

    @Option(
            names = "--neighbour",
            paramLabel = "NAME",
            description = "Only what this one did not take, such as webhooks.shop (default: all of them).")
    private String neighbour;

    @Option(
            names = "--again",
            description =
                    "Order each to be sent again, under the same event id, except of images that are forgotten or have a later "
                            + "decision. A moderation-stream whose settings name the neighbour does so at once. With --neighbour "
                            + "where several did not take something.")
    private boolean again;

    @Override
    public Integer call() {
        Broker connected = broker();
        Collection<Letter> letters = letters(connected);
        if (letters.isEmpty()) {
            return ExitCodes.OK;
        }
        Map<Boolean, List<Letter>> byOutdated;
        try (var lastWords = new LastWords(connected)) {
            byOutdated = letters.stream()
                    .collect(Collectors.partitioningBy(letter -> lastWords.outdate(letter.story(), letter.record())));
        }
        List<Letter> current = byOutdated.get(false);
        if (again) {
            requireOneNeighbour(current);
            order(connected, current);
        }
        current.forEach(letter -> print(again ? "ordered" : "undelivered", letter, again, false));
        byOutdated
                .get(true)
                .forEach(letter ->
                        print("outdated, its image is forgotten or has a later decision", letter, false, true));
        return current.isEmpty() || again ? ExitCodes.OK : ExitCodes.FAILED;
    }

    private static void requireOneNeighbour(List<Letter> letters) {
        Set<String> neighbours = letters.stream().map(Letter::neighbour).collect(Collectors.toCollection(TreeSet::new));
        if (neighbours.size() > 1) {
            throw CommandFailure.usage("there is something for several neighbours: give one of them as --neighbour: "
                    + String.join(", ", neighbours));
        }
    }

    private void print(String what, Letter letter, boolean ordered, boolean outdated) {
        output().print(
                        what + ": " + letter.id() + " for " + letter.neighbour() + ": "
                                + letter.story().reason() + ". "
                                + letter.story().detail(),
                        Map.of(
                                "neighbour", letter.neighbour(),
                                "event", letter.id(),
                                "key", letter.key(),
                                "reason", letter.story().reason(),
                                "detail", letter.story().detail(),
                                "again", ordered,
                                "outdated", outdated));
    }

    /** What was set aside and not ordered again since. */
    private Collection<Letter> letters(Broker connected) {
        Map<List<String>, Letter> letters = new LinkedHashMap<>();
        LatestRecords.each(connected, Topics.UNDELIVERED, record -> {
            Optional<Undelivered> about = Undelivered.readFrom(record.headers());
            Optional<DeadLetterHeaders> story = DeadLetterHeaders.readFrom(record.headers());
            if (about.isEmpty() || story.isEmpty()) {
                return;
            }
            var letter = new Letter(about.get().neighbour(), story.get(), record);
            if (about.get().again()) {
                letters.remove(letter.place());
            } else if (neighbour == null || neighbour.equals(letter.neighbour())) {
                letters.put(letter.place(), letter);
            }
        });
        return letters.values();
    }

    private static void order(Broker connected, Collection<Letter> letters) {
        Map<String, Object> settings = connected.clientSettings(
                Map.of(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Topics.UNDELIVERED.maxRecordBytes()));
        try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (Letter letter : letters) {
                var headers = new RecordHeaders(letter.record().headers());
                new Undelivered(letter.neighbour(), true).addTo(headers);
                producer.send(new ProducerRecord<>(
                                connected.topic(Topics.UNDELIVERED),
                                null,
                                letter.record().key(),
                                letter.record().value(),
                                headers))
                        .get();
            }
        } catch (ExecutionException lost) {
            throw CommandFailure.unavailable(
                    "the topic " + connected.topic(Topics.UNDELIVERED) + " did not take an order: "
                            + lost.getCause().getMessage(),
                    lost.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw CommandFailure.failed("interrupted while writing orders", interrupted);
        }
    }

    /** A record that was set aside. */
    private record Letter(String neighbour, DeadLetterHeaders story, ConsumerRecord<byte[], byte[]> record) {

        String id() {
            return story.topic() + "-" + story.partition() + "-" + story.offset();
        }

        List<String> place() {
            return List.of(neighbour, id());
        }

        String key() {
            return LatestRecords.key(record);
        }
    }

    /** The last record of each image on {@code moderation.decisions}. One thread. */
    static final class LastWords implements AutoCloseable {

        private final Map<String, Last> last = new HashMap<>();
        private final EventDecoder<ImageReport> reports;

        /** Reads the whole topic. */
        LastWords(Broker broker) {
            LatestRecords.each(
                    broker,
                    Topics.DECISIONS,
                    record -> last.put(LatestRecords.key(record), new Last(record.offset(), record.value() == null)));
            reports = new EventDecoder<>(ImageReport.class, broker.clientSettings(Map.of()));
        }

        /**
         * Whether what was set aside must not be told any more: its image is forgotten, or something later was decided
         * on it.
         *
         * @param story where it stood first
         * @param record as it was set aside
         */
        boolean outdate(DeadLetterHeaders story, ConsumerRecord<byte[], byte[]> record) {
            if (Topics.REPORTS.isNamed(story.topic())) {
                return imageOf(record).map(last::get).filter(Last::forgotten).isPresent();
            }
            Last word = last.get(LatestRecords.key(record));
            // the broker drops a tombstone in the end: an image of which nothing is left is forgotten
            return word == null ? record.value() != null : word.offset() > story.offset();
        }

        private Optional<String> imageOf(ConsumerRecord<byte[], byte[]> record) {
            return reports.decode(record.topic(), record.value()) instanceof DecodedEvent.Event<ImageReport> event
                    ? Optional.of(new TenantKey(
                                    event.value().getTenant(), event.value().getImageId())
                            .toString())
                    : Optional.empty();
        }

        @Override
        public void close() {
            reports.close();
        }

        private record Last(long offset, boolean forgotten) {}
    }
}
