package io.bulwark.service.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.service.loop.LoopSettings.Lane;
import org.junit.jupiter.api.Test;

class ExclusiveTrialTest {

    private final ExclusiveTrial trial = new ExclusiveTrial();
    private final ExclusiveTrial.Seat uploads = trial.seat(Lane.UPLOADS);
    private final ExclusiveTrial.Seat deferred = trial.seat(Lane.DEFERRED);

    @Test
    void both_may_be_at_work() {
        assertThat(uploads.begin()).isTrue();
        assertThat(deferred.begin()).isTrue();
        assertThat(uploads.mustRest()).isFalse();
    }

    @Test
    void a_trial_of_uploads_waits_until_the_other_rests_and_lets_it_begin_nothing() {
        deferred.begin();
        assertThat(uploads.claim()).isFalse();
        assertThat(deferred.mustRest()).isTrue();
        assertThat(deferred.begin()).isFalse();

        deferred.rest();
        assertThat(uploads.claim()).isTrue();
        assertThat(uploads.begin()).isTrue();
        assertThat(deferred.begin()).isFalse();

        uploads.release();
        assertThat(deferred.begin()).isTrue();
    }

    @Test
    void a_trial_of_deferred_uploads_lets_the_others_go_on() {
        uploads.begin();
        assertThat(deferred.claim()).isTrue();
        assertThat(uploads.mustRest()).isFalse();
        assertThat(uploads.begin()).isTrue();
    }

    @Test
    void deferred_uploads_are_not_tried_during_a_trial_of_the_others() {
        uploads.claim();

        assertThat(deferred.claim()).isFalse();
    }

    @Test
    void who_has_ended_keeps_nobody_waiting() {
        deferred.begin();
        uploads.claim();
        deferred.leave();
        assertThat(uploads.claim()).isTrue();

        uploads.leave();
        assertThat(deferred.begin()).isTrue();
    }
}
