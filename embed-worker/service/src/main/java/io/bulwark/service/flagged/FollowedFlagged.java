package io.bulwark.service.flagged;

import io.bulwark.events.FlaggedContent;
import io.bulwark.perception.flagged.FlaggedIndex;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.service.follow.Followed;
import io.bulwark.service.telemetry.WorkerLog;
import io.bulwark.service.telemetry.WorkerMetrics;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The topic of what is flagged, of which each new state is put on the shelf whole. */
public final class FollowedFlagged implements Followed {

    private final String topic;
    private final Supplier<FlaggedBook> books;
    private final FlaggedShelf shelf;
    private final Clock wallClock;
    private final WorkerMetrics metrics;
    private FlaggedBook book;
    private boolean published;
    private boolean readOnce;

    /**
     * Makes it.
     *
     * @param topic as the broker calls it
     * @param decoder of the records' values
     * @param modelFingerprint of the encoder that decides
     * @param dimension of its embeddings
     * @param wallClock tells how long it took from a decision until it is in use here
     */
    public FollowedFlagged(
            String topic,
            EventDecoder<FlaggedContent> decoder,
            String modelFingerprint,
            int dimension,
            FlaggedShelf shelf,
            Clock wallClock,
            WorkerMetrics metrics) {
        this.topic = topic;
        this.books = () -> new FlaggedBook(decoder, modelFingerprint, dimension, metrics);
        this.book = books.get();
        this.shelf = shelf;
        this.wallClock = wallClock;
        this.metrics = metrics;
    }

    @Override
    public String topic() {
        return topic;
    }

    @Override
    public void begin() {
        book.close();
        book = books.get();
        readOnce = false;
        metrics.flaggedMissing(false);
    }

    @Override
    public void apply(ConsumerRecord<byte[], byte[]> record) {
        book.apply(record);
    }

    @Override
    public boolean isStale() {
        return book.isStale();
    }

    @Override
    public void publish() {
        put(book.offsets() + " of " + topic());
        if (readOnce) {
            book.arrived().forEach(decided -> metrics.flaggedVisible(Duration.between(decided, wallClock.instant())));
        } else {
            book.arrived(); // read from the begin, not when it came
        }
        published = true;
        readOnce = true;
    }

    private void put(String readTo) {
        FlaggedIndex index = book.snapshot();
        int size = index.size();
        shelf.put(index, book.offsets(), size + " entries are flagged");
        metrics.flagged(size);
        WorkerLog.flaggedChanged(size, readTo);
    }

    /** What is in use stays where there is something. */
    @Override
    public void missing() {
        metrics.flaggedMissing(true);
        if (!published) {
            put("the topic is missing");
            published = true;
        }
        shelf.remark(topic() + " is missing: nothing new is flagged, and what a person calls SAFE stays held back");
    }

    @Override
    public void unreadable(String why) {
        shelf.explainAbsence("What is flagged cannot be read. " + why);
    }

    @Override
    public void close() {
        book.close();
    }
}
