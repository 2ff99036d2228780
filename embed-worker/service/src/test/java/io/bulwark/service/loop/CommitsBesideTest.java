package io.bulwark.service.loop;

import static io.bulwark.service.loop.LoopRig.P0;
import static io.bulwark.service.loop.LoopRig.P1;
import static io.bulwark.service.loop.LoopRig.nothing;
import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.service.loop.LoopRig.Kept;
import io.bulwark.service.pipeline.Outcome;
import io.bulwark.service.pipeline.UploadInFlight;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.junit.jupiter.api.Test;

/** Commits that end when the test says so, or when the loop cannot go on before. */
class CommitsBesideTest {

    private final Kept kept = new Kept();
    private final Queue<Runnable> begun = new ArrayDeque<>();
    private final LoopRig rig = new LoopRig(kept, "a", begun::add);

    @Test
    void uploads_are_read_and_handed_on_while_a_commit_is_under_way() {
        rig.run(rig.assign(P0), this::end, rig.record(P0, 0), nothing(), rig.record(P0, 1), rig.record(P0, 2), () -> {
            assertThat(rig.submitted).extracting(UploadInFlight::offset).contains(0L, 1L);
            assertThat(kept.answered).as("the commit of the first is under way").isEmpty();
        });

        assertThat(kept.answered.get(P0)).as("who stops waits for it").containsExactly(0L);
    }

    @Test
    void what_was_answered_meanwhile_goes_into_one_commit_when_it_ends() {
        rig.run(
                rig.assign(P0),
                this::end,
                rig.record(P0, 0),
                rig.record(P0, 1),
                rig.record(P0, 2),
                this::end,
                this::end,
                nothing());

        assertThat(kept.answered.get(P0)).containsExactly(0L, 1L, 2L);
        assertThat(kept.transactions).as("open, first, two others, close").isEqualTo(4);
    }

    @Test
    void a_partition_that_is_revoked_is_closed_after_the_commit_under_way() {
        rig.run(rig.assign(P0, P1), this::end, rig.record(P0, 0), rig.assign(P1));

        assertThat(kept.answered.get(P0)).containsExactly(0L);
        assertThat(kept.mark(P0)).isEqualTo("bulwark-1 closed");
    }

    @Test
    void a_commit_that_is_refused_for_its_generation_is_repeated_and_abandons_nothing() {
        rig.onSubmit = upload -> {
            if (upload.partition().equals(P0)) {
                LoopRig.answer(upload);
            }
        };
        rig.run(
                rig.assign(P0, P1),
                this::end,
                () -> {
                    rig.record(P0, 0).run();
                    rig.record(P1, 0).run();
                },
                () -> {
                    rig.commitsAreStale = true;
                    end();
                },
                () -> rig.commitsAreStale = false,
                this::end,
                nothing(),
                () -> rig.submitted.forEach(LoopRig::answer));

        assertThat(rig.submitted).as("nothing is read again").hasSize(2);
        assertThat(kept.answered.get(P0)).containsExactly(0L);
    }

    @Test
    void a_suspect_that_had_to_wait_is_tried_again_though_one_commit_follows_the_other() {
        kept.offsets.put(P0, new OffsetAndMetadata(0, "bulwark-1 suspects next=1"));
        rig.onSubmit = upload -> {
            if (upload.partition().equals(P0) && triesOfP0() <= 7) {
                upload.complete(new Outcome.TryLater("the registry is away"));
            } else {
                LoopRig.answer(upload);
            }
        };
        List<Runnable> steps = new ArrayList<>(List.of(rig.record(P0, 0), rig.assign(P0, P1)));
        for (int i = 0; i < 300; i++) {
            int offset = i;
            steps.add(() -> {
                endIfAny();
                rig.record(P1, offset).run();
            });
        }
        rig.run(steps.toArray(Runnable[]::new));

        assertThat(kept.answered.get(P1)).as("others went on").isNotEmpty();
        assertThat(kept.answered.get(P0)).containsExactly(0L);
    }

    private long triesOfP0() {
        return rig.submitted.stream()
                .filter(upload -> upload.partition().equals(P0))
                .count();
    }

    private void endIfAny() {
        if (!begun.isEmpty()) {
            end();
        }
    }

    private void end() {
        begun.remove().run();
    }
}
