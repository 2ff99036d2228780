package io.bulwark.schemas.connection;

import io.bulwark.schemas.connection.SecurityCheck.StoreCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginCallbackHandler;
import org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule;

/** The settings in the words of Kafka's clients. Immutable; any thread. */
public final class ClientSecurity {

    static final String DEFAULT_MECHANISM = "SCRAM-SHA-512";

    /** Of OAuth 2.0's client credentials: KIP-768. */
    static final String TOKENS = "OAUTHBEARER";

    /** The addresses that Kafka's clients of this JVM may fetch tokens from; empty unless a program sets it. */
    private static final String ALLOWED_ENDPOINTS = "org.apache.kafka.sasl.oauthbearer.allowed.urls";

    private final KafkaSecurity settings;

    /** @param settings as {@link SecurityCheck} accepts them */
    public ClientSecurity(KafkaSecurity settings) {
        this.settings = settings;
    }

    /**
     * The properties of a client; none where no protocol is set. Passwords are Kafka's {@link Password}, whose text is
     * {@code [hidden]}. Files are read at each call. With {@code OAUTHBEARER} the token endpoint becomes one that this
     * JVM's clients may ask.
     *
     * @throws UnreadableFileException naming the setting whose file cannot be read
     */
    public Map<String, Object> properties() {
        var properties = new HashMap<String, Object>();
        settings.protocol().ifPresent(name -> {
            Protocol protocol = Protocol.valueOf(name);
            properties.put(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG, name);
            if (protocol.tls()) {
                tls(properties);
            }
            if (protocol.sasl()) {
                sasl(properties);
            }
        });
        return properties;
    }

    static Secret truststorePassword(KafkaSecurity settings) {
        return new Secret("truststore-password", settings.truststorePassword(), settings.truststorePasswordFile());
    }

    static Secret keystorePassword(KafkaSecurity settings) {
        return new Secret("keystore-password", settings.keystorePassword(), settings.keystorePasswordFile());
    }

    static Secret password(KafkaSecurity settings) {
        return new Secret("password", settings.password(), settings.passwordFile());
    }

    private void tls(Map<String, Object> properties) {
        settings.truststore()
                .ifPresent(file -> add(
                        properties, "truststore", file, truststorePassword(settings), StoreCheck.Stores::truststore));
        settings.keystore()
                .ifPresent(file ->
                        add(properties, "keystore", file, keystorePassword(settings), StoreCheck.Stores::keystore));
    }

    private static void add(Map<String, Object> properties, String name, Path file, Secret password, Store store) {
        try {
            properties.putAll(store.properties(file, password.read()));
        } catch (IOException unreadable) {
            throw new UnreadableFileException(
                    KafkaSecurity.PREFIX + name + " is " + file + ", which cannot be read: "
                            + unreadable.getClass().getSimpleName(),
                    unreadable);
        }
    }

    private void sasl(Map<String, Object> properties) {
        String mechanism = settings.mechanism().orElse(DEFAULT_MECHANISM);
        properties.put(SaslConfigs.SASL_MECHANISM, mechanism);
        if (mechanism.equals(TOKENS)) {
            tokens(properties);
            return;
        }
        String module = mechanism.equals("PLAIN")
                ? "org.apache.kafka.common.security.plain.PlainLoginModule"
                : "org.apache.kafka.common.security.scram.ScramLoginModule";
        properties.put(
                SaslConfigs.SASL_JAAS_CONFIG,
                new Password(module + " required username="
                        + quoted(settings.username().orElse("")) + " password="
                        + quoted(password(settings).read().map(Password::value).orElse("")) + ";"));
    }

    private void tokens(Map<String, Object> properties) {
        String endpoint = settings.tokenEndpoint().orElse("");
        allow(endpoint);
        properties.put(SaslConfigs.SASL_OAUTHBEARER_TOKEN_ENDPOINT_URL, endpoint);
        properties.put(SaslConfigs.SASL_LOGIN_CALLBACK_HANDLER_CLASS, OAuthBearerLoginCallbackHandler.class.getName());
        properties.put(
                SaslConfigs.SASL_JAAS_CONFIG,
                new Password(OAuthBearerLoginModule.class.getName() + " required clientId="
                        + quoted(settings.username().orElse("")) + " clientSecret="
                        + quoted(password(settings).read().map(Password::value).orElse(""))
                        + settings.tokenScope()
                                .map(scope -> " scope=" + quoted(scope))
                                .orElse("")
                        + ";"));
    }

    private static synchronized void allow(String endpoint) {
        String allowed = System.getProperty(ALLOWED_ENDPOINTS, "");
        if (!List.of(allowed.split(",")).contains(endpoint)) {
            System.setProperty(ALLOWED_ENDPOINTS, allowed.isEmpty() ? endpoint : allowed + "," + endpoint);
        }
    }

    /** As Kafka's reader of such lines, a {@link java.io.StreamTokenizer}, takes strings. */
    private static String quoted(String text) {
        return '"'
                + text.replace("\\", "\\\\")
                        .replace("\"", "\\\"")
                        .replace("\n", "\\n")
                        .replace("\r", "\\r")
                + '"';
    }

    private interface Store {
        Map<String, Object> properties(Path file, Optional<Password> password) throws IOException;
    }

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

    /**
     * A password that is given by itself or by the file that holds it. Its text shows neither.
     *
     * @param name of the setting, {@code password}; the file's is {@code password-file}
     * @param value given by itself
     * @param file given by a file
     */
    record Secret(String name, Optional<String> value, Optional<Path> file) {

        boolean isSet() {
            return value.isPresent() || file.isPresent();
        }

        /** The name of the setting that was used. */
        String usedName() {
            return KafkaSecurity.PREFIX + (file.isPresent() ? name + "-file" : name);
        }

        /** What is wrong with it; empty where nothing is, or it is not set. */
        Optional<String> complaint() {
            if (value.isPresent() && file.isPresent()) {
                return Optional.of(
                        KafkaSecurity.PREFIX + name + " and " + usedName() + " are both set, allowed is one");
            }
            try {
                return read().filter(password -> password.value().isEmpty())
                        .map(empty -> usedName() + " is empty, allowed is a password");
            } catch (UnreadableFileException unreadable) {
                return Optional.of(unreadable.getMessage());
            }
        }

        /**
         * The password, without the newline that ends most files.
         *
         * @throws UnreadableFileException if the file cannot be read
         */
        Optional<Password> read() {
            return value.or(() -> file.map(this::line)).map(Password::new);
        }

        private String line(Path path) {
            try {
                return Files.readString(path).replaceFirst("\\R\\z", "");
            } catch (IOException unreadable) {
                throw new UnreadableFileException(
                        usedName() + " is " + path + ", which cannot be read: "
                                + unreadable.getClass().getSimpleName(),
                        unreadable);
            }
        }

        @Override
        public String toString() {
            return "Secret[" + name + "]";
        }
    }

    /**
     * The file of a password or a store cannot be read, now or any more; the message names setting and file. A {@link
     * KafkaException}, so that the maker of a client treats it as one that could not connect.
     */
    public static final class UnreadableFileException extends KafkaException {

        UnreadableFileException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
