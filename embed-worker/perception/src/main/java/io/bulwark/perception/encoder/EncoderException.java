package io.bulwark.perception.encoder;

/** The device or the native library failed while embedding; the batch may be tried again on a new encoder. */
public class EncoderException extends RuntimeException {

    public EncoderException(String message, Throwable cause) {
        super(message, cause);
    }
}
