package io.bulwark.stream.order;

/** An order was not taken; the message says why and what mends it. */
public final class OrderException extends RuntimeException {

    OrderException(String message, Throwable cause) {
        super(message, cause);
    }
}
