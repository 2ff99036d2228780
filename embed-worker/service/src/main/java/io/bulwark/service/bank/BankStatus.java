package io.bulwark.service.bank;

/** Whether the bank can be used, with a sentence for people. */
public sealed interface BankStatus {

    String message();

    /** The references have not been read to their end yet. */
    record Reading(String message) implements BankStatus {}

    /** Verdicts can be given. */
    record Usable(String message) implements BankStatus {}

    /** Read, but no verdict may be given by it; the message says why and what mends it. */
    record Unusable(String message) implements BankStatus {}
}
