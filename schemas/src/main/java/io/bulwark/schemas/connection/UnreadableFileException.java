package io.bulwark.schemas.connection;

import org.apache.kafka.common.KafkaException;

/**
 * The file of a password or a store cannot be read, now or any more; the message names setting and file. A {@link
 * KafkaException}, so that the maker of a client treats it as one that could not connect.
 */
public final class UnreadableFileException extends KafkaException {

    UnreadableFileException(String message, Throwable cause) {
        super(message, cause);
    }
}
