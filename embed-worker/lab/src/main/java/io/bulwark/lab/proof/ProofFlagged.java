package io.bulwark.lab.proof;

import io.bulwark.events.DeciderKind;
import io.bulwark.events.Decision;
import io.bulwark.events.FlaggedContent;
import io.bulwark.events.ImageEmbedding;
import io.bulwark.events.ModerationDecision;
import io.bulwark.events.Review;
import io.bulwark.events.ViewEmbedding;
import io.bulwark.lab.proof.ProofOracle.Finding;
import io.bulwark.lab.proof.ProofOracle.Rule;
import io.bulwark.lab.proof.ProofRecords.Placed;
import io.bulwark.perception.safetensors.ElementType.Halves;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The flagged index as it stands, and what the rules of {@code embed-worker/docs/flagged.md} want it to be, written here a
 * second time.
 *
 * <p>Wanted is what follows from the topics in whatever order their partitions are read: a person's NSFW on content of
 * which the view that decided is known, unless a person called the same file SAFE since under another id. What stands there
 * has to rest on something that is NSFW, or was when other content took its place.
 *
 * @param sights how a worker saw an image last, by image and content; none of erased ones
 * @param entries in force, by key
 */
record ProofFlagged(Map<String, Map<String, Sight>> sights, Map<String, FlaggedContent> entries) {

    /** The same picture in another batch, and the rounding of an angle, in radians. */
    private static final double SAME = 2e-3;

    /**
     * How a worker saw a content.
     *
     * @param model its encoder
     * @param known whether the view that decided is known, and the only one
     * @param views their embeddings, half precision; the same bytes are the same object
     * @param ever those of earlier looks at the same content as well, whose entries stand while it is NSFW
     */
    record Sight(String model, boolean known, List<ByteBuffer> views, Set<ByteBuffer> ever) {}

    static ProofFlagged none() {
        return new ProofFlagged(Map.of(), Map.of());
    }

    /** Collects what is read in the order of the topics. */
    static final class Reader {

        private final Map<String, Map<String, Sight>> sights = new HashMap<>();
        private final Map<ByteBuffer, ByteBuffer> views = new HashMap<>();
        private final Map<String, FlaggedContent> entries = new TreeMap<>();

        void embedding(Placed<ImageEmbedding> placed) {
            ImageEmbedding embedding = placed.value();
            if (embedding == null) {
                sights.remove(placed.key());
            } else if (embedding.getContentSha256() != null
                    && !embedding.getViews().isEmpty()) {
                List<ViewEmbedding> seen = embedding.getViews();
                ViewEmbedding deciding = seen.stream()
                        .filter(view -> view.getView().equals(embedding.getDecidingView()))
                        .findFirst()
                        .orElse(null);
                boolean isKnown = seen.size() == 1 || deciding != null && embedding.getDecision() != Decision.SAFE;
                List<ViewEmbedding> kept = deciding != null && isKnown ? List.of(deciding) : seen;
                List<ByteBuffer> last = kept.stream()
                        .map(view -> views.computeIfAbsent(view.getEmbedding(), same -> same))
                        .toList();
                sights.computeIfAbsent(embedding.getImageId(), none -> new HashMap<>())
                        .merge(
                                embedding.getContentSha256(),
                                new Sight(embedding.getModelFingerprint(), isKnown, last, Set.copyOf(last)),
                                (before, now) -> new Sight(now.model(), now.known(), now.views(), union(before, now)));
            }
        }

        private static Set<ByteBuffer> union(Sight before, Sight now) {
            Set<ByteBuffer> ever = new HashSet<>(before.ever());
            ever.addAll(now.ever());
            return ever;
        }

        void entry(Placed<FlaggedContent> placed) {
            if (placed.value() == null) {
                entries.remove(placed.key());
            } else {
                entries.put(placed.key(), placed.value());
            }
        }

        ProofFlagged read() {
            return new ProofFlagged(sights, entries);
        }
    }

    /**
     * What does not hold.
     *
     * @param decisions all that were published, in the order of their partitions
     */
    List<Finding> findings(List<Placed<ModerationDecision>> decisions, List<Placed<Review>> reviews) {
        List<Finding> findings = new ArrayList<>();
        Map<String, List<ModerationDecision>> published = sinceErasure(decisions);
        List<Review> said = ProofRecords.whole(reviews).stream()
                .map(placed -> Review.newBuilder(placed.value())
                        .setAt(ProofOracle.earlier(placed.value().getAt(), placed.at()))
                        .build())
                .toList();
        Map<FlaggedContent, Set<ByteBuffer>> near = near();
        published.forEach((image, all) -> {
            ModerationDecision decision = all.get(all.size() - 1);
            Sight sight = sights.getOrDefault(image, Map.of()).get(decision.getContentSha256());
            if (sight != null && isWanted(decision, sight, said)) {
                boolean isThere = near.entrySet().stream()
                        .anyMatch(entry -> entry.getKey().getConfirmed()
                                && entry.getKey().getTenant().equals(decision.getTenant())
                                && entry.getKey().getModelFingerprint().equals(sight.model())
                                && entry.getValue().contains(sight.views().get(0)));
                if (!isThere) {
                    findings.add(new Finding(
                            Rule.FLAGGED, image, "a person called it NSFW, and no confirmed entry holds it"));
                }
            }
        });
        entries.forEach((key, entry) -> {
            if (entry.getExemptSha256() != null) {
                boolean isReviewed = said.stream()
                        .anyMatch(review -> review.getDecision() == Decision.SAFE
                                && entry.getExemptSha256().equals(review.getContentSha256()));
                if (!isReviewed) {
                    findings.add(new Finding(Rule.FLAGGED, key, "exempts a file that no person called SAFE"));
                }
            } else if (!restsOnNsfw(near.get(entry), published)) {
                findings.add(new Finding(Rule.FLAGGED, key, "rests on nothing that is NSFW"));
            }
        });
        return findings;
    }

    private static boolean isWanted(ModerationDecision decision, Sight sight, List<Review> said) {
        return decision.getDecision() == Decision.NSFW
                && decision.getDecidedBy().getKind() == DeciderKind.REVIEWER
                && !decision.getRestricted()
                && sight.known()
                && said.stream()
                        .noneMatch(review -> review.getDecision() == Decision.SAFE
                                && Objects.equals(review.getContentSha256(), decision.getContentSha256())
                                && !review.getAt().isBefore(decision.getSince()));
    }

    /** Of each image that has a decision, those since its last erasure. */
    private static Map<String, List<ModerationDecision>> sinceErasure(List<Placed<ModerationDecision>> decisions) {
        Map<String, List<ModerationDecision>> published = new TreeMap<>();
        for (Placed<ModerationDecision> placed : decisions) {
            String image = ProofRecords.image(placed.key());
            if (placed.value() == null) {
                published.remove(image);
            } else {
                published.computeIfAbsent(image, none -> new ArrayList<>()).add(placed.value());
            }
        }
        return published;
    }

    private boolean restsOnNsfw(Set<ByteBuffer> near, Map<String, List<ModerationDecision>> published) {
        return sights.entrySet().stream()
                .anyMatch(image -> image.getValue().entrySet().stream()
                        .anyMatch(content -> content.getValue().ever().stream().anyMatch(near::contains)
                                && published.getOrDefault(image.getKey(), List.of()).stream()
                                        .filter(decision -> content.getKey().equals(decision.getContentSha256()))
                                        .reduce((one, next) -> next)
                                        .filter(decision -> decision.getDecision() == Decision.NSFW)
                                        .isPresent()));
    }

    /** The views that lie within each entry. */
    private Map<FlaggedContent, Set<ByteBuffer>> near() {
        Map<ByteBuffer, double[]> rows = new HashMap<>();
        sights.values().stream()
                .flatMap(contents -> contents.values().stream())
                .flatMap(sight -> sight.ever().stream())
                .forEach(view -> rows.computeIfAbsent(view, ProofFlagged::row));
        return entries.values().stream()
                .distinct()
                .collect(Collectors.toMap(
                        entry -> entry,
                        entry -> rows.entrySet().stream()
                                .filter(view ->
                                        angle(row(entry.getEmbedding()), view.getValue()) <= entry.getRadius() + SAME)
                                .map(Map.Entry::getKey)
                                .collect(Collectors.toSet())));
    }

    private static double[] row(ByteBuffer halves) {
        ByteBuffer bytes = halves.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        double[] row = new double[bytes.remaining() / Short.BYTES];
        for (int i = 0; i < row.length; i++) {
            row[i] = Halves.fromHalf(bytes.getShort());
        }
        return row;
    }

    /** Half a turn where the rows are of different encoders. */
    private static double angle(double[] one, double[] other) {
        if (one.length != other.length) {
            return Math.PI;
        }
        double dot = 0;
        double squares = 0;
        double others = 0;
        for (int i = 0; i < one.length; i++) {
            dot += one[i] * other[i];
            squares += one[i] * one[i];
            others += other[i] * other[i];
        }
        return Math.acos(Math.max(-1, Math.min(1, dot / Math.sqrt(squares * others))));
    }
}
