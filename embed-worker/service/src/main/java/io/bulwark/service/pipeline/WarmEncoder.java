package io.bulwark.service.pipeline;

import io.bulwark.perception.encoder.Encoder;
import java.util.Map;

/**
 * An encoder whose batch sizes are warm.
 *
 * @param encoder used and closed by the thread that opened it
 * @param viewsPerSecond measured, by warm batch size; at least one size
 */
public record WarmEncoder(Encoder encoder, Map<Integer, Double> viewsPerSecond) {

    /** Opens an encoder and warms it up; called on the inference thread, again after a device failure. */
    @FunctionalInterface
    public interface Factory {

        WarmEncoder open();
    }
}
