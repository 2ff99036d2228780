package io.bulwark.service;

import java.util.Optional;

/** What this process is there for, as its probes see it. {@link #start} and {@link #stop} are called once each. */
interface Duty {

    /** Begins; returns at once. */
    void start();

    /** Ends what was begun, in bounded time. */
    void stop();

    /** Where it is in its life, for people. */
    String phase();

    /** Why it is not alive and should be replaced; empty while it is. */
    Optional<String> ailment();

    /** Why it does not do its work yet; empty while it does. */
    Optional<String> unreadiness();

    /** Whether it has come so far that liveness counts. */
    boolean hasStarted();
}
