package io.bulwark.schemas.serde;

import org.apache.kafka.common.errors.SerializationException;

/** Thrown by {@link EventDeserializer}, whose interface knows no other way to say that bytes could not be read. */
public final class UndecodableEventException extends SerializationException {
    private static final long serialVersionUID = 1L;

    private final transient DecodedEvent.Undecodable<?> undecodable;

    UndecodableEventException(String topic, DecodedEvent.Undecodable<?> undecodable) {
        super("Cannot read a value of topic " + topic + ": " + undecodable.reason() + ": " + undecodable.detail());
        this.undecodable = undecodable;
    }

    /** The reason, as {@link EventDecoder} gives it. */
    public DecodedEvent.Undecodable<?> undecodable() {
        return undecodable;
    }
}
