package io.bulwark.stream.account;

import io.bulwark.stream.auditlog.AuditLog;
import io.bulwark.stream.database.Database;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.problem.Problem.ProblemException;
import io.bulwark.stream.review.Casebook;
import io.bulwark.stream.review.Casebook.Case;
import io.bulwark.stream.review.ItemRow.Origin;
import io.bulwark.stream.review.Person;
import io.bulwark.stream.review.QueueIntake;
import io.bulwark.stream.review.ReviewCandidate;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Sends what a worker called SAFE of an uploader to people again. It comes like a suspected attack; one key then
 * decides equal files, and one undo takes them back. Thread-safe.
 */
@Singleton
public final class UploadsAgain {

    /** The most uploads of one request: their locks are held until all are in the queue. */
    public static final int MOST = 100;

    private final Database database;
    private final QueueIntake queue;

    public UploadsAgain(Database database, QueueIntake queue) {
        this.database = database;
        this.queue = queue;
    }

    /**
     * Puts the latest uploads that a worker called SAFE into the queue. What a person decided stays decided.
     *
     * @param most 1 to {@value #MOST}
     * @return how many of them wait now
     * @throws ProblemException where the person is no senior
     */
    public int review(Person person, String uploaderId, int most) {
        Problem.NOT_ALLOWED.when(!person.isSenior(), "Only a senior sends uploads to review.");
        AccountActions.requireId(uploaderId);
        Problem.BAD_PARAMETER.when(most < 1 || most > MOST, "most lies between 1 and " + MOST + ".");
        return database.inTenant(person.tenant(), handle -> {
            List<String> images = handle.select("""
                    SELECT image_id FROM casebook WHERE tenant = ? AND uploader_id = ? AND decision = 'SAFE'
                    AND NOT by_person AND content_sha256 IS NOT NULL ORDER BY decided_at DESC, image_id DESC LIMIT ?""", person.tenant(), uploaderId, most)
                    .mapTo(String.class)
                    .list();
            QueueIntake.ImageLocks.take(handle, images);
            List<UUID> items = new ArrayList<>();
            for (String image : images) {
                Optional<ReviewCandidate> upload = Casebook.find(handle, person.tenant(), image)
                        .map(Case::image)
                        .filter(found -> found.decision().equals("SAFE")
                                && found.uploaderId().equals(uploaderId));
                upload.ifPresent(found -> items.add(queue.offer(handle, found, Origin.AUDIT)));
            }
            int waiting = handle.createQuery("""
                    SELECT count(*) FROM queue_item WHERE tenant = :tenant AND item_id = ANY (:items)
                    AND stage <> 'CLOSED'""")
                    .bind("tenant", person.tenant())
                    .bindArray("items", UUID.class, items)
                    .mapTo(Integer.class)
                    .one();
            AuditLog.append(
                    handle,
                    person.tenant(),
                    person.name(),
                    "account.reviewed-again",
                    "uploads/" + items.size(),
                    Map.of("waiting", waiting));
            return waiting;
        });
    }
}
