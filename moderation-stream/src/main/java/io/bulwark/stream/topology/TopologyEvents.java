package io.bulwark.stream.topology;

import io.bulwark.events.Decision;

/**
 * What the topology reports beside its output, for metrics. Called by stream threads, several at once; must return
 * quickly. A transaction that is aborted and tried again reports twice.
 */
public interface TopologyEvents {

    /** A verdict took its place in the store. */
    void verdictKept(Decision decision);

    /** A verdict came that does not take the place of the one in force. */
    void verdictOutranked();

    /** An audit was kept. */
    void auditKept();

    /** A record of that topic was set aside for that reason. */
    void deadLetter(String topic, String reason);

    /** A change came for a window of uploader statistics that no longer changes. */
    void lateForWindow();

    /** So many verdicts left the store because of their age. */
    void verdictsExpired(long count);
}
