package io.bulwark.service.pipeline;

/** Opens an encoder and warms it up; called on the inference thread, again after a device failure. */
@FunctionalInterface
public interface EncoderFactory {

    WarmEncoder open();
}
