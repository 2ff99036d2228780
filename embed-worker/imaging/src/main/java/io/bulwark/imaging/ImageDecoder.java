package io.bulwark.imaging;

import java.util.function.Function;

/**
 * Bytes of an unknown file in, pictures or a typed refusal out. Never throws for what the bytes are. Many threads may
 * call it at once.
 */
public interface ImageDecoder {

    /** Decodes a whole file. The array is not modified or kept. */
    DecodeResult decode(byte[] file);

    /**
     * Decodes a file and hands the result to {@code use}, during which the memory of its pixels still counts as taken.
     * Workers that preprocess on several threads in a small heap call this one; nothing may keep the pixels,
     * whose array the next picture may be decoded into.
     */
    default <T> T withDecoded(byte[] file, Function<DecodeResult, T> use) {
        return use.apply(decode(file));
    }
}
