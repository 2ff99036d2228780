package io.bulwark.service.pipeline;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many pieces of work the pipeline holds, waited for or not. A piece begins before the one that it follows from
 * ends, so that zero means nothing runs and nothing is going to. Any thread.
 */
final class Activity {

    private final AtomicInteger pieces = new AtomicInteger();

    void begins() {
        pieces.incrementAndGet();
    }

    void ends() {
        pieces.decrementAndGet();
    }

    boolean isNone() {
        return pieces.get() == 0;
    }
}
