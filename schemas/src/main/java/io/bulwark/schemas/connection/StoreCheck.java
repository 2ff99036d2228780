package io.bulwark.schemas.connection;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;

/** Opens stores as Kafka's clients will and looks at the certificates in them. */
final class StoreCheck {

    private static final ConfigDef TLS = new ConfigDef().withClientSslSupport();

    private final Clock clock;

    StoreCheck(Clock clock) {
        this.clock = clock;
    }

    /** What is wrong, to be put behind the file's name; empty where nothing is. */
    Optional<String> truststore(Path file, ClientSecurity.Secret password) {
        return look(() -> {
            try (DefaultSslEngineFactory opened = open(Stores.truststore(file, password.read()))) {
                List<X509Certificate> trusted = certificates(opened.truststore());
                if (trusted.isEmpty()) {
                    return Optional.of("which holds no certificate, allowed is a store of the ones that brokers are"
                            + " believed by");
                }
                return trusted.stream().allMatch(this::hasExpired)
                        ? Optional.of("in which every certificate has expired, the last on " + lastDay(trusted))
                        : Optional.empty();
            }
        });
    }

    /** What is wrong, to be put behind the file's name; empty where nothing is. */
    Optional<String> keystore(Path file, ClientSecurity.Secret password) {
        return look(() -> {
            try (DefaultSslEngineFactory opened = open(Stores.keystore(file, password.read()))) {
                List<X509Certificate> own = ownCertificates(opened.keystore());
                if (own.isEmpty()) {
                    return Optional.of("which holds no private key with its certificate");
                }
                return own.stream().allMatch(this::hasExpired)
                        ? Optional.of("whose certificate of " + own.get(0).getSubjectX500Principal() + " expired on "
                                + lastDay(own) + ": have it renewed")
                        : Optional.empty();
            }
        });
    }

    private static Optional<String> look(Look look) {
        try {
            return look.found();
        } catch (NoSuchFileException missing) {
            return Optional.of("which does not exist");
        } catch (IOException unreadable) {
            return Optional.of("which cannot be read: " + unreadable.getClass().getSimpleName());
        } catch (KafkaException | GeneralSecurityException unusable) {
            return Optional.of("which does not open (is its password right?): " + root(unusable));
        }
    }

    private static DefaultSslEngineFactory open(Map<String, Object> store) {
        var given = new HashMap<>(store);
        given.put(SslConfigs.SSL_PROTOCOL_CONFIG, SslConfigs.DEFAULT_SSL_PROTOCOL);
        var factory = new DefaultSslEngineFactory();
        factory.configure(new AbstractConfig(TLS, given, false).values());
        return factory;
    }

    private static List<X509Certificate> certificates(KeyStore store) throws GeneralSecurityException {
        var found = new ArrayList<X509Certificate>();
        for (String alias : Collections.list(store.aliases())) {
            if (store.getCertificate(alias) instanceof X509Certificate certificate) {
                found.add(certificate);
            }
        }
        return found;
    }

    private static List<X509Certificate> ownCertificates(KeyStore store) throws GeneralSecurityException {
        var found = new ArrayList<X509Certificate>();
        for (String alias : Collections.list(store.aliases())) {
            if (store.isKeyEntry(alias) && store.getCertificate(alias) instanceof X509Certificate certificate) {
                found.add(certificate);
            }
        }
        return found;
    }

    private boolean hasExpired(X509Certificate certificate) {
        return certificate.getNotAfter().toInstant().isBefore(clock.instant());
    }

    private static String lastDay(List<X509Certificate> certificates) {
        return certificates.stream()
                .map(certificate -> certificate.getNotAfter().toInstant())
                .max(Instant::compareTo)
                .orElseThrow()
                .toString();
    }

    private static String root(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    }

    private interface Look {
        Optional<String> found() throws IOException, GeneralSecurityException;
    }

    /**
     * Kafka's settings for a truststore and a keystore. The kind of a file follows from its content, not from its name.
     */
    static final class Stores {

        private static final byte[] JKS = {(byte) 0xfe, (byte) 0xed, (byte) 0xfe, (byte) 0xed};
        private static final int LOOK_AT = 1 << 16;

        private Stores() {}

        /** @throws IOException if the file cannot be read */
        static Map<String, Object> truststore(Path file, Optional<Password> password) throws IOException {
            var properties = new HashMap<String, Object>();
            properties.put(SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG, file.toString());
            properties.put(SslConfigs.SSL_TRUSTSTORE_TYPE_CONFIG, type(file));
            password.ifPresent(given -> properties.put(SslConfigs.SSL_TRUSTSTORE_PASSWORD_CONFIG, given));
            return properties;
        }

        /** @throws IOException if the file cannot be read */
        static Map<String, Object> keystore(Path file, Optional<Password> password) throws IOException {
            var properties = new HashMap<String, Object>();
            String type = type(file);
            properties.put(SslConfigs.SSL_KEYSTORE_LOCATION_CONFIG, file.toString());
            properties.put(SslConfigs.SSL_KEYSTORE_TYPE_CONFIG, type);
            password.ifPresent(given -> {
                properties.put(SslConfigs.SSL_KEY_PASSWORD_CONFIG, given);
                if (!type.equals("PEM")) { // Kafka refuses a store password for PEM
                    properties.put(SslConfigs.SSL_KEYSTORE_PASSWORD_CONFIG, given);
                }
            });
            return properties;
        }

        private static String type(Path file) throws IOException {
            byte[] head;
            try (var in = Files.newInputStream(file)) {
                head = in.readNBytes(LOOK_AT);
            }
            if (new String(head, StandardCharsets.ISO_8859_1).contains("-----BEGIN ")) {
                return "PEM";
            }
            return Arrays.equals(Arrays.copyOf(head, JKS.length), JKS) ? "JKS" : "PKCS12";
        }
    }
}
