package io.bulwark.stream;

import java.util.Optional;

/** What the console links to. */
public interface ConsoleConfig {
    /**
     * Address of the sheets that {@code bulwark bank concepts} drew, on a server of yours that lets in whom you let in. The
     * Bank page links to it.
     */
    Optional<String> conceptsUrl();
}
