package io.bulwark.stream.review;

import io.bulwark.events.CampaignRuling;
import io.bulwark.events.Ruling;
import io.bulwark.schemas.auditlog.AuditRow;
import io.bulwark.schemas.topic.CampaignReviews;
import io.bulwark.stream.database.Database;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.problem.Problem.ProblemException;
import io.opentelemetry.context.Context;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

/** What people say of campaigns: a row of the audit log and one of the outbox, in one transaction. Thread-safe. */
@Singleton
public final class CampaignRulings {

    private static final Set<String> RULINGS = Set.of("CONFIRM", "DISMISS");
    private static final int MOST_WORDS = 4000;
    private static final int MOST_SEEN = 100;

    private final Database database;

    public CampaignRulings(Database database) {
        this.database = database;
    }

    /**
     * Rules on a campaign. What it does follows in the stream.
     *
     * @param ruling {@code CONFIRM} or {@code DISMISS}
     * @param note in words; null without one
     * @param seen ids of the images that the person was shown, at most 100; null where it is not known
     * @throws ProblemException where the ruling makes no sense, or the person is no senior
     */
    public void rule(Person person, String campaignId, String ruling, String note, List<String> seen) {
        Problem.BAD_PARAMETER.when(
                ruling == null || !RULINGS.contains(ruling), "The ruling must be CONFIRM or DISMISS.");
        Problem.BAD_PARAMETER.when(
                note != null && note.length() > MOST_WORDS, "A note has at most " + MOST_WORDS + " characters.");
        Problem.BAD_PARAMETER.when(
                seen != null && (seen.size() > MOST_SEEN || seen.stream().anyMatch(Objects::isNull)),
                "seen has at most " + MOST_SEEN + " image ids.");
        Problem.NOT_ALLOWED.when(!person.isSenior(), "Only a senior rules on campaigns.");
        String words = note == null || note.isBlank() ? null : note.strip();
        List<String> shown = seen == null
                ? null
                : seen.stream()
                        .map(image -> CampaignReviews.digest(person.tenant(), image))
                        .toList();
        UUID id = UUID.randomUUID();
        database.inTenant(person.tenant(), handle -> {
            AuditRow row = person.log(
                    handle,
                    "campaign.ruled",
                    "campaign/" + campaignId,
                    Map.of("ruling", ruling, "rulingId", id.toString()));
            CampaignRuling published = CampaignRuling.newBuilder()
                    .setRulingId(id.toString())
                    .setTenant(person.tenant())
                    .setCampaignId(campaignId)
                    .setRuling(Ruling.valueOf(ruling))
                    .setNote(words)
                    .setBy(person.name())
                    .setSeen(shown)
                    .setAt(row.at()) // the log's time never goes back, and of two rulings the later one holds
                    .build();
            Outbox.add(handle, person.tenant(), id, Outbox.Kind.RULING, published, Context.current());
            return id;
        });
    }
}
