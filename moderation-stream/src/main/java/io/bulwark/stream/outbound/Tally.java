package io.bulwark.stream.outbound;

import java.time.Instant;
import java.util.Optional;

/** What is counted of one neighbour. Any thread may read it. */
interface Tally {

    void delivered();

    void retried();

    /** @param reason one word of a closed set */
    void setAside(String reason);

    /**
     * @param waiting records that it has yet to be told of
     * @param oldest when the broker took in the oldest of them, as far as that is known
     */
    void stands(long waiting, Optional<Instant> oldest);

    /** The loop got through a round: it lives. */
    void lives();

    /** The loop starts anew after trouble. */
    void restarted();
}
