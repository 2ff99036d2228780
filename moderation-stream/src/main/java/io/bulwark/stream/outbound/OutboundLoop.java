package io.bulwark.stream.outbound;

/** The way to one neighbour, with a thread of its own. */
interface OutboundLoop extends AutoCloseable {

    void start();

    /** Asks it to end, and does not wait. */
    void stop();

    /** Lets what is under way end, and waits for it. */
    @Override
    void close();
}
