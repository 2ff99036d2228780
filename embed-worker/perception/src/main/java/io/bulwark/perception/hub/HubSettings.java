package io.bulwark.perception.hub;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where models come from and where they are kept.
 *
 * @param endpoint the hub
 * @param token for private and gated models; sent to the endpoint's host alone
 * @param cache folder of snapshots
 */
public record HubSettings(URI endpoint, Optional<String> token, Path cache) {

    /** Environment variable with the hub's address. */
    public static final String ENDPOINT = "HF_ENDPOINT";

    /** Environment variable with the access token. */
    public static final String TOKEN = "HF_TOKEN";

    private static final String PUBLIC_HUB = "https://huggingface.co";

    public HubSettings {
        if (endpoint.getHost() == null || !endpoint.getScheme().matches("https?")) {
            throw new IllegalArgumentException(ENDPOINT + " is '" + endpoint + "'; wanted is an http or https address");
        }
    }

    /** {@value #ENDPOINT} and {@value #TOKEN} of this process. */
    public static HubSettings fromEnvironment(Path cache) {
        return from(System.getenv(), cache);
    }

    static HubSettings from(Map<String, String> environment, Path cache) {
        String endpoint = environment.getOrDefault(ENDPOINT, "").isBlank() ? PUBLIC_HUB : environment.get(ENDPOINT);
        return new HubSettings(
                URI.create(endpoint.replaceFirst("/+$", "")),
                Optional.ofNullable(environment.get(TOKEN)).filter(token -> !token.isBlank()),
                cache);
    }

    @Override
    public String toString() {
        return "HubSettings[endpoint=%s, token %s, cache=%s]"
                .formatted(endpoint, token.isPresent() ? "set" : "not set", cache);
    }
}
