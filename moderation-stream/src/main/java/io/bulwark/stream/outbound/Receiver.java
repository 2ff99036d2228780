package io.bulwark.stream.outbound;

import io.bulwark.schemas.topic.Topics;
import java.net.http.HttpRequest;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/** A neighbour that is told by HTTP: what of, and in which words. One thread. */
interface Receiver extends AutoCloseable {

    /** The topics whose records it is told of. */
    Set<Topics> topics();

    /**
     * What it is told of an event; empty where that is not its concern.
     *
     * @throws UnreadableEventException where the record will never be readable
     * @throws org.apache.kafka.common.KafkaException where it may be readable later
     */
    Optional<Message> message(Event event);

    /** One attempt to tell it. */
    HttpRequest request(Message message, Instant now);

    @Override
    void close();
}
