package io.bulwark.schemas.connection;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The settings under {@value #PREFIX}; a plain interface, which each program maps onto its own configuration. The
 * javadoc of each method is its row in the tables of settings.
 */
public interface KafkaSecurity {

    String PREFIX = "bulwark.kafka.security.";

    /**
     * How the brokers are spoken to: {@code PLAINTEXT}, {@code SSL} (TLS; the keystore says who we are), {@code
     * SASL_SSL} (TLS and a user name) or {@code SASL_PLAINTEXT}. Without it {@code PLAINTEXT}.
     */
    Optional<String> protocol();

    /** Certificates that brokers are believed by: a PEM, PKCS #12 or JKS file. Without it those of the JDK. */
    Optional<Path> truststore();

    /** The truststore's password; PEM has none. */
    Optional<String> truststorePassword();

    /** A file that holds it. */
    Optional<Path> truststorePasswordFile();

    /** Our key and certificate for mutual TLS: a PKCS #12, JKS or PEM file (key and chain in one). */
    Optional<Path> keystore();

    /** The password of the keystore and its key. */
    Optional<String> keystorePassword();

    /** A file that holds it. */
    Optional<Path> keystorePasswordFile();

    /**
     * The SASL mechanism: {@code SCRAM-SHA-512} (without it), {@code SCRAM-SHA-256}, {@code PLAIN} or {@code
     * OAUTHBEARER}.
     */
    Optional<String> mechanism();

    /** The SASL user or the client's id. */
    Optional<String> username();

    /** The password or the client's secret; rather use the file. */
    Optional<String> password();

    /** A file that holds the SASL user's password; read again for each client. */
    Optional<Path> passwordFile();

    /** The OpenID provider's token endpoint, with {@code OAUTHBEARER}. */
    Optional<String> tokenEndpoint();

    /** Scopes of the token, separated by spaces. */
    Optional<String> tokenScope();
}
