package io.bulwark.service.lifecycle;

/** Whether something that verdicts need can be used, with a sentence for people. */
public sealed interface Readiness {

    String message();

    /** It has not been read to its end yet. */
    record Reading(String message) implements Readiness {}

    /** Verdicts can be given by it. */
    record Usable(String message) implements Readiness {}

    /** Read, but no verdict may be given by it; the message says why and what mends it. */
    record Unusable(String message) implements Readiness {}
}
