package io.bulwark.service.bank;

import io.bulwark.perception.bank.PlainRows;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Which references are the worker's.
 *
 * @param reader whose bank it is
 * @param bankName {@code bulwark.bank.name}
 * @param modelOptions what the {@code bulwark bank} commands have to be told to make references for the encoder that
 *     decides
 * @param modelFingerprint of the encoder that reads it
 * @param dimension of its embeddings
 * @param plain rows that it makes of pictures of one colour, which are ignored
 * @param flaggedLabels of the one policy that decides by the bank, the twin's; empty where tenants have policies of their
 *     own, which are asked with each snapshot
 */
public record BankIdentity(
        Reader reader,
        String bankName,
        String modelOptions,
        String modelFingerprint,
        int dimension,
        PlainRows plain,
        Optional<Set<String>> flaggedLabels) {

    public BankIdentity {
        Objects.requireNonNull(plain, "plain rows of the encoder, which was not opened before its bank");
    }

    /** Two encoders read references of the same topic and name, each its own fingerprint's. */
    public enum Reader {
        /** The encoder that decides. */
        ENCODER,
        /** The twin that audits. */
        TWIN
    }
}
