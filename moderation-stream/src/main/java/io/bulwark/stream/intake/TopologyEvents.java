package io.bulwark.stream.intake;

import io.bulwark.events.Decision;
import java.time.Duration;

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

    /**
     * How many records of one partition of a topic cannot be read yet: their schema, or the registry's answer, is awaited.
     *
     * @param partition of the stream's tasks
     */
    void parked(String topic, int partition, long count);

    /**
     * This machine's clock and the brokers' time are further apart than {@link
     * io.bulwark.stream.state.TaskClock#MOST_APART}, so nothing expires in that task; zero once that is over.
     */
    void clockApart(String task, Duration apart);

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

    /**
     * So many campaigns of one partition are not over.
     *
     * @param partition of the tasks that keep them
     */
    void campaigns(int partition, long open);

    /** A campaign opened. */
    void campaignOpened();

    /** Two campaigns became one. */
    void campaignsMerged();

    /** A campaign closed that nobody ruled on. */
    void campaignClosed();

    /** An attempt came to a flagged entry or band that has as many as are judged: another went. */
    void campaignAnchorHot();

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
