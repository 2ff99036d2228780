package io.bulwark.stream.outbound;

import java.util.List;

/** The ways to all neighbours. */
final class OutboundLoops {

    private final List<? extends OutboundLoop> all;

    OutboundLoops(List<? extends OutboundLoop> all) {
        this.all = List.copyOf(all);
    }

    void start() {
        all.forEach(OutboundLoop::start);
    }

    void close() {
        all.forEach(OutboundLoop::close);
    }
}
