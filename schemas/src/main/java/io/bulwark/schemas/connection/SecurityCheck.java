package io.bulwark.schemas.connection;

import io.bulwark.schemas.connection.ClientSecurity.Protocol;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
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
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;

/**
 * What is wrong with the settings before anything connects. Each complaint names the key, what was found and what is
 * allowed; none holds a password.
 */
public final class SecurityCheck {

    private static final Set<String> LOCAL = Set.of("localhost", "127.0.0.1", "[::1]");

    private static final Set<String> MECHANISMS =
            Set.of("SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN", ClientSecurity.TOKENS);
    private static final List<String> OWN = List.of("security.protocol", "sasl.", "ssl.truststore.", "ssl.keystore.");

    private final KafkaSecurity settings;
    private final StoreCheck stores;
    private final List<String> complaints = new ArrayList<>();

    private SecurityCheck(KafkaSecurity settings, Clock clock) {
        this.settings = settings;
        this.stores = new StoreCheck(clock);
    }

    /**
     * Looks at the settings and at the files that they name.
     *
     * @param others names of what is set in {@code bulwark.kafka.properties}, which may not say the same once more
     * @param clock by which certificates are judged
     * @return complete sentences without a full stop; none where all is well
     */
    public static List<String> complaints(KafkaSecurity settings, Set<String> others, Clock clock) {
        var check = new SecurityCheck(settings, clock);
        check.all(others);
        return List.copyOf(check.complaints);
    }

    private void all(Set<String> others) {
        String name = settings.protocol().orElse(Protocol.PLAINTEXT.name());
        Optional<Protocol> known = Arrays.stream(Protocol.values())
                .filter(each -> each.name().equals(name))
                .findFirst();
        if (known.isEmpty()) {
            complaints.add(key("protocol") + " is " + name + ", allowed is one of " + Arrays.asList(Protocol.values()));
            return;
        }
        Protocol protocol = known.get();
        unused(protocol, protocol.tls(), tlsSettings(), "SSL or SASL_SSL");
        unused(protocol, protocol.sasl(), saslSettings(), "SASL_SSL");
        if (protocol.tls()) {
            tls();
        }
        if (protocol.sasl()) {
            sasl(protocol);
        }
        if (settings.protocol().isPresent()) {
            new TreeSet<>(others)
                    .stream()
                            .filter(other -> OWN.stream().anyMatch(other::startsWith))
                            .forEach(other -> complaints.add("bulwark.kafka.properties." + other + " is set beside "
                                    + key("protocol") + ", allowed is one of the two"));
        }
    }

    private void unused(Protocol protocol, boolean used, Map<String, Boolean> all, String where) {
        if (!used) {
            all.forEach((name, isSet) -> {
                if (isSet) {
                    complaints.add(key(name) + " is set, but " + key("protocol") + " is " + protocol
                            + ", which does not use it; allowed is with " + where);
                }
            });
        }
    }

    private Map<String, Boolean> tlsSettings() {
        return new TreeMap<>(Map.of(
                "truststore", settings.truststore().isPresent(),
                "truststore-password",
                        ClientSecurity.truststorePassword(settings).isSet(),
                "keystore", settings.keystore().isPresent(),
                "keystore-password", ClientSecurity.keystorePassword(settings).isSet()));
    }

    private Map<String, Boolean> saslSettings() {
        return new TreeMap<>(Map.of(
                "mechanism", settings.mechanism().isPresent(),
                "username", settings.username().isPresent(),
                "password", ClientSecurity.password(settings).isSet(),
                "token-endpoint", settings.tokenEndpoint().isPresent(),
                "token-scope", settings.tokenScope().isPresent()));
    }

    private void tls() {
        store("truststore", settings.truststore(), ClientSecurity.truststorePassword(settings));
        store("keystore", settings.keystore(), ClientSecurity.keystorePassword(settings));
    }

    private void store(String name, Optional<Path> file, ClientSecurity.Secret password) {
        Optional<String> complaint = password.complaint();
        complaint.ifPresent(complaints::add);
        if (file.isEmpty() && password.isSet()) {
            complaints.add(password.usedName() + " is set without " + key(name));
        }
        if (file.isPresent() && complaint.isEmpty()) {
            (name.equals("keystore") ? stores.keystore(file.get(), password) : stores.truststore(file.get(), password))
                    .ifPresent(found -> complaints.add(key(name) + " is " + file.get() + ", " + found));
        }
    }

    private void sasl(Protocol protocol) {
        String mechanism = settings.mechanism().orElse(ClientSecurity.DEFAULT_MECHANISM);
        if (!MECHANISMS.contains(mechanism)) {
            complaints.add(key("mechanism") + " is " + mechanism + ", allowed is one of " + new TreeSet<>(MECHANISMS));
        }
        if (Set.of("PLAIN", ClientSecurity.TOKENS).contains(mechanism) && !protocol.tls()) {
            complaints.add(key("mechanism") + " is " + mechanism + ", which would send the "
                    + (mechanism.equals("PLAIN") ? "password" : "token") + " in clear over " + protocol
                    + "; allowed is with SASL_SSL");
        }
        if (settings.username().filter(user -> !user.isBlank()).isEmpty()) {
            complaints.add(key("username") + " is nothing, allowed is a user of the broker");
        }
        ClientSecurity.Secret password = ClientSecurity.password(settings);
        if (!password.isSet()) {
            complaints.add(key("password-file") + " is nothing, allowed is a file that holds the password of "
                    + key("username"));
        }
        password.complaint().ifPresent(complaints::add);
        tokens(mechanism.equals(ClientSecurity.TOKENS));
    }

    private void tokens(boolean wanted) {
        Optional<String> endpoint = settings.tokenEndpoint();
        if (wanted && endpoint.filter(SecurityCheck::isAddress).isEmpty()) {
            complaints.add(key("token-endpoint") + " is " + endpoint.orElse("nothing")
                    + ", allowed is an address of https, where " + key("mechanism") + " is OAUTHBEARER");
        }
        if (!wanted) {
            Map.of("token-endpoint", endpoint, "token-scope", settings.tokenScope())
                    .forEach((name, value) -> value.ifPresent(set -> complaints.add(
                            key(name) + " is set, allowed is with " + key("mechanism") + "=OAUTHBEARER")));
        }
    }

    private static boolean isAddress(String text) {
        try {
            URI address = new URI(text);
            // The client's secret travels there.
            return address.getHost() != null
                    && ("https".equals(address.getScheme())
                            || "http".equals(address.getScheme()) && LOCAL.contains(address.getHost()));
        } catch (URISyntaxException none) {
            return false;
        }
    }

    private static String key(String name) {
        return KafkaSecurity.PREFIX + name;
    }

    /** Opens stores as Kafka's clients will and looks at the certificates in them. */
    static final class StoreCheck {

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
                            ? Optional.of("whose certificate of " + own.get(0).getSubjectX500Principal()
                                    + " expired on " + lastDay(own) + ": have it renewed")
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
                return Optional.of(
                        "which cannot be read: " + unreadable.getClass().getSimpleName());
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
         * Kafka's settings for a truststore and a keystore. The kind of a file follows from its content, not from its
         * name.
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
}
