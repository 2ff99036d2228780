package io.bulwark.stream.review;

/** A record says what no database can hold: it becomes a dead letter, and the partition goes on. */
final class UnstorableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param fault a sentence without any of the record's content */
    UnstorableException(String fault) {
        super(fault);
    }
}
