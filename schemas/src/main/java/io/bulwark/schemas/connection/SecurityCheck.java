package io.bulwark.schemas.connection;

import io.bulwark.schemas.connection.ClientSecurity.Protocol;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

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
}
