package io.bulwark.perception.safetensors;

/** A safetensors file that is not what the format asks for. The message names the file and, where there is one, the tensor. */
public final class SafetensorsException extends RuntimeException {

    SafetensorsException(String message) {
        super(message);
    }

    SafetensorsException(String message, Throwable cause) {
        super(message, cause);
    }
}
