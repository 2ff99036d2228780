package io.bulwark.stream.access;

import io.bulwark.stream.StreamConfig;

/** How people and programs say who they are. */
public enum Login {

    /** Nobody does: whoever is on this machine may do everything. */
    LOCAL,
    /** By name and password from the file of built-in users. */
    USERS,
    /** At a provider of OpenID Connect. */
    OIDC;

    /** What the settings ask for: the provider where one is configured, else the users where there is a file of them. */
    public static Login of(StreamConfig.Access settings) {
        if (settings.oidc().enabled()) {
            return OIDC;
        }
        return settings.usersFile().isPresent() ? USERS : LOCAL;
    }
}
