package io.bulwark.stream.outbound;

import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;

/** An event on its way to a neighbour. Of the loop's thread alone. */
final class Delivery {

    private final TopicPartition partition;
    private final long offset;
    private final Event event;
    private final Message message;

    int attempts;
    int against; // attempts that speak against the event itself
    int alone; // attempts that failed while others were taken
    Instant began = Instant.MIN; // the last attempt
    Instant due = Instant.MIN;
    Instant tried = Instant.MIN;
    boolean underWay;
    boolean dropped; // its partition is another instance's now

    /**
     * @param partition where its record stands, which is that of the event unless it is sent again
     * @param offset of that record
     */
    Delivery(TopicPartition partition, long offset, Event event, Message message) {
        this.partition = partition;
        this.offset = offset;
        this.event = event;
        this.message = message;
    }

    TopicPartition partition() {
        return partition;
    }

    long offset() {
        return offset;
    }

    Event event() {
        return event;
    }

    Message message() {
        return message;
    }

    /** Those of one line are told one after another: all that happened to one image. */
    String line() {
        return event.key();
    }

    long bytes() {
        return message.body().length
                + Optional.ofNullable(event.value()).map(value -> value.length).orElse(0);
    }
}
