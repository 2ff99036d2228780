package io.bulwark.stream.feed;

import io.smallrye.mutiny.subscription.MultiEmitter;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One who watches. Events are lined up under the feed's lock, which makes their order, and told outside of it, by one
 * thread at a time. What is told and not yet taken waits in the bounded buffer behind the emitter.
 */
final class FeedWatcher {

    private final MultiEmitter<? super FeedEvent> emitter;
    private final FeedFilter filter;
    private final Queue<FeedEvent> line = new ConcurrentLinkedQueue<>();
    private final AtomicInteger asked = new AtomicInteger();

    FeedWatcher(MultiEmitter<? super FeedEvent> emitter, FeedFilter filter) {
        this.emitter = emitter;
        this.filter = filter;
    }

    FeedFilter filter() {
        return filter;
    }

    /** Lines an event up, where the filter shows it. The feed's lock is held. */
    void add(FeedEvent event) {
        if (event.passes(filter)) {
            line.add(event);
        }
    }

    /** Tells what is lined up. Whoever comes while another thread tells leaves it to that one. */
    void tell() {
        if (asked.getAndIncrement() > 0) {
            return;
        }
        int seen = 1;
        do {
            for (FeedEvent event = line.poll(); event != null; event = line.poll()) {
                emitter.emit(event);
            }
            seen = asked.addAndGet(-seen);
        } while (seen > 0);
    }
}
