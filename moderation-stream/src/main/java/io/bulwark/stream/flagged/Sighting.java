package io.bulwark.stream.flagged;

import io.bulwark.events.ImageEmbedding;
import io.bulwark.stream.decision.Consequence;
import io.bulwark.stream.intake.Reading;
import java.time.Instant;

/** What the index needs to know of an image. */
public sealed interface Sighting {

    /** What holds for it changed. */
    record Decided(Consequence.InForce inForce) implements Sighting {}

    /**
     * A worker saw it.
     *
     * @param recorded when the broker took that in
     */
    record Embedded(ImageEmbedding embedding, Instant recorded) implements Sighting {}

    /** How workers saw images of that id is to be forgotten, whatever their tenant. */
    record EmbeddingErased(String imageId) implements Sighting {}

    /** What a record of {@code moderation.embeddings} says. */
    static Sighting of(Reading<ImageEmbedding> reading) {
        var readable = (Reading.Readable<ImageEmbedding>) reading;
        return readable.value() == null
                ? new EmbeddingErased(readable.key())
                : new Embedded(readable.value(), readable.timestamp());
    }
}
