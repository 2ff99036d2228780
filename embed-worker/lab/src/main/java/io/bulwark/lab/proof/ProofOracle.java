package io.bulwark.lab.proof;

import io.bulwark.events.DeciderKind;
import io.bulwark.events.Decision;
import io.bulwark.events.Erasure;
import io.bulwark.events.ImageUploaded;
import io.bulwark.events.ModerationDecision;
import io.bulwark.events.Reason;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.events.Review;
import io.bulwark.events.UploaderStats;
import io.bulwark.events.Verdict;
import io.bulwark.lab.proof.ProofRecords.CaseRow;
import io.bulwark.lab.proof.ProofRecords.Place;
import io.bulwark.lab.proof.ProofRecords.Placed;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What has to hold, computed from the topics alone by the rules of {@code moderation-stream/docs/decisions.md}, written
 * here a second time. It shares the Avro classes with the product and nothing else. A pure function of the records.
 *
 * <p>It is right at rest alone: while records are on their way, it finds what is not there yet.
 */
final class ProofOracle {

    /** Of all records of the traffic. */
    static final String TENANT = "default";

    private static final int MOST_OF_A_RULE = 5;
    private static final String HOUR = "1h";
    private static final Set<Reason> UNFETCHED = Set.of(Reason.FETCH_FAILED, Reason.FETCH_TIMEOUT);

    private final ProofRecords records;
    private final List<Finding> findings = new ArrayList<>();

    private ProofOracle(ProofRecords records) {
        this.records = records;
    }

    /** What is looked at, in this order. */
    enum Rule {
        READABLE("topics, changelogs and PostgreSQL can be read, each topic within five minutes"),
        ACKNOWLEDGED("a record that the brokers acknowledged stands on its topic"),
        ONE_ANSWER("an upload has one verdict or one dead letter"),
        ANSWER("a picture has a verdict, hostile bytes are refused, what cannot be read is a dead letter, and only what"
                + " lies on a store that is away is refused because it was not fetched"),
        DECISION("the last decision on an image is what its verdicts, reviews and erasures say"),
        PUBLISHED("each decision is published once, and is what a verdict or a review on its content says"),
        STATISTICS("the hours of an uploader add up to what was uploaded and holds"),
        CASEBOOK("a row of the casebook is the last decision on its image, and each has one"),
        REVIEWED("a decision that the API took stands once on the topic of reviews and in PostgreSQL, as it was made,"
                + " unless it waits for a second person; one that it refused stands nowhere"),
        FENCED(
                "on no partition a record of an older epoch of a transactional producer stands after one of a newer epoch: an"
                        + " instance that was fenced writes nothing"),
        UNDONE(
                "a decision that the API took back is so once, by who made it or a senior; what people decided before holds"
                        + " again, else the image is REVIEW; the item waits again, for whom it waited before"),
        ESCALATED("an item that was handed to seniors is decided by a senior; until then it waits"),
        APPEALED("an appeal that the API took is decided by a person who had no part, by a senior where a person's"
                + " decision held, and then final; until then it waits"),
        BANK("the bank has the references that were added or approved, and none that was removed"),
        POLICY("the topic of policies ends with what PostgreSQL has, each change that the API took is in their history,"
                + " and none is published twice"),
        FLAGGED("what a person calls NSFW is in the flagged index, and each entry rests on what is NSFW"),
        CAMPAIGN("accounts that come back to one entry of the flagged index are one campaign, with their images alone"),
        DELIVERED("the receiver of webhooks got the last decision on each image"),
        ERASURE("an erased image is in force on no compacted topic, in no store and in no table, unless it came again");

        private final String words;

        Rule(String words) {
            this.words = words;
        }

        /** For people. */
        String words() {
            return words;
        }
    }

    /** A rule does not hold for a subject. */
    record Finding(Rule rule, String subject, String what) {

        @Override
        public String toString() {
            return rule + " " + subject + ": " + what;
        }
    }

    /** Everything that does not hold. */
    static List<Finding> findings(ProofRecords records) {
        ProofOracle oracle = new ProofOracle(records);
        oracle.acknowledged();
        oracle.answers();
        Map<String, ImageHistory> histories = oracle.histories();
        oracle.decisions(histories);
        oracle.published();
        oracle.statistics(histories);
        oracle.casebook();
        oracle.delivered();
        oracle.traces(histories.keySet());
        oracle.findings.addAll(ProofWorkOracle.findings(records));
        oracle.findings.addAll(records.volume().findings());
        oracle.findings.addAll(records.flagged().findings(records.decisions(), records.reviews()));
        oracle.findings.addAll(records.campaigns().findings(records.erasures(), records.reviews()));
        return List.copyOf(oracle.findings);
    }

    /** What an id names that was uploaded again since its erasure cannot be told from what was erased. */
    private void traces(Set<String> uploadedSince) {
        records.traces().forEach((image, where) -> {
            if (!uploadedSince.contains(image)) {
                found(Rule.ERASURE, image, "is still in " + String.join(", ", where));
            }
        });
    }

    /** The first of each rule, and how many more there are. */
    static List<String> summary(List<Finding> findings) {
        List<String> lines = new ArrayList<>();
        for (Rule rule : Rule.values()) {
            List<Finding> of =
                    findings.stream().filter(finding -> finding.rule() == rule).toList();
            of.stream().limit(MOST_OF_A_RULE).map(Finding::toString).forEach(lines::add);
            if (of.size() > MOST_OF_A_RULE) {
                lines.add(rule + ": " + (of.size() - MOST_OF_A_RULE) + " more");
            }
        }
        return lines;
    }

    private void found(Rule rule, String subject, String what) {
        findings.add(new Finding(rule, subject, what));
    }

    private void acknowledged() {
        records.acknowledged().stream()
                .filter(place -> !records.found().contains(place))
                .forEach(place -> found(Rule.ACKNOWLEDGED, place.toString(), "is not on the topic"));
    }

    private void answers() {
        Map<Place, List<Verdict>> verdicts = new HashMap<>();
        records.verdicts().stream()
                .filter(verdict -> verdict.value() != null && isWorkers(verdict.value()))
                .forEach(verdict -> verdicts.computeIfAbsent(
                                place(verdict.value().getUpload()), none -> new ArrayList<>())
                        .add(verdict.value()));
        Map<Place, Integer> letters = new HashMap<>();
        records.deadLettered().forEach(place -> letters.merge(place, 1, Integer::sum));
        Set<Place> uploads = new HashSet<>();
        for (Placed<ImageUploaded> upload : records.uploads()) {
            uploads.add(upload.place());
            List<Verdict> answers = verdicts.getOrDefault(upload.place(), List.of());
            int dead = letters.getOrDefault(upload.place(), 0);
            String subject = upload.key() + " " + upload.place();
            if (answers.size() + dead != 1) {
                found(Rule.ONE_ANSWER, subject, answers.size() + " verdicts and " + dead + " dead letters");
            } else if (upload.value() == null) {
                require(Rule.ANSWER, subject, dead == 1, "has a verdict and cannot be read");
            } else {
                String kind = upload.value().getAttributes().get(ProofTraffic.KIND);
                require(
                        Rule.ANSWER,
                        subject,
                        dead == 0 && isAnswer(kind, answers.get(0)),
                        dead == 1
                                ? "is a dead letter"
                                : "is " + answers.get(0).getDecision() + " "
                                        + answers.get(0).getReason());
            }
        }
        verdicts.keySet().stream()
                .filter(place -> !uploads.contains(place))
                .forEach(place -> found(Rule.ONE_ANSWER, place.toString(), "has a verdict and is no upload"));
    }

    /** What is not fetched is refused, and never let through. */
    private static boolean isAnswer(String kind, Verdict answer) {
        boolean refused = answer.getDecision() == Decision.REFUSED;
        boolean unfetched = refused && UNFETCHED.contains(answer.getReason());
        return ProofTraffic.AWAY.equals(kind)
                ? !refused || unfetched
                : refused == ProofTraffic.HOSTILE.equals(kind) && !unfetched;
    }

    /** How many uploads from a store that was away have which answer. */
    static Map<Decision, Long> answersOfAway(ProofRecords records) {
        return records.verdicts().stream()
                .map(Placed::value)
                .filter(verdict -> verdict != null
                        && ProofTraffic.AWAY.equals(verdict.getAttributes().get(ProofTraffic.KIND)))
                .collect(Collectors.groupingBy(Verdict::getDecision, TreeMap::new, Collectors.counting()));
    }

    private void require(Rule rule, String subject, boolean holds, String otherwise) {
        if (!holds) {
            found(rule, subject, otherwise);
        }
    }

    /** Whether a worker that there is wrote it. */
    private static boolean isWorkers(Verdict verdict) {
        return verdict.getUpload() == null || verdict.getUpload().getOffset() < ProofTraffic.MADE_UP;
    }

    private static Place place(RecordCoordinates at) {
        return at == null ? new Place("none", 0, 0) : new Place(at.getTopic(), at.getPartition(), at.getOffset());
    }

    /** What happened to one image, after its erasure where it was erased. */
    private static final class ImageHistory {

        private final List<Placed<Verdict>> verdicts = new ArrayList<>();
        private final List<Review> reviews = new ArrayList<>();

        /** The later upload counts: by offset in one partition, else by when the broker took it in. */
        Optional<Placed<Verdict>> latest() {
            return verdicts.stream().reduce((one, other) -> isLater(other, one) ? other : one);
        }

        /** Of one upload answered twice, which must not be, the answer that was given last. */
        private static boolean isLater(Placed<Verdict> one, Placed<Verdict> other) {
            RecordCoordinates mine = one.value().getUpload();
            RecordCoordinates theirs = other.value().getUpload();
            int order = mine.getPartition() == theirs.getPartition()
                    ? Long.compare(mine.getOffset(), theirs.getOffset())
                    : uploadedAt(one).compareTo(uploadedAt(other));
            return order > 0
                    || order == 0
                            && one.value().getDecidedAt().isAfter(other.value().getDecidedAt());
        }

        /** The newest of that content; a person's decision on other content does not apply. */
        Optional<Review> review(Verdict verdict) {
            return reviews.stream()
                    .filter(review -> isOf(review, verdict))
                    .max(Comparator.comparing(Review::getAt).thenComparing(Review::getDecisionId));
        }

        private static boolean isOf(Review review, Verdict verdict) {
            return review.getContentSha256() != null && verdict.getContentSha256() != null
                    ? review.getContentSha256().equals(verdict.getContentSha256())
                    : review.getUpload() != null && review.getUpload().equals(verdict.getUpload());
        }
    }

    /** No clock that runs ahead decides later than its record was taken in. */
    private static Instant uploadedAt(Placed<Verdict> verdict) {
        Verdict value = verdict.value();
        return earlier(value.getUploadedAt() == null ? value.getDecidedAt() : value.getUploadedAt(), verdict.at());
    }

    /** No clock that runs ahead dates a record later than the broker took it in. */
    static Instant earlier(Instant one, Instant other) {
        return one.isAfter(other) ? other : one;
    }

    private Map<String, ImageHistory> histories() {
        Map<String, Instant> erased = new HashMap<>();
        for (Placed<Erasure> order : ProofRecords.whole(records.erasures())) {
            erased.merge(order.value().getId(), order.at(), (one, other) -> one.isAfter(other) ? one : other);
        }
        Map<String, ImageHistory> histories = new TreeMap<>();
        for (Placed<Verdict> verdict : records.verdicts()) {
            if (verdict.value() != null && isAfter(erased, verdict.value().getImageId(), uploadedAt(verdict))) {
                histories
                        .computeIfAbsent(verdict.value().getImageId(), none -> new ImageHistory())
                        .verdicts
                        .add(verdict);
            }
        }
        for (Placed<Review> placed : ProofRecords.whole(records.reviews())) {
            Review review = placed.value();
            ImageHistory history = histories.get(review.getImageId());
            Instant at = earlier(review.getAt(), placed.at());
            if (history != null && isAfter(erased, review.getImageId(), at)) {
                history.reviews.add(Review.newBuilder(review).setAt(at).build());
            }
        }
        return histories;
    }

    private static boolean isAfter(Map<String, Instant> erased, String image, Instant then) {
        Instant at = erased.get(image);
        return at == null || then.isAfter(at);
    }

    /** What of a decision follows from the topics. */
    record DecisionContent(
            String uploader,
            Decision decision,
            DeciderKind kind,
            String by,
            String decisionId,
            String contentSha256,
            Place upload,
            List<String> labels) {

        static DecisionContent of(ModerationDecision decision) {
            return new DecisionContent(
                    decision.getUploaderId(),
                    decision.getDecision(),
                    decision.getDecidedBy().getKind(),
                    decision.getDecidedBy().getId(),
                    decision.getDecisionId(),
                    decision.getContentSha256(),
                    place(decision.getUpload()),
                    decision.getLabels());
        }

        static DecisionContent of(ImageHistory history, Verdict verdict) {
            return history.review(verdict).map(review -> of(review, verdict)).orElseGet(() -> of(verdict));
        }

        private static DecisionContent of(Review review, Verdict verdict) {
            return new DecisionContent(
                    verdict.getUploaderId(),
                    review.getDecision(),
                    DeciderKind.REVIEWER,
                    review.getReviewer(),
                    review.getDecisionId(),
                    verdict.getContentSha256(),
                    place(verdict.getUpload()),
                    review.getLabels().isEmpty() ? labels(verdict) : review.getLabels());
        }

        static DecisionContent of(Verdict verdict) {
            return new DecisionContent(
                    verdict.getUploaderId(),
                    verdict.getDecision(),
                    verdict.getDecidedBy().getKind(),
                    verdict.getDecidedBy().getId(),
                    null,
                    verdict.getContentSha256(),
                    place(verdict.getUpload()),
                    labels(verdict));
        }

        private static List<String> labels(Verdict verdict) {
            return verdict.getDecidingLabel() == null ? List.of() : List.of(verdict.getDecidingLabel());
        }

        /** Whether it may have held at some moment: its content was judged so, by a worker or a person. */
        boolean followsFrom(List<Verdict> verdicts, List<Review> reviews) {
            return verdicts.stream()
                    .filter(verdict -> upload.equals(place(verdict.getUpload())))
                    .anyMatch(verdict -> equals(of(verdict))
                            || reviews.stream()
                                    .filter(review -> ImageHistory.isOf(review, verdict))
                                    .anyMatch(review -> equals(of(review, verdict))));
        }
    }

    private void decisions(Map<String, ImageHistory> histories) {
        Map<String, ModerationDecision> last = lastDecisions();
        Set<String> images = new TreeSet<>(histories.keySet());
        last.values().forEach(decision -> images.add(decision.getImageId()));
        for (String image : images) {
            DecisionContent wanted = Optional.ofNullable(histories.get(image))
                    .flatMap(history -> history.latest().map(latest -> DecisionContent.of(history, latest.value())))
                    .orElse(null);
            DecisionContent there = Optional.ofNullable(last.get(image))
                    .map(DecisionContent::of)
                    .orElse(null);
            require(
                    Rule.DECISION,
                    image,
                    Objects.equals(wanted, there),
                    "wanted is " + (wanted == null ? "none" : wanted) + ", found " + (there == null ? "none" : there));
        }
    }

    /** A tombstone may stand twice: an order to erase is carried out as often as it is given. */
    private void published() {
        Map<String, List<Verdict>> verdicts = ProofRecords.whole(records.verdicts()).stream()
                .map(Placed::value)
                .collect(Collectors.groupingBy(Verdict::getImageId));
        Map<String, List<Review>> reviews = ProofRecords.whole(records.reviews()).stream()
                .map(Placed::value)
                .collect(Collectors.groupingBy(Review::getImageId));
        Map<String, ModerationDecision> before = new HashMap<>();
        for (Placed<ModerationDecision> placed : records.decisions()) {
            String image = image(placed);
            if (placed.value() == null) {
                before.remove(image);
                continue;
            }
            ModerationDecision decision = placed.value();
            DecisionContent content = DecisionContent.of(decision);
            if (decision.equals(before.put(image, decision))) {
                found(Rule.PUBLISHED, image, "is published again at " + placed.place() + ": " + content);
            } else if (!content.followsFrom(
                    verdicts.getOrDefault(image, List.of()), reviews.getOrDefault(image, List.of()))) {
                found(Rule.PUBLISHED, image, "nothing says what is published at " + placed.place() + ": " + content);
            }
        }
    }

    private static String image(Placed<ModerationDecision> decision) {
        return ProofRecords.image(decision.key());
    }

    private Map<String, ModerationDecision> lastDecisions() {
        Map<String, ModerationDecision> last = new HashMap<>();
        for (Placed<ModerationDecision> decision : records.decisions()) {
            String image = image(decision);
            if (decision.value() == null) {
                last.remove(image);
            } else {
                last.put(image, decision.value());
            }
        }
        return last;
    }

    /** Images of an uploader, by what holds. */
    record ImageCounts(long images, long safe, long nsfw, long review, long refused) {

        static final ImageCounts NONE = new ImageCounts(0, 0, 0, 0, 0);

        ImageCounts and(ImageCounts other) {
            return new ImageCounts(
                    images + other.images,
                    safe + other.safe,
                    nsfw + other.nsfw,
                    review + other.review,
                    refused + other.refused);
        }

        static ImageCounts of(Decision decision) {
            return new ImageCounts(
                    1,
                    decision == Decision.SAFE ? 1 : 0,
                    decision == Decision.NSFW ? 1 : 0,
                    decision == Decision.REVIEW ? 1 : 0,
                    decision == Decision.REFUSED ? 1 : 0);
        }
    }

    /**
     * A content counts once for each time that it took the place of another, as what holds for it. An hour's record is
     * a sum, so the hours of an uploader add up.
     */
    private void statistics(Map<String, ImageHistory> histories) {
        Map<String, ImageCounts> wanted = new TreeMap<>();
        histories.values().forEach(history -> count(history, wanted));
        records.volume().counts().forEach((uploader, images) -> wanted.merge(uploader, images, ImageCounts::and));
        Map<String, UploaderStats> last = new HashMap<>();
        for (Placed<UploaderStats> hour : records.statistics()) {
            last.put(hour.key(), hour.value());
        }
        Map<String, ImageCounts> there = new TreeMap<>();
        last.values().stream()
                .filter(hour -> hour != null && hour.getWindow().equals(HOUR))
                .forEach(hour -> there.merge(
                        hour.getUploaderId(),
                        new ImageCounts(
                                hour.getImages(), hour.getSafe(), hour.getNsfw(), hour.getReview(), hour.getRefused()),
                        ImageCounts::and));
        Set<String> uploaders = new TreeSet<>(wanted.keySet());
        uploaders.addAll(there.keySet());
        for (String uploader : uploaders) {
            ImageCounts sum = wanted.getOrDefault(uploader, ImageCounts.NONE);
            ImageCounts found = there.getOrDefault(uploader, ImageCounts.NONE);
            require(Rule.STATISTICS, uploader, sum.equals(found), "wanted is " + sum + ", found " + found);
        }
    }

    /** Verdicts of one image are on one partition, and are counted in its order. */
    private static void count(ImageHistory history, Map<String, ImageCounts> sums) {
        List<Verdict> episodes = new ArrayList<>();
        Placed<Verdict> latest = null;
        for (Placed<Verdict> verdict : history.verdicts) {
            if (latest != null && !ImageHistory.isLater(verdict, latest)) {
                continue;
            }
            boolean same = latest != null && isSameContent(latest.value(), verdict.value());
            if (same) {
                episodes.remove(episodes.size() - 1);
            }
            episodes.add(verdict.value());
            latest = verdict;
        }
        for (Verdict episode : episodes) {
            Decision holds = history.review(episode).map(Review::getDecision).orElse(episode.getDecision());
            sums.merge(episode.getUploaderId(), ImageCounts.of(holds), ImageCounts::and);
        }
    }

    private void delivered() {
        records.delivered().ifPresent(ids -> {
            Map<String, Placed<ModerationDecision>> last = new TreeMap<>();
            records.decisions().forEach(decision -> last.put(image(decision), decision));
            last.forEach((image, decision) -> {
                Place at = decision.place();
                require(
                        Rule.DELIVERED,
                        image,
                        decision.value() == null || ids.contains(at.topic() + "-" + at.partition() + "-" + at.offset()),
                        "no webhook brought " + at);
            });
        });
    }

    private static boolean isSameContent(Verdict one, Verdict other) {
        return one.getContentSha256() != null && other.getContentSha256() != null
                ? one.getContentSha256().equals(other.getContentSha256())
                : Objects.equals(one.getUpload(), other.getUpload());
    }

    private void casebook() {
        Map<String, CaseRow> wanted = new TreeMap<>();
        lastDecisions().values().forEach(decision -> wanted.put(decision.getImageId(), CaseRow.of(decision)));
        Map<String, CaseRow> there = new TreeMap<>();
        records.cases().forEach(row -> there.put(row.imageId(), row));
        Set<String> images = new TreeSet<>(wanted.keySet());
        images.addAll(there.keySet());
        for (String image : images) {
            CaseRow row = wanted.get(image);
            CaseRow found = there.get(image);
            require(
                    Rule.CASEBOOK,
                    image,
                    Objects.equals(row, found),
                    "wanted is " + (row == null ? "no row" : row) + ", found " + (found == null ? "none" : found));
        }
    }
}
