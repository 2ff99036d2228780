package io.bulwark.schemas.follow;

import org.apache.kafka.common.KafkaException;

/**
 * The topic of schemas is missing or may not be used. The message names the topic and a fix. Trying again helps
 * once that is done.
 */
public final class SchemaTopicException extends KafkaException {
    private static final long serialVersionUID = 1L;

    SchemaTopicException(String message, Throwable cause) {
        super(message, cause);
    }
}
