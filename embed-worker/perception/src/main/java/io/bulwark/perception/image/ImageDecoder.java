package io.bulwark.perception.image;

/**
 * Bytes of an unknown file in, pictures or a typed refusal out. Never throws for what the bytes are. Many threads may
 * call it at once.
 */
public interface ImageDecoder {

    /** Decodes a whole file. The array is not modified or kept. */
    DecodeResult decode(byte[] file);
}
