package io.bulwark.stream.review;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.CampaignRuling;
import io.bulwark.events.Ruling;
import io.bulwark.stream.review.Outbox.Lane;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.kafka.common.KafkaException;

/**
 * Outbox and publisher with a table and a topic in memory: commits that fail or whose answer is lost, rows that commit after
 * rows with a higher position, publishers that take over, clients that use an id twice, topics that refuse their lane.
 */
class OutboxSimulationTest {

    private static final int STEPS = 60;
    private static final int BATCH = 4;

    @Property(tries = 10_000)
    void everyRowIsPublishedOnce(@ForAll long seed) {
        var world = new World(new Random(seed));
        for (int step = 0; step < STEPS; step++) {
            world.step();
            assertThat(world.topic).as("step %d", step).doesNotHaveDuplicates();
            assertThat(world.known()).as("step %d", step).containsAll(world.committed);
        }
        world.drainDecisions();
        world.drain();
        assertThat(world.topic).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(world.committed);
    }

    private static final class World {

        private final Random chance;
        private final TreeMap<Long, OutboxPublisher.Row> rows = new TreeMap<>();
        private final TreeMap<Long, OutboxPublisher.Row> uncommitted = new TreeMap<>();
        private final List<UUID> decisions = new ArrayList<>();
        private final List<UUID> committed = new ArrayList<>();
        private final List<UUID> topic = new ArrayList<>();
        private OutboxPublisher.Topic.Mark mark = OutboxPublisher.Topic.Mark.NONE;
        private OutboxPublisher.Publication publication;
        private OutboxPublisher.Publication former;
        private int epoch;
        private long position;
        private boolean trouble = true;
        private final Map<UUID, Lane> lanes = new HashMap<>();
        private final Set<Lane> refused = EnumSet.noneOf(Lane.class);
        private long nanos;
        private final OutboxPublisher.Lanes order = new OutboxPublisher.Lanes(() -> nanos);

        World(Random chance) {
            this.chance = chance;
        }

        void step() {
            nanos += OutboxPublisher.Lanes.REST.toNanos() / 4;
            switch (chance.nextInt(9)) {
                case 0, 1 -> {
                    var row = new OutboxPublisher.Row(id(), content(), Optional.empty());
                    lanes.put(row.id(), Lane.values()[chance.nextInt(Lane.values().length)]);
                    uncommitted.put(++position, row);
                }
                case 2, 3 -> {
                    if (!uncommitted.isEmpty()) {
                        var all = List.copyOf(uncommitted.keySet());
                        commit(all.get(chance.nextInt(all.size())));
                    }
                }
                case 4 -> {
                    former = publication; // its connection is gone, and it does not know yet
                    publication = null;
                }
                case 5 -> {
                    if (former != null) {
                        attempt(former);
                        former = null;
                    }
                }
                case 6 -> {
                    Lane lane = Lane.values()[chance.nextInt(Lane.values().length)];
                    if (!refused.remove(lane)) {
                        refused.add(lane);
                    }
                }
                default -> publish();
            }
        }

        Set<UUID> known() {
            Set<UUID> all =
                    rows.values().stream().map(OutboxPublisher.Row::id).collect(Collectors.toCollection(HashSet::new));
            all.addAll(topic);
            return all;
        }

        /** Whatever the other topics do. */
        void drainDecisions() {
            trouble = false;
            List.copyOf(uncommitted.keySet()).forEach(this::commit);
            refused.addAll(List.of(Lane.POLICIES, Lane.ACTIONS));
            refused.remove(Lane.DECISIONS);
            while (rows.values().stream().anyMatch(row -> lanes.get(row.id()) == Lane.DECISIONS)) {
                publish();
            }
        }

        void drain() {
            refused.clear();
            nanos += OutboxPublisher.Lanes.REST.toNanos();
            while (!rows.isEmpty()) {
                publish();
            }
        }

        private void commit(long at) {
            OutboxPublisher.Row row = uncommitted.remove(at);
            rows.put(at, row);
            committed.add(row.id());
        }

        private void publish() {
            try {
                if (publication == null) {
                    publication = new OutboxPublisher.Publication(new Table(), new Topic(), order);
                }
            } catch (KafkaException failed) {
                return;
            }
            if (!attempt(publication)) {
                publication = null;
            }
        }

        private static boolean attempt(OutboxPublisher.Publication publisher) {
            try {
                publisher.next();
                return true;
            } catch (KafkaException failed) {
                return false;
            }
        }

        private void may(String fail) {
            if (trouble && chance.nextInt(4) == 0) {
                throw new KafkaException(fail);
            }
        }

        /** A client may use a decision's id again. */
        private Object content() {
            UUID decision = !decisions.isEmpty() && chance.nextInt(4) == 0
                    ? decisions.get(chance.nextInt(decisions.size()))
                    : id();
            decisions.add(decision);
            return CampaignRuling.newBuilder()
                    .setRulingId(decision.toString())
                    .setTenant("default")
                    .setCampaignId("c")
                    .setRuling(Ruling.CONFIRM)
                    .setBy("sara")
                    .setAt(Instant.EPOCH)
                    .build();
        }

        private static UUID decision(OutboxPublisher.Row row) {
            return UUID.fromString(((CampaignRuling) row.content()).getRulingId());
        }

        private UUID id() {
            return new UUID(chance.nextLong(), chance.nextLong());
        }

        private final class Table implements OutboxPublisher.Table {

            private final int own = ++epoch;

            @Override
            public int remove(OutboxPublisher.Topic.Mark named) {
                List<Long> gone = rows.entrySet().stream()
                        .filter(row -> named.rows().contains(row.getValue().id())
                                || named.decisions().contains(decision(row.getValue())))
                        .map(java.util.Map.Entry::getKey)
                        .toList();
                end(gone);
                return gone.size();
            }

            @Override
            public int handOver(OutboxPublisher.Lanes order, Consumer<List<OutboxPublisher.Row>> publish) {
                return order.first(lane -> handOver(lane, publish));
            }

            private int handOver(Lane lane, Consumer<List<OutboxPublisher.Row>> publish) {
                List<Long> oldest = rows.keySet().stream()
                        .filter(at -> lanes.get(rows.get(at).id()) == lane)
                        .limit(BATCH)
                        .toList();
                if (!oldest.isEmpty()) {
                    publish.accept(oldest.stream().map(rows::get).toList());
                }
                end(oldest);
                return oldest.size();
            }

            /** The session of a former publisher has ended, so nothing of it commits. */
            private void end(List<Long> gone) {
                if (own != epoch) {
                    throw new KafkaException("the connection is gone");
                }
                may("the commit fails");
                gone.forEach(rows::remove);
                may("the answer to the commit is lost");
            }
        }

        private final class Topic implements OutboxPublisher.Topic {

            private final int own = epoch;

            @Override
            public Mark lastBatch() {
                return mark;
            }

            @Override
            public void publish(List<OutboxPublisher.Row> batch) {
                if (own != epoch) {
                    throw new KafkaException("fenced");
                }
                if (batch.stream().map(row -> lanes.get(row.id())).anyMatch(refused::contains)) {
                    throw new KafkaException("not authorized");
                }
                may("the transaction is aborted");
                batch.forEach(row -> topic.add(row.id()));
                mark = new Mark(batch.stream().map(OutboxPublisher.Row::id).collect(Collectors.toSet()), Set.of());
                may("the answer is lost");
            }

            @Override
            public void close() {}
        }
    }
}
