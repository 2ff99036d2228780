package io.bulwark.schemas.connection;

/** Kafka's names for what lies below its own protocol. */
enum Protocol {
    PLAINTEXT(false, false),
    SSL(true, false),
    SASL_PLAINTEXT(false, true),
    SASL_SSL(true, true);

    private final boolean tls;
    private final boolean sasl;

    Protocol(boolean tls, boolean sasl) {
        this.tls = tls;
        this.sasl = sasl;
    }

    /** Whether the connection is encrypted and the broker shows a certificate. */
    boolean tls() {
        return tls;
    }

    /** Whether the client names a user. */
    boolean sasl() {
        return sasl;
    }
}
