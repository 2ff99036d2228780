package io.bulwark.service.telemetry;

import io.bulwark.events.AttackKind;
import io.bulwark.service.lifecycle.NanoClock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/**
 * How many audits of a kind raise an alert in an hour. An attacker chooses how many there are; how many people can
 * look at is no attacker's choice. The hour of a kind begins with its first audit, so that a kind that floods takes
 * nothing from the others. Any thread.
 */
public final class AlertBudget {

    private static final long HOUR = Duration.ofHours(1).toNanos();

    private final int most;
    private final NanoClock clock;
    private final Map<AttackKind, Hour> hours = new EnumMap<>(AttackKind.class); // guarded by itself

    /** @param most of one kind in one hour, 0 for none */
    public AlertBudget(int most, NanoClock clock) {
        this.most = most;
        this.clock = clock;
    }

    /** Whether people are told of one more audit of this kind; if so it is taken from the budget. */
    boolean takes(AttackKind kind) {
        long now = clock.nanos();
        synchronized (hours) {
            Hour hour = hours.get(kind);
            if (hour == null || now - hour.begun() >= HOUR) {
                hour = new Hour(now, 0);
            }
            boolean within = hour.told() < most;
            hours.put(kind, within ? new Hour(hour.begun(), hour.told() + 1) : hour);
            return within;
        }
    }

    /** @param begun by the clock, nanoseconds */
    private record Hour(long begun, int told) {}
}
