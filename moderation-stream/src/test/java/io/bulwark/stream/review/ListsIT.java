package io.bulwark.stream.review;

import static io.bulwark.stream.testing.ReviewDesk.ANNA;
import static io.bulwark.stream.testing.ReviewDesk.says;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.stream.access.Roles;
import io.bulwark.stream.problem.Problem.ProblemException;
import io.bulwark.stream.testing.ReviewDesk;
import io.bulwark.stream.testing.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Lists that cannot finish, beside reviewers who work. */
@Tag("proof")
class ListsIT {

    private static final Logger LOG = Logger.getLogger(ListsIT.class);
    private static final int REVIEWERS = 50;
    private static final int DECISIONS = 2;
    private static final long THINKS_MILLIS = 3_000;
    private static final Duration WITHIN = Duration.ofSeconds(6);

    @AutoClose
    private static TestDatabase database;

    private static ReviewDesk desk;

    @BeforeAll
    static void open() {
        database = TestDatabase.open();
        desk = new ReviewDesk(database.database(), ReviewDesk.RULES);
    }

    @Test
    void aListThatCannotFinishEndsWhileReviewersKeepTheirPace() throws Exception {
        work();
        double alone = work();
        var lists = Executors.newFixedThreadPool(10);
        var stop = new AtomicBoolean();
        try (Handle blocker = database.asOwner().open()) {
            blocker.begin();
            blocker.execute("LOCK TABLE casebook IN ACCESS EXCLUSIVE MODE");
            List<Future<Duration>> viewers = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                viewers.add(lists.submit(() -> view(stop)));
            }
            double beside = work();
            stop.set(true);
            for (Future<Duration> viewer : viewers) {
                assertThat(viewer.get()).isLessThan(WITHIN);
            }
            blocker.rollback();
            LOG.infof("p95 of a claim with its decision: alone %.0f ms, beside lists %.0f ms", alone, beside);
            assertThat(beside).isLessThan(3 * alone + 100);
        } finally {
            lists.shutdownNow();
        }
        assertThat(new CasePages(database.database())
                        .page(ANNA, CasePages.CaseFilter.ALL, Optional.empty(), 10)
                        .cases())
                .isEmpty();
    }

    /** Asks for lists again and again. Returns how long the longest took. */
    private static Duration view(AtomicBoolean stop) {
        Duration longest = Duration.ZERO;
        var pages = new CasePages(database.database());
        do {
            long begin = System.nanoTime();
            assertThatThrownBy(() -> pages.page(ANNA, CasePages.CaseFilter.ALL, Optional.empty(), 10))
                    .isInstanceOf(ProblemException.class)
                    .message()
                    .containsAnyOf("bulwark.database.lists.timeout", "bulwark.database.lists.connections");
            Duration took = Duration.ofNanos(System.nanoTime() - begin);
            longest = took.compareTo(longest) > 0 ? took : longest;
        } while (!stop.get());
        return longest;
    }

    /** Fifty reviewers claim and decide. Returns the 95th percentile of a claim with its decision, in milliseconds. */
    private static double work() throws Exception {
        for (int i = 0; i < REVIEWERS * DECISIONS; i++) {
            desk.arrives("image-" + System.nanoTime(), 0.5);
        }
        ExecutorService people = Executors.newFixedThreadPool(REVIEWERS);
        try {
            List<Callable<List<Double>>> reviewers = new ArrayList<>();
            for (int i = 0; i < REVIEWERS; i++) {
                var person = new Person("person-" + i, "default", Set.of(Roles.REVIEWER));
                reviewers.add(() -> {
                    List<Double> took = new ArrayList<>();
                    var chance = new SplittableRandom(person.hashCode());
                    for (int n = 0; n < DECISIONS; n++) {
                        TimeUnit.MILLISECONDS.sleep(chance.nextLong(2 * THINKS_MILLIS)); // they look at the picture
                        long begin = System.nanoTime();
                        ReviewQueue.Claim claim = desk.queue.claim(person).orElseThrow();
                        desk.decisions.decide(person, says(claim, "SAFE"));
                        took.add((System.nanoTime() - begin) / 1e6);
                    }
                    return took;
                });
            }
            List<Double> all = new ArrayList<>();
            for (Future<List<Double>> one : people.invokeAll(reviewers)) {
                all.addAll(one.get());
            }
            all.sort(null);
            return all.get((int) Math.ceil(0.95 * all.size()) - 1);
        } finally {
            people.shutdownNow();
        }
    }
}
