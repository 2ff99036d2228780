package io.bulwark.service.config;

import java.util.Optional;

/** Who produces the records, for readers of CloudEvents. */
public interface CloudEventsConfig {

    /** The source of CloudEvents, such as {@code /bulwark/production}; without it records carry no such headers. */
    Optional<String> source();
}
