package io.bulwark.stream.testing;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.AttackKind;
import io.bulwark.events.Decider;
import io.bulwark.events.DeciderKind;
import io.bulwark.events.Decision;
import io.bulwark.events.DecisionBasis;
import io.bulwark.events.LabelAction;
import io.bulwark.events.LabelScore;
import io.bulwark.events.Neighbour;
import io.bulwark.events.Reason;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.events.Signal;
import io.bulwark.events.Verdict;
import io.bulwark.events.ViewEvidence;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a few minutes of moderation look like: verdicts of every kind, for the console. Thresholds 0.35 and 0.65. */
public final class Scenes {

    /** An id that is markup, as a hostile uploader would choose it. */
    public static final String MARKUP_ID = "<img src=x onerror=\"window.injected='yes'\">";

    private static final double SAFE = 0.35;
    private static final double FLAG = 0.65;
    private static final String MODEL = "9f2c41d07be85a3316e0c4b7d19a52f8";

    private Scenes() {}

    /** Two dozen verdicts up to {@code now}, oldest first. The image "img-rifle" has two views. */
    public static List<Verdict> someMinutes(Instant now) {
        var all = new ArrayList<Verdict>();
        String[] subjects = {"apple", "bicycle", "teapot", "lighthouse", "violin", "tulip", "sailboat", "owl", "lantern"
        };
        for (int i = 0; i < 16; i++) {
            String subject = subjects[i % subjects.length];
            double score = 0.03 + 0.019 * ((i * 7) % 16);
            all.add(worker("img-" + subject + "-" + (1040 + i), "acct-" + (310 + i % 5), now.minusSeconds(200 - 9L * i))
                    .setDecision(Decision.SAFE)
                    .setScore(score)
                    .setMargin(SAFE - score)
                    .setViews(List.of(view("whole", score, "safe", subject, 0.94f - 0.01f * i)))
                    .build());
        }
        all.add(worker("img-revolver-2210", "acct-907", now.minusSeconds(54))
                .setDecision(Decision.NSFW)
                .setScore(0.91)
                .setMargin(0.91 - FLAG)
                .setViews(List.of(view("whole", 0.91, "weapons", "revolver", 0.93f)))
                .build());
        all.add(worker("img-cocktail-0077", "acct-311", now.minusSeconds(47))
                .setTenant("kids")
                .setDecision(Decision.REVIEW)
                .setReason(Reason.UNCERTAIN)
                .setReasonDetail("The vote lies between the thresholds.")
                .setScore(0.55)
                .setMargin(FLAG - 0.55)
                .setViews(List.of(view("whole", 0.55, "alcohol", "cocktail", 0.71f)))
                .build());
        all.add(worker("img-unseen-5514", "acct-312", now.minusSeconds(39))
                .setDecision(Decision.REVIEW)
                .setReason(Reason.UNFAMILIAR)
                .setReasonDetail("Nothing in the bank is near: the nearest similarity is 0.31, the floor 0.45.")
                .setScore(0.44)
                .setMargin(0.44 - SAFE)
                .setViews(List.of(view("whole", 0.44, "safe", "umbrella", 0.31f)))
                .build());
        all.add(worker("img-broken-0001", "acct-907", now.minusSeconds(31))
                .setDecision(Decision.REFUSED)
                .setReason(Reason.CORRUPT_IMAGE)
                .setReasonDetail("The JPEG ends within its third scan.")
                .setScore(1)
                .setMargin(0)
                .setViews(List.of())
                .build());
        all.add(worker("img-far-too-large-with-a-rather-long-name-3f9a77c1", "acct-907", now.minusSeconds(24))
                .setDecision(Decision.REFUSED)
                .setReason(Reason.TOO_MANY_PIXELS)
                .setReasonDetail("20000 × 20000 pixels are more than bulwark.decode.max-pixels allows.")
                .setScore(1)
                .setMargin(0)
                .setViews(List.of())
                .build());
        all.add(worker(MARKUP_ID, "<script>window.injected='yes'</script>", now.minusSeconds(17))
                .setDecision(Decision.SAFE)
                .setScore(0.12)
                .setMargin(SAFE - 0.12)
                .setViews(List.of(view("whole", 0.12, "<b>safe</b>", "balloon", 0.88f)))
                .build());
        all.add(worker("img-rifle-4102", "acct-907", now.minusSeconds(9))
                .setDecision(Decision.NSFW)
                .setScore(0.97)
                .setMargin(0.97 - FLAG)
                .setViews(List.of(
                        view("whole", 0.58, "weapons", "crossbow", 0.74f),
                        view("tile 2 of 3", 0.97, "weapons", "rifle", 0.96f)))
                .setCleanTwinScore(0.08)
                .build());
        all.add(worker("img-medal-0042", "acct-311", now.minusSeconds(6))
                .setDecision(Decision.NSFW)
                .setReason(Reason.KNOWN)
                .setScore(1)
                .setMargin(1)
                .setLabels(List.of(
                        new LabelScore("safe", 0.7, LabelAction.IGNORE),
                        new LabelScore("weapons", 0.3, LabelAction.FLAG)))
                .setDecidingLabel("weapons")
                .setDecidingView("whole")
                .setBasis(DecisionBasis.KNOWN_NEAR)
                .setKnownReference("ref-medal-1")
                .setViews(List.of(view("whole", 1, "weapons", "medal", 0.999f)))
                .setAttributes(Map.of("gallery", "spring"))
                .build());
        return all;
    }

    /** What a worker was not sure of, with two views each. */
    public static List<Verdict> doubtful(int number, Instant now) {
        String[] subjects = {"flask", "dagger", "goblet", "cigar", "slot-machine", "statue", "corkscrew", "crossbow"};
        String[] labels = {"alcohol", "weapons", "alcohol", "tobacco", "gambling", "nudity", "alcohol", "weapons"};
        var all = new ArrayList<Verdict>();
        for (int i = 0; i < number; i++) {
            String subject = subjects[i % subjects.length];
            String label = labels[i % labels.length];
            double score = SAFE + 0.01 * (1 + i * 7 % 28);
            String image = "img-" + subject + "-" + (7001 + i);
            Instant decided = now.minusSeconds(3 * (number - i));
            all.add(worker(image, "acct-" + (320 + i % 7), decided)
                    .setDecision(Decision.REVIEW)
                    .setReason(Reason.UNCERTAIN)
                    .setReasonDetail("The vote lies between the thresholds.")
                    .setScore(score)
                    .setMargin(Math.min(score - SAFE, FLAG - score))
                    .setLabels(List.of(
                            new LabelScore(label, score, LabelAction.FLAG),
                            new LabelScore("safe", 1 - score, LabelAction.IGNORE)))
                    .setDecidingLabel(label)
                    .setDecidingView("tile 1 of 2")
                    .setUploadedAt(decided.minusMillis(300 + 40L * i))
                    .setViews(List.of(
                            view("tile 1 of 2", score, label, subject, 0.86f - 0.004f * i),
                            view("whole", score - 0.1, label, subject, 0.79f)))
                    .build());
        }
        return all;
    }

    /** What the twin of "img-rifle-4102" gave away: it was to pass for harmless. */
    public static AttackAudit twinDisagreement(Instant now) {
        ViewEvidence tile = view("tile 2 of 3", 0.97, "weapons", "rifle", 0.96f);
        return AttackAudit.newBuilder()
                .setImageId("img-rifle-4102")
                .setUploaderId("acct-907")
                .setKind(AttackKind.TWIN_DISAGREEMENT)
                .setSignals(List.of(new Signal("twin-disagreement", 0.467, 0.118, true)))
                .setFusedScore(0.467)
                .setView(tile.getView())
                .setRobustScore(0.97)
                .setCleanScore(0.08)
                .setRobustNeighbours(tile.getNeighbours())
                .setCleanNeighbours(
                        view("tile 2 of 3", 0.08, "safe", "flute", 0.91f).getNeighbours())
                .setEvidence(Map.of("gap", "0.8900", "drift", "0.5247"))
                .setDecision(Decision.NSFW)
                .setCleanDecision(Decision.SAFE)
                .setModelFingerprint(MODEL)
                .setTwinFingerprint("41d07be85a3316e0c4b7d19a52f89f2c")
                .setDetectedAt(now.minusSeconds(9))
                .build();
    }

    /** One more worker's verdict with everything but decision, score and views. */
    public static Verdict.Builder worker(String imageId, String uploaderId, Instant decidedAt) {
        return Verdict.newBuilder()
                .setImageId(imageId)
                .setUploaderId(uploaderId)
                .setModelFingerprint(MODEL)
                .setPreprocessFingerprint("cover-224-b71e")
                .setBankVersion("default@412")
                .setPolicyVersion("v3")
                .setContentSha256(ReviewDesk.sha256(imageId))
                .setUpload(new RecordCoordinates(
                        "images.uploaded", Math.floorMod(imageId.hashCode(), 8), decidedAt.getEpochSecond() % 10_000))
                .setTimingsMicros(Map.of(
                        "fetch",
                        310L,
                        "decode",
                        4_120L,
                        "preprocess",
                        2_480L,
                        "queue",
                        1_930L,
                        "embed",
                        6_750L,
                        "search",
                        140L))
                .setDecidedAt(decidedAt)
                .setDecidedBy(new Decider(DeciderKind.WORKER, "worker-1"));
    }

    private static ViewEvidence view(String name, double score, String label, String subject, float nearest) {
        var neighbours = new ArrayList<Neighbour>();
        for (int i = 0; i < 5; i++) {
            String voted = i % 4 == 3 ? "safe" : label;
            neighbours.add(new Neighbour("ref-" + subject + "-" + (i + 1), voted, nearest - 0.037f * i, null));
        }
        return new ViewEvidence(
                name,
                score,
                neighbours,
                Map.of("Neutral", 0.86f, "Drawing", 0.11f, "Hentai", 0.01f, "Porn", 0.005f, "Sexy", 0.015f));
    }
}
