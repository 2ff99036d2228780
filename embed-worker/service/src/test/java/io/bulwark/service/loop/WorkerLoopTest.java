package io.bulwark.service.loop;

import static io.bulwark.service.loop.LoopRig.P0;
import static io.bulwark.service.loop.LoopRig.P1;
import static io.bulwark.service.loop.LoopRig.nothing;
import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.service.lifecycle.ThreadWatch;
import io.bulwark.service.loop.LoopRig.Kept;
import io.bulwark.service.loop.LoopSettings.Lane;
import io.bulwark.service.pipeline.Outcome;
import io.bulwark.service.pipeline.UploadInFlight;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.junit.jupiter.api.Test;

class WorkerLoopTest {

    private final Kept kept = new Kept();
    private final LoopRig rig = new LoopRig(kept, "a");

    /** The same poll still brought a record behind them, whose answer was committed at once, and they were lost. */
    @Test
    void uploads_that_were_abandoned_for_a_failed_commit_of_a_rebalance_are_read_again() {
        rig.onSubmit = upload -> {
            rig.commitsFail = false;
            if (upload.partition().equals(P1) && upload.offset() == 1) {
                LoopRig.answer(upload);
            }
        };
        rig.run(
                rig.assign(P0, P1),
                nothing(),
                () -> {
                    rig.record(P0, 0).run();
                    rig.record(P1, 0).run();
                },
                () -> {
                    LoopRig.answer(
                            rig.submitted.get(rig.submitted.get(0).partition().equals(P0) ? 0 : 1));
                    rig.commitsFail = true;
                    rig.assign(P1).run();
                    rig.record(P1, 1).run();
                },
                () -> {
                    rig.commitsFail = false;
                    rig.onSubmit = LoopRig::answer;
                },
                nothing(),
                nothing());

        assertThat(kept.answered.get(P1)).containsExactly(0L, 1L);
    }

    @Test
    void a_partition_is_open_before_a_record_of_it_goes_on_its_way() {
        rig.onSubmit = upload -> {
            assertThat(kept.mark(P0)).isEqualTo("bulwark-1 open by=a next=9");
            LoopRig.answer(upload);
        };
        rig.run(rig.assign(P0), nothing(), rig.record(P0, 0), nothing());

        assertThat(kept.answered.get(P0)).containsExactly(0L);
        assertThat(kept.offsets.get(P0)).isEqualTo(new OffsetAndMetadata(1, "bulwark-1 closed"));
        assertThat(kept.transactions).as("open, answer, close").isEqualTo(3);
    }

    @Test
    void a_partition_that_is_given_away_is_closed_though_uploads_of_it_are_in_flight() {
        rig.onSubmit = upload -> {};
        rig.run(rig.assign(P0, P1), nothing(), rig.record(P0, 0), rig.assign(P1));

        assertThat(kept.offsets.get(P0)).isEqualTo(new OffsetAndMetadata(0, "bulwark-1 closed"));
    }

    @Test
    void a_failed_commit_of_its_own_does_not_put_a_workers_uploads_on_trial() {
        rig.run(
                rig.assign(P0),
                nothing(),
                () -> {
                    rig.commitsFail = true;
                    rig.record(P0, 0).run();
                },
                () -> rig.commitsFail = false,
                nothing(),
                nothing());

        assertThat(kept.answered.get(P0)).containsExactly(0L);
        assertThat(rig.meters.counter("bulwark.partition.trials").count()).isZero();
    }

    @Test
    void a_worker_that_was_drained_puts_nobody_on_trial_though_it_left_uploads_undone() {
        rig.onSubmit = upload -> {};
        rig.run(rig.assign(P0, P1), nothing(), rig.record(P0, 0), rig.record(P0, 1));

        LoopRig second = new LoopRig(kept, "b");
        second.onSubmit = upload -> {};
        second.run(second.assign(P0, P1), nothing());
        assertThat(second.submitted).as("side by side").hasSize(2);
        assertThat(second.meters.counter("bulwark.partition.trials").count()).isZero();
    }

    /** An operator stops a worker with a stuck thread in order, and the upload would hang the next one as well. */
    @Test
    void a_worker_that_is_stopped_because_it_hangs_leaves_its_partitions_open() {
        rig.onSubmit = upload -> {
            CompletableFuture.runAsync(rig.watch::begin).join();
            rig.watched = ThreadWatch.LIMIT.plusSeconds(1);
        };
        rig.run(rig.assign(P0), nothing(), rig.record(P0, 0), nothing());

        assertThat(kept.mark(P0)).isEqualTo("bulwark-1 open by=a next=9");
    }

    @Test
    void a_trial_goes_on_after_the_broker_did_not_say_where_reading_stands() {
        rig.record(P0, 0).run();
        kept.offsets.put(P0, new OffsetAndMetadata(0, "bulwark-1 suspects next=1"));
        rig.run(
                rig.assign(P0),
                () -> rig.consumer.positionsAreUnknown = true,
                () -> rig.consumer.positionsAreUnknown = false,
                nothing(),
                nothing());

        assertThat(kept.answered.get(P0)).containsExactly(0L);
    }

    @Test
    void a_suspect_waits_until_what_was_abandoned_has_ended() {
        rig.record(P0, 0).run();
        kept.offsets.put(P0, new OffsetAndMetadata(0, "bulwark-1 suspects next=1"));
        rig.pipelineIsIdle = false;
        rig.run(
                rig.assign(P0),
                nothing(),
                nothing(),
                () -> {
                    assertThat(rig.submitted).isEmpty();
                    rig.pipelineIsIdle = true;
                },
                nothing(),
                nothing());

        assertThat(kept.answered.get(P0)).containsExactly(0L);
    }

    /** What was refused for its deadline still ran, and its death would have been the next one's. */
    @Test
    void a_suspect_waits_until_the_one_before_has_ended_though_that_is_answered() {
        rig.record(P0, 0).run();
        rig.record(P0, 1).run();
        kept.offsets.put(P0, new OffsetAndMetadata(0, "bulwark-1 suspects next=2"));
        rig.onSubmit = upload -> {
            rig.pipelineIsIdle = false;
            LoopRig.answer(upload);
        };
        rig.run(
                rig.assign(P0),
                nothing(),
                nothing(),
                nothing(),
                () -> {
                    assertThat(rig.submitted).extracting(UploadInFlight::offset).containsExactly(0L);
                    rig.pipelineIsIdle = true;
                },
                nothing(),
                nothing(),
                nothing());

        assertThat(rig.submitted).extracting(UploadInFlight::offset).containsExactly(0L, 1L);
    }

    /** It held up the whole worker, for as long as the registry was away. */
    @Test
    void a_suspect_that_has_to_wait_lets_other_partitions_go_on() {
        rig.record(P0, 0).run();
        kept.offsets.put(P0, new OffsetAndMetadata(0, "bulwark-1 suspects next=1"));
        rig.onSubmit = upload -> {
            if (upload.partition().equals(P0)) {
                upload.complete(new Outcome.TryLater("the registry is away"));
            } else {
                LoopRig.answer(upload);
            }
        };
        rig.run(
                rig.assign(P0, P1),
                nothing(),
                nothing(),
                rig.record(P1, 0),
                nothing(),
                nothing(),
                () -> {
                    assertThat(kept.answered.get(P1)).containsExactly(0L);
                    assertThat(kept.mark(P0)).as("nothing of it is in flight").isEqualTo("bulwark-1 suspects next=1");
                    rig.onSubmit = LoopRig::answer;
                },
                nothing(),
                nothing(),
                nothing(),
                nothing(),
                nothing(),
                nothing(),
                nothing());

        assertThat(kept.answered.get(P0)).containsExactly(0L);
        assertThat(kept.reasons).doesNotContain("POISON");
    }

    @Test
    void the_suspect_that_was_alone_when_a_worker_died_is_tried_before_all_others() {
        rig.record(P0, 0).run();
        rig.record(P1, 0).run();
        kept.offsets.put(P0, new OffsetAndMetadata(0, "bulwark-1 suspects next=1"));
        kept.offsets.put(P1, new OffsetAndMetadata(0, "bulwark-1 trying at=0 by=b next=1"));
        rig.run(rig.assign(P0, P1), nothing(), nothing(), nothing(), nothing(), nothing());

        assertThat(rig.submitted).extracting(UploadInFlight::partition).containsExactly(P1, P0);
    }

    @Test
    void while_another_loop_tries_suspects_nothing_goes_on_its_way_and_a_death_is_not_laid_at_its_door() {
        ExclusiveTrial.Seat other = rig.trial.seat(Lane.UPLOADS);
        rig.run(
                rig.assign(P0),
                nothing(),
                other::claim,
                rig.record(P0, 0),
                nothing(),
                nothing(),
                () -> {
                    assertThat(rig.submitted).isEmpty();
                    assertThat(kept.mark(P0)).isEqualTo("bulwark-1 closed");
                    assertThat(other.claim()).as("it rests").isTrue();
                    other.release();
                },
                nothing(),
                nothing(),
                nothing());

        assertThat(kept.answered.get(P0)).containsExactly(0L);
    }

    @Test
    void a_loop_that_cannot_recover_does_not_keep_the_worker_for_its_trial() {
        kept.offsets.put(P0, new OffsetAndMetadata(0, "bulwark-1 suspects next=2"));
        ExclusiveTrial.Seat other = rig.trial.seat(Lane.DEFERRED);
        rig.onSubmit = upload -> {};
        rig.run(
                rig.record(P0, 0),
                rig.assign(P0),
                nothing(),
                nothing(),
                () -> {
                    assertThat(rig.submitted).as("it is on trial").hasSize(1);
                    assertThat(other.begin()).isFalse();
                    rig.commitsFail = true;
                    rig.reopensFail = true;
                    LoopRig.answer(rig.submitted.get(0));
                },
                nothing(),
                nothing(),
                () -> assertThat(other.begin())
                        .as("the deferred loop goes on meanwhile")
                        .isTrue());
    }

    @Test
    void a_group_that_refuses_every_commit_is_asked_less_and_less_often() {
        List<Runnable> steps = new ArrayList<>(List.of(rig.assign(P0), nothing(), () -> {
            rig.commitsAreStale = true;
            rig.record(P0, 0).run();
        }));
        steps.addAll(Collections.nCopies(60, nothing()));
        rig.run(steps.toArray(Runnable[]::new));

        // Sixty polls; the pauses are 20, 40, 80 ms and so on up to a second.
        assertThat(rig.meters.counter("bulwark.transaction.stale").count()).isBetween(5.0, 25.0);
    }

    /** All partitions went back to their committed offsets, again and again. */
    @Test
    void an_upload_that_has_to_wait_holds_up_its_own_partition_alone() {
        rig.onSubmit = upload -> {
            if (upload.partition().equals(P0)) {
                upload.complete(new Outcome.TryLater("the registry is away"));
            }
        };
        rig.run(
                rig.assign(P0, P1),
                nothing(),
                () -> {
                    rig.record(P0, 0).run();
                    rig.record(P1, 0).run();
                },
                nothing(),
                nothing(),
                () -> rig.submitted.forEach(LoopRig::answer),
                () -> rig.onSubmit = LoopRig::answer,
                nothing(),
                nothing());

        assertThat(rig.submitted)
                .filteredOn(upload -> upload.partition().equals(P1))
                .as("read once")
                .hasSize(1);
        assertThat(kept.answered.get(P0)).containsExactly(0L);
        assertThat(kept.answered.get(P1)).containsExactly(0L);
    }

    @Test
    void an_upload_that_kills_even_when_its_event_is_read_is_a_dead_letter_that_nobody_read() {
        rig.onSubmit = upload -> LoopRig.die();
        rig.runToDeath(rig.assign(P0), nothing(), rig.record(P0, 0));
        for (String next : List.of("b", "c", "d")) {
            LoopRig dying = new LoopRig(kept, next);
            dying.onSubmit = upload -> LoopRig.die();
            dying.onRefuse = upload -> LoopRig.die();
            dying.runToDeath(dying.assign(P0), nothing(), nothing(), nothing());
        }
        assertThat(kept.mark(P0)).isEqualTo("bulwark-1 refusing at=0 by=d next=9");

        LoopRig last = new LoopRig(kept, "e");
        last.run(last.assign(P0), nothing(), nothing(), nothing());
        assertThat(last.submitted).isEmpty();
        assertThat(last.refused).isEmpty();
        assertThat(kept.answered.get(P0)).containsExactly(0L);
        assertThat(kept.reasons).containsExactly("POISON");
        assertThat(kept.mark(P0)).isEqualTo("bulwark-1 closed");
    }

    /** It fails for good in this process alone: whether an upload did that, the next one has to find out. */
    @Test
    void a_worker_that_throws_leaves_its_partitions_open() {
        rig.onSubmit = upload -> {};
        rig.runToDeath(rig.assign(P0), nothing(), rig.record(P0, 0), nothing());

        assertThat(kept.mark(P0)).isEqualTo("bulwark-1 open by=a next=9");
    }

    @Test
    void an_upload_that_was_alone_at_one_kill_from_outside_is_tried_again_and_gets_its_verdict() {
        rig.onSubmit = upload -> {};
        rig.runToDeath(rig.assign(P0), nothing(), rig.record(P0, 0), nothing());
        LoopRig killed = new LoopRig(kept, "b");
        killed.onSubmit = upload -> {};
        killed.runToDeath(killed.assign(P0), nothing(), nothing(), nothing());
        assertThat(kept.mark(P0)).isEqualTo("bulwark-1 trying at=0 by=b next=9");

        LoopRig last = new LoopRig(kept, "c");
        last.run(last.assign(P0), nothing(), nothing(), nothing());
        assertThat(last.refused).isEmpty();
        assertThat(kept.reasons).containsExactly("TEST");
    }

    @Test
    void after_a_death_uploads_are_tried_one_at_a_time_and_the_one_that_kills_two_more_is_refused_unseen() {
        rig.onSubmit = upload -> {};
        rig.runToDeath(rig.assign(P0, P1), nothing(), rig.record(P0, 0), rig.record(P0, 1), nothing());
        assertThat(rig.submitted).hasSize(2);
        assertThat(kept.mark(P0)).isEqualTo("bulwark-1 open by=a next=9");

        LoopRig second = new LoopRig(kept, "b");
        second.onSubmit = upload -> {
            if (upload.offset() == 0) {
                LoopRig.answer(upload);
            }
        };
        second.runToDeath(second.assign(P0, P1), nothing(), nothing(), nothing(), nothing());
        assertThat(second.submitted).extracting(UploadInFlight::offset).containsExactly(0L, 1L);
        assertThat(kept.offsets.get(P0)).isEqualTo(new OffsetAndMetadata(1, "bulwark-1 trying at=1 by=b next=8"));

        LoopRig third = new LoopRig(kept, "c");
        third.onSubmit = upload -> {};
        third.runToDeath(third.assign(P0, P1), nothing(), nothing(), nothing());
        assertThat(third.submitted).extracting(UploadInFlight::offset).containsExactly(1L);
        assertThat(kept.offsets.get(P0)).isEqualTo(new OffsetAndMetadata(1, "bulwark-1 retrying at=1 by=c next=8"));

        LoopRig fourth = new LoopRig(kept, "d");
        fourth.run(fourth.assign(P0, P1), nothing(), nothing(), nothing(), fourth.record(P0, 2), nothing(), nothing());
        assertThat(fourth.refused).extracting(UploadInFlight::offset).containsExactly(1L);
        assertThat(fourth.submitted).extracting(UploadInFlight::offset).containsExactly(2L);
        assertThat(kept.answered.get(P0)).containsExactly(0L, 1L, 2L);
        assertThat(kept.reasons).isEqualTo(List.of("TEST", "POISON", "TEST"));
        assertThat(kept.offsets.get(P0)).isEqualTo(new OffsetAndMetadata(3, "bulwark-1 closed"));
    }
}
