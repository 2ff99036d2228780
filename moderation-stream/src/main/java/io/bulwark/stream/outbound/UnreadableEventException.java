package io.bulwark.stream.outbound;

/** The bytes of an event are no record that anybody could be told of. */
final class UnreadableEventException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String reason;

    /**
     * @param reason one word, for counting
     * @param detail one sentence; holds nothing of the content
     */
    UnreadableEventException(String reason, String detail) {
        super(detail);
        this.reason = reason;
    }

    String reason() {
        return reason;
    }
}
