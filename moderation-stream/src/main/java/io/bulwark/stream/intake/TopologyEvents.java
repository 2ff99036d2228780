package io.bulwark.stream.intake;

import io.bulwark.events.Decision;

/**
 * What the topology reports beside its output, for metrics. Called by stream threads, several at once; must return
 * quickly. A transaction that is aborted and tried again reports twice.
 */
public interface TopologyEvents {

    /** A decision came into force. */
    void decided(Decision decision);

    /** A verdict or review came that changes nothing: older, outranked or a duplicate. */
    void outranked();

    /** An audit was kept. */
    void auditKept();

    /** A record of that topic was set aside for that reason. */
    void deadLetter(String topic, String reason);

    /** A change came for a window of uploader statistics that is past its retention. */
    void lateForWindow();

    /** So many decisions left the store because of their age. */
    void expired(long count);

    /** The strikes of an uploader crossed a threshold. */
    void uploaderAction();

    /**
     * So many entries are in the flagged indexes of one partition.
     *
     * @param partition of the tasks that keep them
     */
    void flagged(int partition, long entries);

    /** An image was erased. */
    void erased();

    /** An erasure was not carried out because of a hold. */
    void erasureRefused();

    /**
     * So many uploads of one partition have no answer past the deadline.
     *
     * @param partition of the stream's tasks
     */
    void missing(int partition, long count);
}
