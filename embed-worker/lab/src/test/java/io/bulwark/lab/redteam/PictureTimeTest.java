package io.bulwark.lab.redteam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.lab.probe.ViewProbe.OverdueException;
import io.bulwark.lab.redteam.RedTeam.PictureTime;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.lifecycle.ThreadWatch;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PictureTimeTest {

    private final AtomicLong nanos = new AtomicLong();
    private final NanoClock clock = nanos::get;
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final ThreadWatch watch = new ThreadWatch(clock);
    private final PictureTime time = time(1);

    @Test
    void aPictureThatTakesTooLongIsOverdue() {
        time.check();
        nanos.addAndGet(Duration.ofSeconds(61).toNanos());

        assertThatThrownBy(time::check).isInstanceOf(OverdueException.class);
    }

    @Test
    void eachViewHasItsTime() {
        PictureTime ofThree = time(3);
        nanos.addAndGet(Duration.ofSeconds(179).toNanos());
        ofThree.check();
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());

        assertThatThrownBy(ofThree::check).isInstanceOf(OverdueException.class);
    }

    @Test
    void aStoppingProcessEndsTheAttack() {
        stopping.set(true);

        assertThatThrownBy(time::check).isInstanceOf(CancellationException.class);
    }

    /** However long the whole attack takes, nothing is stuck while it goes on. */
    @Test
    void eachStepIsAPieceOfWork() {
        watch.begin();
        for (int step = 0; step < 5; step++) {
            nanos.addAndGet(Duration.ofSeconds(90).toNanos());
            time.step(step, 5, 0);
        }
        assertThat(watch.stuck()).isEmpty();
        nanos.addAndGet(Duration.ofSeconds(130).toNanos());
        assertThat(watch.stuck()).isPresent();
        watch.rest();
    }

    private PictureTime time(int views) {
        return PictureTime.of(views, Duration.ofSeconds(60), clock, stopping::get, watch);
    }
}
