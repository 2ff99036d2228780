package io.bulwark.schemas.testing;

import io.bulwark.schemas.access.Role;
import io.bulwark.schemas.access.Role.AccessNames;
import io.smallrye.reactive.messaging.kafka.companion.test.EmbeddedKafkaBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.security.auth.callback.Callback;
import javax.security.auth.login.AppConfigurationEntry;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.security.auth.AuthenticateCallbackHandler;
import org.apache.kafka.common.security.oauthbearer.OAuthBearerToken;
import org.apache.kafka.common.security.oauthbearer.OAuthBearerValidatorCallback;

/**
 * A real broker with certificates, SCRAM users and ACLs, in this JVM: what was not granted is denied. Its first
 * listener, {@link #bootstrapServers}, is the administrator's: no encryption, every right.
 */
public final class SecuredBroker implements Broker {

    /** The ways in. */
    public enum Door {
        /** The administrator's. */
        ADMIN("PLAINTEXT"),
        /** TLS, and a user with a password by SCRAM-SHA-512. */
        SCRAM("SASL_SSL"),
        /** TLS, and a token of the issuer in {@link TokenReader}. */
        TOKEN("SASL_SSL"),
        /** TLS where both sides show a certificate; the user is {@code User:CN=…}. */
        MUTUAL_TLS("SSL"),
        /** TLS with a certificate of the broker that has expired. */
        EXPIRED("SSL");

        private final String protocol;

        Door(String protocol) {
            this.protocol = protocol;
        }
    }

    private final Map<Door, Integer> ports = new EnumMap<>(Door.class);
    private final Authority authority;
    private final EmbeddedKafkaBroker broker;

    /**
     * Starts one, with the catalogue's topics.
     *
     * @param folder for certificates
     */
    public SecuredBroker(Path folder) {
        authority = new Authority(folder, "CN=Test Authority");
        broker = new EmbeddedKafkaBroker()
                .withNodeId(0)
                .withDeleteLogDirsOnClose(true)
                .withAdditionalProperties(this::secure)
                .start();
        createTopics();
    }

    /** Who signed the broker's certificates and is believed by it. */
    public Authority authority() {
        return authority;
    }

    @Override
    public String bootstrapServers() {
        return servers(Door.ADMIN);
    }

    /** Where a door is, as {@code host:port}. */
    public String servers(Door door) {
        return "localhost:" + ports.get(door);
    }

    /** Makes a SCRAM user with the rights of a role. */
    public void addUser(String name, String password, Role role) {
        addUser(name, password, role.bindings(AccessNames.DEFAULT, "User:" + name));
    }

    /** Makes a SCRAM user with these rights. */
    public void addUser(String name, String password, Collection<AclBinding> rights) {
        try (Admin admin = admin()) {
            var credential = new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096);
            admin.alterUserScramCredentials(List.of(new UserScramCredentialUpsertion(name, credential, password)))
                    .all()
                    .get();
        } catch (ExecutionException refused) {
            throw new IllegalStateException("No user " + name, refused.getCause());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
        grant("User:" + name, rights);
    }

    /** Grants a principal, such as that of a certificate, the rights of a role. */
    public void grant(String principal, Role role) {
        grant(principal, role.bindings(AccessNames.DEFAULT, principal));
    }

    private void grant(String principal, Collection<AclBinding> rights) {
        try (Admin admin = admin()) {
            admin.createAcls(rights).all().get();
        } catch (ExecutionException refused) {
            throw new IllegalStateException("No rights for " + principal, refused.getCause());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }

    @Override
    public void close() {
        broker.close();
    }

    private void secure(Properties properties) {
        properties.putAll(BrokerSettings.SINGLE_NODE);
        String controller = properties.getProperty("controller.listener.names");
        String[] quorum = properties.getProperty("controller.quorum.voters").split("@");
        choosePorts(Integer.parseInt(quorum[1].substring(quorum[1].indexOf(':') + 1)));
        String doors = ports.entrySet().stream()
                .map(door -> door.getKey() + "://localhost:" + door.getValue())
                .collect(Collectors.joining(","));
        properties.put("listeners", doors + "," + controller + "://" + quorum[1]);
        properties.put("advertised.listeners", doors);
        properties.put(
                "listener.security.protocol.map",
                ports.keySet().stream().map(door -> door + ":" + door.protocol).collect(Collectors.joining(",")) + ","
                        + controller + ":PLAINTEXT");
        properties.put("inter.broker.listener.name", Door.ADMIN.name());

        properties.put("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
        properties.put("super.users", "User:ANONYMOUS");
        properties.put("sasl.enabled.mechanisms", "SCRAM-SHA-512");
        properties.put(
                "listener.name.scram.scram-sha-512.sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required;");
        properties.put("listener.name.token.sasl.enabled.mechanisms", "OAUTHBEARER");
        properties.put(
                "listener.name.token.oauthbearer.sasl.jaas.config",
                "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required"
                        + " unsecuredLoginStringClaim_sub=\"broker\";");
        properties.put(
                "listener.name.token.oauthbearer.sasl.server.callback.handler.class", TokenReader.class.getName());
        identity(properties, Door.TOKEN, authority.keystore("CN=localhost"));
        identity(properties, Door.SCRAM, authority.keystore("CN=localhost"));
        identity(properties, Door.MUTUAL_TLS, authority.keystore("CN=localhost"));
        identity(properties, Door.EXPIRED, authority.expiredKeystore("CN=localhost"));
        properties.put("listener.name.mutual_tls.ssl.client.auth", "required");
    }

    private void identity(Properties properties, Door door, Path keystore) {
        String prefix = "listener.name." + door.name().toLowerCase(Locale.ROOT) + ".ssl.";
        properties.put(prefix + "keystore.location", keystore.toString());
        properties.put(prefix + "keystore.type", "PKCS12");
        properties.put(prefix + "keystore.password", Authority.STORE_PASSWORD);
        properties.put(prefix + "key.password", Authority.STORE_PASSWORD);
        properties.put(prefix + "truststore.location", authority.truststore().toString());
        properties.put(prefix + "truststore.type", "PKCS12");
        properties.put(prefix + "truststore.password", Authority.STORE_PASSWORD);
    }

    /** Believes a token whose signature is {@value #SIGNATURE}, and takes its {@code sub} for the user. */
    public static final class TokenReader implements AuthenticateCallbackHandler {

        private static final String SIGNATURE = "signed-by-the-issuer";
        private static final Pattern SUBJECT = Pattern.compile("\"sub\":\"([^\"]+)\"");

        /** A token of an hour. */
        public static String token(String user) {
            long now = Instant.now().getEpochSecond();
            return part("{\"alg\":\"test\"}")
                    + "."
                    + part("{\"sub\":\"" + user + "\",\"iat\":" + now + ",\"exp\":" + (now + 3_600)
                            + ",\"scope\":\"kafka\"}")
                    + "."
                    + part(SIGNATURE);
        }

        private static String part(String text) {
            return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public void configure(Map<String, ?> configs, String mechanism, List<AppConfigurationEntry> entries) {
            // The issuer is written above.
        }

        @Override
        public void handle(Callback[] callbacks) {
            for (Callback callback : callbacks) {
                if (callback instanceof OAuthBearerValidatorCallback asked) {
                    String[] parts = asked.tokenValue().split("\\.");
                    Matcher subject = SUBJECT.matcher(
                            new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8));
                    if (subject.find() && parts[2].equals(part(SIGNATURE))) {
                        asked.token(new Believed(asked.tokenValue(), subject.group(1)));
                    } else {
                        asked.error("invalid_token", null, null);
                    }
                }
            }
        }

        @Override
        public void close() {
            // Holds nothing.
        }

        /** What the broker makes of a token. */
        private record Believed(String value, String principalName) implements OAuthBearerToken {

            @Override
            public Set<String> scope() {
                return Set.of();
            }

            @Override
            public long lifetimeMs() {
                return System.currentTimeMillis() + 3_600_000;
            }

            @Override
            public Long startTimeMs() {
                return null;
            }
        }
    }

    /** One that was just freed may be given out again, also the controller's, which nothing holds yet. */
    private void choosePorts(int controller) {
        Set<Integer> taken = new HashSet<>(Set.of(controller));
        for (Door door : Door.values()) {
            int port = freePort();
            while (!taken.add(port)) {
                port = freePort();
            }
            ports.put(door, port);
        }
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException none) {
            throw new UncheckedIOException(none);
        }
    }
}
