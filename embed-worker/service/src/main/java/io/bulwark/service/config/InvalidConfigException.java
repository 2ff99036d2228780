package io.bulwark.service.config;

import java.util.List;

/** Settings that the worker will not start with; the message names each. */
public final class InvalidConfigException extends IllegalArgumentException {

    InvalidConfigException(List<String> complaints) {
        super("Invalid settings: " + String.join("; ", complaints));
    }
}
