package io.bulwark.stream.runtime;

import java.util.Optional;
import org.apache.kafka.streams.KafkaStreams;

/** Makes Kafka Streams clients. */
interface StreamsClients {

    /** What keeps a client from starting, as a sentence; empty where nothing does. */
    Optional<String> topicFault() throws InterruptedException;

    /** A new client, not started. */
    Client create();

    /** A client and what was made for it; both are closed. */
    interface Client extends AutoCloseable {

        KafkaStreams streams();

        @Override
        void close();
    }
}
