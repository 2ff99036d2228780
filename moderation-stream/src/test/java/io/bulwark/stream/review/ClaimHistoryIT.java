package io.bulwark.stream.review;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.stream.access.Roles;
import io.bulwark.stream.testing.ReviewDesk;
import io.bulwark.stream.testing.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What a claim costs after three years of decisions, beside what it costs in a fresh database of the same server. {@code
 * -Dbulwark.history.decisions=10000000} measures with as many.
 */
@Tag("soak")
class ClaimHistoryIT {

    private static final Logger LOG = Logger.getLogger(ClaimHistoryIT.class);
    private static final int DECISIONS = Integer.getInteger("bulwark.history.decisions", 200_000);
    private static final int ROUNDS = 8;
    private static final int CLAIMS = 100;
    private static final int A_SLICE = 500_000;

    @Test
    void aClaimCostsWhatItCostsInAFreshDatabase() {
        try (TestDatabase fresh = TestDatabase.open();
                TestDatabase old = TestDatabase.open()) {
            fill(old);
            List<Double> inFresh = new ArrayList<>();
            List<Double> inOld = new ArrayList<>();
            claim(fresh);
            claim(old);
            for (int round = 0; round < ROUNDS; round++) {
                inFresh.addAll(claim(fresh));
                inOld.addAll(claim(old));
            }
            LOG.infof(
                    "p95 of a claim: fresh %.2f ms, with %d decisions of three years %.2f ms",
                    p95(inFresh), DECISIONS, p95(inOld));
            assertThat(p95(inOld)).isLessThan(2 * p95(inFresh));
        }
    }

    /** Decisions on closed items, some thousands of each reviewer. */
    private static void fill(TestDatabase old) {
        old.asOwner().useHandle(owner -> {
            for (int from = 0; from < DECISIONS; from += A_SLICE) {
                int until = Math.min(DECISIONS, from + A_SLICE) - 1;
                owner.execute(
                        "INSERT INTO decision SELECT 'default', now() - interval '3 years' * (1 - n / ?::float8),"
                                + " gen_random_uuid(), md5(n::text)::uuid, 'image-' || n, 'hash', 'DECIDED', 'FIRST',"
                                + " 'person-' || n % 1000, 'SAFE', '{}' FROM generate_series(?, ?) n",
                        DECISIONS, from, until);
            }
            owner.execute("ANALYZE decision");
        });
    }

    /** Times some claims of people who hold nothing, and gives the items back. */
    private static List<Double> claim(TestDatabase database) {
        var desk = new ReviewDesk(database.database(), ReviewDesk.RULES);
        for (int i = 0; i < CLAIMS; i++) {
            desk.arrives("waiting-" + i, 0.5);
        }
        List<Double> took = new ArrayList<>();
        for (int i = 0; i < CLAIMS; i++) {
            var person = new Person("person-" + i, "default", Set.of(Roles.REVIEWER, Roles.SENIOR));
            long begin = System.nanoTime();
            ReviewQueue.Claim claim = desk.queue.claim(person).orElseThrow();
            took.add((System.nanoTime() - begin) / 1e6);
            UUID item = claim.itemId();
            desk.queue.release(person, item, claim.leaseId());
        }
        return took;
    }

    private static double p95(List<Double> millis) {
        List<Double> sorted = millis.stream().sorted().toList();
        return sorted.get((int) Math.ceil(0.95 * sorted.size()) - 1);
    }
}
