package io.bulwark.stream;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** What the settings of the doors must be. */
final class AccessSettings {

    private static final int LEAST_SECRET = 32;
    private static final Set<String> THIS_MACHINE = Set.of("127.0.0.1", "localhost", "::1", "[::1]");
    private static final Pattern HOST = Pattern.compile("[a-zA-Z0-9.-]{1,253}|\\[[0-9a-fA-F:.]+]");

    private final StreamConfig config;
    private final List<String> listening;

    AccessSettings(StreamConfig config, List<String> listening) {
        this.config = config;
        this.listening = listening;
    }

    /** What is wrong, a sentence each. */
    List<String> faults() {
        StreamConfig.Access access = config.access();
        List<String> faults = new ArrayList<>();
        boolean logins = access.oidc().enabled() || access.usersFile().isPresent();
        if (!logins && !THIS_MACHINE.containsAll(listening)) {
            faults.add("quarkus.http.host is " + String.join(",", listening)
                    + ", but without logins only 127.0.0.1 is allowed; set bulwark.access.users-file or"
                    + " bulwark.access.oidc.enabled.");
        }
        access.secret().ifPresent(secret -> {
            if (secret.length() < LEAST_SECRET) {
                faults.add(StreamSettings.fault(
                        "bulwark.access.secret", secret.length() + " characters", "at least " + LEAST_SECRET));
            }
        });
        if (logins
                && access.secret().isEmpty()
                && config.stream().applicationServer().isPresent()) {
            faults.add(StreamSettings.fault(
                    "bulwark.access.secret",
                    "nothing",
                    "at least " + LEAST_SECRET + " characters, the same for all instances, where there are logins and"
                            + " bulwark.stream.application-server"));
        }
        access.hosts().stream()
                .filter(host -> !HOST.matcher(host.strip()).matches())
                .forEach(host -> faults.add(StreamSettings.fault(
                        "bulwark.access.hosts", "'" + host + "'", "host names and addresses without port")));
        access.trustedProxies().orElse(List.of()).stream()
                .filter(proxy -> AddressRange.parse(proxy).isEmpty())
                .forEach(proxy -> faults.add(StreamSettings.fault(
                        "bulwark.access.trusted-proxies",
                        "'" + proxy + "'",
                        "addresses and ranges of addresses such as 10.1.2.3 or 10.0.0.0/8, but not all addresses")));
        oidc(access.oidc(), faults);
        limits(access.limits(), faults);
        return faults;
    }

    private static void oidc(StreamConfig.Oidc oidc, List<String> faults) {
        if (oidc.enabled() && oidc.url().isEmpty()) {
            faults.add(StreamSettings.fault("bulwark.access.oidc.url", "nothing", "the provider's issuer address"));
        }
        if (oidc.enabled() && oidc.clientId().isEmpty()) {
            faults.add(StreamSettings.fault(
                    "bulwark.access.oidc.client-id", "nothing", "the application's name at the provider"));
        }
    }

    private static void limits(StreamConfig.Limits limits, List<String> faults) {
        range("requests-per-second", limits.requestsPerSecond(), 100_000, faults);
        range("feeds", limits.feeds(), 100_000, faults);
        range("wrong-passwords", limits.wrongPasswords(), 1_000, faults);
    }

    private static void range(String name, int found, int most, List<String> faults) {
        if (found < 1 || found > most) {
            faults.add(StreamSettings.fault("bulwark.access.limits." + name, found, "1 to " + most));
        }
    }
}
