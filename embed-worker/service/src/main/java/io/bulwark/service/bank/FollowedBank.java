package io.bulwark.service.bank;

import io.bulwark.events.Reference;
import io.bulwark.perception.bank.MatrixBank;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.service.follow.Followed;
import io.bulwark.service.lifecycle.Readiness;
import io.bulwark.service.telemetry.WorkerLog;
import io.bulwark.service.telemetry.WorkerMetrics;
import java.time.Clock;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The references topic, of which each new state is put on the shelf as a snapshot of one encoder's bank. */
public final class FollowedBank implements Followed {

    private final String topic;
    private final Supplier<ReferenceBook> books;
    private final BankIdentity identity;
    private final BankShelf shelf;
    private final WorkerMetrics metrics;
    private ReferenceBook book;

    /**
     * Makes it.
     *
     * @param topic as the broker calls it
     * @param decoder of the records' values
     * @param wallClock decides which references are disabled now
     */
    public FollowedBank(
            String topic,
            EventDecoder<Reference> decoder,
            BankIdentity identity,
            BankShelf shelf,
            Clock wallClock,
            WorkerMetrics metrics) {
        this.topic = topic;
        this.books = () -> new ReferenceBook(identity, decoder, metrics, wallClock);
        this.book = books.get();
        this.identity = identity;
        this.shelf = shelf;
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
        MatrixBank bank = book.snapshot();
        Readiness status = book.judge(bank);
        // Asked before the shelf owns the bank: from then on a newer snapshot may close it.
        String version = bank.version();
        int size = bank.size();
        shelf.put(bank, status);
        if (identity.reader() == BankIdentity.Reader.TWIN) {
            metrics.twinBank(identity.bankName(), version, identity.modelFingerprint(), size);
        } else {
            metrics.bank(identity.bankName(), version, identity.modelFingerprint(), size);
        }
        if (book.plain() > 0) {
            WorkerLog.plainReferences(identity.bankName(), book.plain());
        }
        WorkerLog.bankChanged(identity.bankName(), version, size, status.message());
    }

    @Override
    public void missing() {
        shelf.explainAbsence("The broker has no topic " + topic() + ": make it with `bulwark topics create`.");
    }

    @Override
    public void unreadable(String why) {
        shelf.explainAbsence("The references cannot be read. " + why);
    }

    @Override
    public void close() {
        book.close();
    }
}
