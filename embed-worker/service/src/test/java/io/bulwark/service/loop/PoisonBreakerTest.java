package io.bulwark.service.loop;

import static io.bulwark.service.loop.LoopRig.P0;
import static io.bulwark.service.loop.LoopRig.P1;
import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.service.loop.LoopRig.Kept;
import io.bulwark.service.loop.OffsetMark.Alone;
import io.bulwark.service.pipeline.UploadInFlight;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.kafka.common.TopicPartition;

/**
 * The real loop, many workers one after the other: some die over uploads, some are killed by others, some are drained.
 * What is random comes from one seed, which jqwik prints.
 */
class PoisonBreakerTest {

    private static final int MOST_WORKERS = 90;

    @Property(tries = 150)
    void an_upload_that_kills_is_refused_after_three_deaths_and_all_others_get_their_answer_once(@ForAll long seed) {
        Story story = new Story(seed, false);
        story.tell();

        story.deaths.forEach((upload, deaths) ->
                assertThat(deaths).as(upload).isLessThanOrEqualTo(story.deadlyToRead.contains(upload) ? 4 : 3));
        assertThat(story.kept.poison).isEqualTo(story.deadly);
        story.assertEachAnsweredOnce();
    }

    /** Kills come from outside, too. What was alone at two such moments is refused, and nothing beside it. */
    @Property(tries = 150)
    void kills_from_outside_lose_and_double_nothing_and_one_condemns_nothing(@ForAll long seed) {
        Story story = new Story(seed, true);
        story.tell();

        Set<String> blamed = new HashSet<>(story.deadly);
        story.alone.forEach((upload, kills) -> {
            if (kills > 1) {
                blamed.add(upload);
            }
        });
        assertThat(blamed).containsAll(story.kept.poison);
        assertThat(story.kept.poison).containsAll(story.deadly);
        story.assertEachAnsweredOnce();
    }

    private static final class Story {
        private final Random random;
        private final boolean killed;
        private final Kept kept = new Kept();
        private final Map<TopicPartition, Long> ends = new HashMap<>(Map.of(P0, 0L, P1, 0L));
        private final Set<String> deadly = new HashSet<>();
        private final Set<String> deadlyToRead = new HashSet<>();
        private final Map<String, Integer> alone = new HashMap<>();
        private final Map<String, Integer> deaths = new HashMap<>();
        private final List<UploadInFlight> pending = new ArrayList<>();

        Story(long seed, boolean killed) {
            this.random = new Random(seed);
            this.killed = killed;
        }

        void tell() {
            for (int i = 0; i < 8; i++) {
                work("early" + i, 5 + random.nextInt(20), true);
            }
            int late = 0;
            do {
                work("late" + late, 80, false);
            } while (!isDone() && ++late < MOST_WORKERS);
        }

        private void work(String name, int length, boolean eventful) {
            LoopRig rig = new LoopRig(kept, name);
            rig.onSubmit = this::process;
            rig.onRefuse = this::refuse;
            pending.clear();
            List<Runnable> steps = new ArrayList<>();
            steps.add(rig.assign(P0, P1));
            for (int i = 0; i < length; i++) {
                steps.add(step(rig, eventful));
            }
            if (eventful && killed && random.nextInt(3) == 0) {
                steps.add(() -> {
                    kept.offsets.forEach((partition, offset) -> {
                        if (OffsetMark.read(offset.metadata()) instanceof Alone suspect) {
                            alone.merge(LoopRig.name(partition.partition(), suspect.at()), 1, Integer::sum);
                        }
                    });
                    LoopRig.die();
                });
            }
            rig.survives(steps);
        }

        private Runnable step(LoopRig rig, boolean eventful) {
            if (!eventful) {
                return this::answerAll;
            }
            return switch (random.nextInt(6)) {
                case 0, 1 -> this::produce;
                case 2 -> this::answerAll;
                case 3 -> () -> answer(random.nextInt(1 + pending.size()));
                case 4 -> random.nextInt(4) == 0 ? reassign(rig) : LoopRig.nothing();
                default -> LoopRig.nothing();
            };
        }

        private Runnable reassign(LoopRig rig) {
            return switch (random.nextInt(3)) {
                case 0 -> rig.assign(P0);
                case 1 -> rig.assign(P1);
                default -> rig.assign(P0, P1);
            };
        }

        /** Offsets have gaps, as markers of transactions leave them. */
        private void produce() {
            TopicPartition partition = random.nextBoolean() ? P0 : P1;
            long offset = ends.get(partition) + random.nextInt(2);
            ends.put(partition, offset + 1);
            kept.log.add(LoopRig.upload(partition, offset));
            if (random.nextInt(8) == 0) {
                deadly.add(LoopRig.name(partition.partition(), offset));
                if (random.nextBoolean()) {
                    deadlyToRead.add(LoopRig.name(partition.partition(), offset));
                }
            }
        }

        private void process(UploadInFlight upload) {
            if (OffsetMark.read(kept.mark(upload.partition())) instanceof Alone suspect) {
                assertThat(suspect.at()).isEqualTo(upload.offset());
                assertThat(pending).as("beside a suspect").allMatch(UploadInFlight::isDone);
            }
            dieOver(upload, deadly);
            if (random.nextBoolean()) {
                LoopRig.answer(upload);
            } else {
                pending.add(upload);
            }
        }

        private void refuse(UploadInFlight upload) {
            dieOver(upload, deadlyToRead);
            LoopRig.refuse(upload);
        }

        private void dieOver(UploadInFlight upload, Set<String> killers) {
            String name = LoopRig.name(upload.partition().partition(), upload.offset());
            if (killers.contains(name)) {
                deaths.merge(name, 1, Integer::sum);
                LoopRig.die();
            }
        }

        private void answerAll() {
            pending.forEach(LoopRig::answer);
            pending.clear();
        }

        private void answer(int index) {
            if (index < pending.size()) {
                LoopRig.answer(pending.remove(index));
            }
        }

        private boolean isDone() {
            return kept.answered.values().stream().mapToInt(List::size).sum() == kept.log.size();
        }

        void assertEachAnsweredOnce() {
            for (TopicPartition partition : List.of(P0, P1)) {
                assertThat(kept.answered.getOrDefault(partition, List.of()))
                        .containsExactlyElementsOf(kept.uploads(partition)
                                .map(record -> record.offset())
                                .toList());
            }
            // The last worker was drained: nothing is suspected of anything.
            assertThat(kept.offsets.values())
                    .allMatch(offset -> OffsetMark.read(offset.metadata()).equals(OffsetMark.CLOSED));
        }
    }
}
