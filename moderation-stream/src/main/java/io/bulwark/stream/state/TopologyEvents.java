package io.bulwark.stream.state;

import io.bulwark.events.Decision;

/**
 * What the topology reports beside its output, for metrics. Called by stream threads, several at once; must return
 * quickly. A transaction that is aborted and tried again reports twice.
 */
public interface TopologyEvents {

    /** What happened, to be counted. */
    enum Count {
        /** A verdict or review that changed nothing: older, outranked or a duplicate. */
        OUTRANKED,
        AUDIT_KEPT,
        /** A change for a window of uploader statistics that is past its retention. */
        LATE_FOR_WINDOW,
        /** Decisions removed because of their age. */
        EXPIRED,
        /** The strikes of an uploader crossed a threshold. */
        UPLOADER_ACTION,
        CAMPAIGN_OPENED,
        CAMPAIGNS_MERGED,
        /** A campaign closed without a ruling. */
        CAMPAIGN_CLOSED,
        /** An attempt at a flagged entry or band with as many as are judged: another one went. */
        CAMPAIGN_ANCHOR_HOT,
        ERASED,
        /** An erasure was not carried out because of a hold. */
        ERASURE_REFUSED
    }

    /** What there is now. */
    enum Level {
        /**
         * Records of a topic's partition that cannot be read yet: their schema, or the registry's answer, is awaited.
         */
        PARKED,
        /**
         * Seconds between this machine's clock and the brokers' where nothing expires in a task because of it; else 0.
         */
        CLOCK_APART,
        /** Entries of the flagged indexes of a partition. */
        FLAGGED_ENTRIES,
        /** Campaigns of a partition that are not over. */
        OPEN_CAMPAIGNS,
        /** Uploads of a partition without an answer past the deadline. */
        MISSING_UPLOADS
    }

    /** A decision came into force. */
    void decided(Decision decision);

    /** A record of that topic was set aside for that reason. */
    void deadLetter(String topic, String reason);

    void count(Count what, long times);

    /** @param of the partition or task */
    void level(Level what, String of, long value);
}
