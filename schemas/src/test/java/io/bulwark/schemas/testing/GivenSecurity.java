package io.bulwark.schemas.testing;

import io.bulwark.schemas.connection.KafkaSecurity;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Settings of a test, by the names of the tables of settings without their prefix.
 *
 * @param values the settings given
 */
public record GivenSecurity(Map<String, String> values) implements KafkaSecurity {

    public GivenSecurity {
        values = Map.copyOf(values);
    }

    public static GivenSecurity none() {
        return new GivenSecurity(Map.of());
    }

    /** Comes in by {@link SecuredBroker.Door#SCRAM}. */
    public static GivenSecurity scram(Authority authority, String user, String password) {
        return new GivenSecurity(Map.of(
                "protocol",
                "SASL_SSL",
                "truststore",
                authority.truststorePem().toString(),
                "username",
                user,
                "password",
                password));
    }

    /** Comes in by a door with TLS and shows a PKCS #12 keystore. */
    public static GivenSecurity mutualTls(Authority authority, Path keystore) {
        return new GivenSecurity(Map.of(
                "protocol",
                "SSL",
                "truststore",
                authority.truststore().toString(),
                "truststore-password",
                Authority.STORE_PASSWORD,
                "keystore",
                keystore.toString(),
                "keystore-password",
                Authority.STORE_PASSWORD));
    }

    /** The same with another value of one setting. */
    public GivenSecurity with(String name, Object value) {
        Map<String, String> changed = new HashMap<>(values);
        changed.put(name, value.toString());
        return new GivenSecurity(changed);
    }

    /** The same without a setting. */
    public GivenSecurity without(String name) {
        Map<String, String> changed = new HashMap<>(values);
        changed.remove(name);
        return new GivenSecurity(changed);
    }

    /** As settings of a program, with their prefix. */
    public Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>();
        values.forEach((name, value) -> settings.put(PREFIX + name, value));
        return settings;
    }

    @Override
    public Optional<String> protocol() {
        return text("protocol");
    }

    @Override
    public Optional<Path> truststore() {
        return file("truststore");
    }

    @Override
    public Optional<String> truststorePassword() {
        return text("truststore-password");
    }

    @Override
    public Optional<Path> truststorePasswordFile() {
        return file("truststore-password-file");
    }

    @Override
    public Optional<Path> keystore() {
        return file("keystore");
    }

    @Override
    public Optional<String> keystorePassword() {
        return text("keystore-password");
    }

    @Override
    public Optional<Path> keystorePasswordFile() {
        return file("keystore-password-file");
    }

    @Override
    public Optional<String> mechanism() {
        return text("mechanism");
    }

    @Override
    public Optional<String> username() {
        return text("username");
    }

    @Override
    public Optional<String> password() {
        return text("password");
    }

    @Override
    public Optional<Path> passwordFile() {
        return file("password-file");
    }

    @Override
    public Optional<String> tokenEndpoint() {
        return text("token-endpoint");
    }

    @Override
    public Optional<String> tokenScope() {
        return text("token-scope");
    }

    private Optional<String> text(String name) {
        return Optional.ofNullable(values.get(name));
    }

    private Optional<Path> file(String name) {
        return text(name).map(Path::of);
    }
}
