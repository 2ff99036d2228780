package io.bulwark.stream.testing;

import io.bulwark.events.Verdict;
import io.bulwark.stream.access.Roles;
import io.bulwark.stream.database.Database;
import io.bulwark.stream.review.Decisions;
import io.bulwark.stream.review.GoldenItems;
import io.bulwark.stream.review.ItemRow.Origin;
import io.bulwark.stream.review.Person;
import io.bulwark.stream.review.QueueIntake;
import io.bulwark.stream.review.ReviewCandidate;
import io.bulwark.stream.review.ReviewQueue;
import io.bulwark.stream.review.ReviewRules;
import io.bulwark.stream.review.intake.RestrictedIntake;
import io.bulwark.stream.state.Restriction;
import io.bulwark.stream.trace.Tracing;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Queue and decisions on a test's database, and the people who work there. */
public final class ReviewDesk {

    /** No content is restricted. */
    public static final Restriction NONE_RESTRICTED = new Restriction(Set.of());

    /** No case stands, and none is opened. */
    public static final RestrictedIntake.Cases NO_CASES = new RestrictedIntake.Cases() {
        @Override
        public void open(Handle handle, Verdict verdict) {
            throw new AssertionError("no verdict is restricted");
        }

        @Override
        public Set<Restriction.Content> standing(Handle handle, Set<Restriction.Content> among) {
            return Set.of();
        }
    };

    public static final Person ANNA = new Person("anna", "default", Set.of(Roles.REVIEWER));
    public static final Person BEN = new Person("ben", "default", Set.of(Roles.REVIEWER));
    public static final Person SARA = new Person("sara", "default", Set.of(Roles.REVIEWER, Roles.SENIOR));
    public static final Person OTHERS = new Person("anna", "another", Set.of(Roles.REVIEWER, Roles.SENIOR));

    /** No second reviews by sample, no golden items; the label {@code minor} needs two people. */
    public static final ReviewRules RULES =
            new ReviewRules(Duration.ofMinutes(2), Duration.ofMinutes(10), 0, 0, Set.of("minor"), 0);

    public final Database database;
    public final QueueIntake intake;
    public final ReviewQueue queue;
    public final Decisions decisions;
    public final GoldenItems golden;

    public ReviewDesk(Database database, ReviewRules rules) {
        this.database = database;
        this.intake = new QueueIntake(rules);
        this.queue = new ReviewQueue(database, rules, new SplittableRandom(1));
        this.decisions = new Decisions(database, rules, new SplittableRandom(2), Tracing.OFF);
        this.golden = new GoldenItems(database);
    }

    /** Something that a machine was not sure of. */
    public static ReviewCandidate doubtful(String tenant, String imageId, double score) {
        return new ReviewCandidate(
                tenant,
                imageId,
                sha256(imageId),
                "uploader-of-" + imageId,
                new ReviewCandidate.UploadPlace("images.uploaded", 0, 7),
                "REVIEW",
                Optional.of("UNCERTAIN"),
                List.of("porn"),
                score);
    }

    /** The hash of a text, in place of a picture's. */
    public static String sha256(String text) {
        try {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException absent) {
            throw new IllegalStateException(absent);
        }
    }

    /** Puts a doubtful image of the tenant "default" into the queue. */
    public UUID arrives(String imageId, double score) {
        return arrives(doubtful("default", imageId, score), Origin.REVIEW);
    }

    public UUID arrives(ReviewCandidate candidate, Origin origin) {
        return database.acrossTenants(handle -> intake.offer(handle, candidate, origin));
    }

    /** What a reviewer says of what they hold. */
    public static Decisions.Answer says(ReviewQueue.Claim claim, String decision, String... labels) {
        return new Decisions.Answer(
                claim.itemId(),
                claim.leaseId(),
                UUID.randomUUID(),
                claim.contentSha256(),
                decision,
                List.of(labels),
                Optional.empty(),
                Optional.empty());
    }

    /** Rows of a table, as the tenant sees them. */
    public long rows(String table, String tenant) {
        return database.inTenant(
                tenant,
                handle -> handle.createQuery("SELECT count(*) FROM " + table)
                        .mapTo(Long.class)
                        .one());
    }
}
