package io.bulwark.stream.outbound;

/** What is counted of one neighbour. Any thread may read it. */
interface Tally {

    void delivered();

    void retried();

    /** @param reason one word of a closed set */
    void setAside(String reason);

    /**
     * @param waiting records that it has yet to be told of
     * @param oldestSeconds age of the oldest of them that was read
     */
    void stands(long waiting, long oldestSeconds);
}
