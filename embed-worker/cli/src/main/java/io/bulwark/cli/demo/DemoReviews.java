package io.bulwark.cli.demo;

import io.bulwark.cli.demo.DemoRun.DemoTruth;
import io.bulwark.cli.local.ReviewApi;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.traffic.Broker;
import io.bulwark.cli.traffic.EventReader;
import io.bulwark.events.Decision;
import io.bulwark.events.ModerationDecision;
import io.bulwark.schemas.topic.Topics;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * The demo's reviewer, who knows what each picture was made to be. They decide the items of the queue, undo the first
 * decision to make it again, and leave the last {@value #LEFT_OPEN} items to the person at the console. One thread.
 */
final class DemoReviews {

    /** As many as one reviewer may hold: what is left is held until all others are decided, and released then. */
    static final int LEFT_OPEN = 5;

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long LOOK_MILLIS = 200;

    private final Broker broker;
    private final ReviewApi api;
    private final Output output;

    DemoReviews(Broker broker, URI stream, Output output) {
        this.broker = broker;
        this.api = new ReviewApi(stream);
        this.output = output;
    }

    /**
     * Waits for these images, decides all but the last {@value #LEFT_OPEN} and waits until what was decided holds.
     *
     * @param truth what to decide of each content, by its SHA-256
     * @param awaited images that have to come into the queue
     */
    ReviewTally decide(Map<String, DemoTruth> truth, Set<String> awaited) {
        await("moderation-stream opens its database", api::isThere);
        List<ReviewApi.Item> left = new ArrayList<>();
        try (EventReader<ModerationDecision> decisions =
                EventReader.fromNow(broker, Topics.DECISIONS, ModerationDecision.class)) {
            Expected expected = new Expected(awaited);
            Set<UUID> unpublished = new HashSet<>();
            int decided = 0;
            int overturned = 0;
            long last = System.nanoTime();
            while (!expected.allCame() && System.nanoTime() - last < PATIENCE.toNanos()) {
                Optional<ReviewApi.Item> next = api.claim();
                if (next.isEmpty()) {
                    pause();
                    continue;
                }
                last = System.nanoTime();
                ReviewApi.Item item = next.get();
                DemoTruth known = truth.get(item.contentSha256());
                if (expected.isLeft(item.imageId())) {
                    left.add(item);
                } else if (known == null) {
                    api.skip(item, "The demo did not send it.");
                } else {
                    decide(item, known, decided == 0, unpublished);
                    decided++;
                    overturned += item.machine() != Decision.REVIEW && item.machine() != known.decision() ? 1 : 0;
                }
            }
            expected.missing().forEach(image -> output.note("image " + image + " did not come into the queue"));
            int wanted = unpublished.size();
            collect(decisions, unpublished);
            return new ReviewTally(
                    decided,
                    overturned,
                    wanted - unpublished.size(),
                    wanted + expected.missing().size(),
                    left.size());
        } finally {
            left.forEach(api::release);
        }
    }

    /** The images that have to come into the queue, and which of them are left there: the last to come. */
    static final class Expected {

        private final Set<String> waiting;

        Expected(Set<String> images) {
            waiting = new HashSet<>(images);
        }

        /** This one came. Whether it is left to the person at the console. */
        boolean isLeft(String imageId) {
            boolean among = waiting.size() <= LEFT_OPEN;
            return waiting.remove(imageId) && among;
        }

        boolean allCame() {
            return waiting.isEmpty();
        }

        Set<String> missing() {
            return Set.copyOf(waiting);
        }
    }

    private void decide(ReviewApi.Item item, DemoTruth known, boolean undo, Set<UUID> unpublished) {
        api.seen(item);
        ReviewApi.Item held = item;
        if (undo) {
            Decision wrong = known.decision() == Decision.SAFE ? Decision.NSFW : Decision.SAFE;
            ReviewApi.Decided mistake =
                    api.decide(held, wrong, wrong == Decision.NSFW ? List.of("mistake") : List.of());
            ReviewApi.Undone undone = api.undo(held, mistake);
            if (mistake.inForce()) {
                unpublished.add(mistake.id());
                unpublished.add(undone.id());
            }
            held = undone.item();
        }
        ReviewApi.Decided decided = api.decide(
                held, known.decision(), known.decision() == Decision.NSFW ? List.of(known.label()) : List.of());
        if (decided.inForce()) {
            unpublished.add(decided.id());
        }
        output.print(
                "review of " + known.name() + ": the worker said " + item.machine() + ", a person says "
                        + known.decision() + (undo ? ", after a mistake that was undone" : ""),
                Map.of(
                        "review", known.name(),
                        "machine", item.machine().name(),
                        "decision", known.decision().name(),
                        "undone", undo));
    }

    private static void collect(EventReader<ModerationDecision> decisions, Set<UUID> unpublished) {
        long begin = System.nanoTime();
        while (!unpublished.isEmpty() && System.nanoTime() - begin < PATIENCE.toNanos()) {
            for (ModerationDecision decision : decisions.poll(Duration.ofMillis(LOOK_MILLIS))) {
                if (decision.getDecisionId() != null) {
                    unpublished.remove(UUID.fromString(decision.getDecisionId()));
                }
            }
        }
    }

    private void await(String what, BooleanSupplier done) {
        long begin = System.nanoTime();
        while (!done.getAsBoolean()) {
            if (System.nanoTime() - begin > PATIENCE.toNanos()) {
                throw CommandFailure.unavailable(what + ": not within " + PATIENCE.toSeconds() + " s");
            }
            pause();
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw CommandFailure.failed("interrupted while waiting for reviews", interrupted);
        }
    }

    /**
     * Counts the demo's reviews.
     *
     * @param decided decisions of the demo's reviewer, undone ones aside
     * @param overturned those of them that contradict a worker's SAFE or NSFW
     * @param published decisions that came back on {@code moderation.decisions}
     * @param awaited decisions that have to come back: decisions without a second person, and undone ones
     * @param open items of this run that the demo's reviewer left in the queue
     */
    record ReviewTally(int decided, int overturned, int published, int awaited, int open) {

        /** Whether everything that was decided holds. */
        boolean holds() {
            return published == awaited;
        }

        String text() {
            return "reviews=" + decided + " overturned=" + overturned + " open=" + open
                    + (open == 0 ? "" : " (open items wait on the console's page Review)");
        }

        Map<String, Object> fields() {
            return Map.of(
                    "reviews",
                    decided,
                    "overturned",
                    overturned,
                    "published",
                    published,
                    "awaited",
                    awaited,
                    "open",
                    open);
        }
    }
}
