package io.bulwark.service.pipeline;

import io.bulwark.events.Decider;
import io.bulwark.events.DeciderKind;
import io.bulwark.events.Decision;
import io.bulwark.events.DecisionBasis;
import io.bulwark.events.ImageEmbedding;
import io.bulwark.events.LabelAction;
import io.bulwark.events.ListMatch;
import io.bulwark.events.ListedHashKind;
import io.bulwark.events.Neighbour;
import io.bulwark.events.Reason;
import io.bulwark.events.Verdict;
import io.bulwark.events.ViewEmbedding;
import io.bulwark.events.ViewEvidence;
import io.bulwark.imaging.DecodeResult;
import io.bulwark.perception.bank.HalfFloats;
import io.bulwark.perception.hash.ListedHash.ListSource;
import io.bulwark.perception.verdict.Judgement;
import io.bulwark.perception.verdict.Judgement.LabelScore;
import io.bulwark.perception.verdict.ScoredImage;
import io.bulwark.perception.verdict.ScoredImage.Opinion;
import io.bulwark.perception.verdict.SeenImage;
import io.bulwark.schemas.topic.ReferenceKey.ListedId;
import io.bulwark.service.pipeline.UploadInFlight.UploadFacts;
import io.bulwark.service.telemetry.Timings;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** Writes verdicts: what was judged or refused, in the words of the schema. Immutable; any thread. */
public final class VerdictWriter {

    /** A detail is a sentence; what a decoder's exception might say is cut. */
    static final int MAX_DETAIL_CHARS = 500;

    private final Provenance provenance;
    private final Clock clock;

    public VerdictWriter(Provenance provenance, Clock clock) {
        this.provenance = provenance;
        this.clock = clock;
    }

    /**
     * An image that could not be seen. It scores 1: what cannot be looked at is not let through.
     *
     * @param sha256 of the file, empty where there is none
     * @param policyVersion of the tenant's policy at that time
     * @param bankVersion in use at that time
     */
    public Verdict refused(
            UploadFacts facts,
            Reason reason,
            String detail,
            Optional<String> sha256,
            String policyVersion,
            String bankVersion,
            Timings timings) {
        return begin(facts, policyVersion, bankVersion, timings)
                .setDecision(Decision.REFUSED)
                .setReason(reason)
                .setReasonDetail(cut(detail))
                .setScore(1)
                .setMargin(1)
                .setContentSha256(sha256.orElse(null))
                .build();
    }

    /**
     * An image that was seen.
     *
     * @param scored what the encoder says of it
     * @param twinScore by the twin, where one spoke
     * @param perceptualKey of its first view
     * @param flaggedOffsets how far the topic of what is flagged was read; empty where it was not asked
     */
    public Verdict judged(
            UploadFacts facts,
            String sha256,
            ScoredImage scored,
            OptionalDouble twinScore,
            List<String> perceptualKey,
            String bankVersion,
            Optional<Map<String, Long>> flaggedOffsets,
            Timings timings) {
        Judgement judgement = scored.judgement();
        return begin(facts, scored.policyVersion(), bankVersion, timings)
                .setDecision(decision(judgement.outcome()))
                .setReason(reason(judgement))
                .setLabels(judgement.labels().stream().map(VerdictWriter::label).toList())
                .setDecidingLabel(judgement.decidingLabel().orElse(null))
                .setDecidingView(
                        judgement.basis().isOfFile()
                                ? null
                                : scored.opinions().get(judgement.worstView()).view())
                .setBasis(basis(judgement.basis()))
                .setKnownReference(
                        judgement.known().map(Judgement.KnownCopy::referenceId).orElse(null))
                .setListed(listed(judgement))
                .setInsertionsToTurn(boxed(judgement.turning().insertions()))
                .setRelabelsToTurn(boxed(judgement.turning().relabels()))
                .setShadowDecision(scored.shadow()
                        .map(shadow -> decision(shadow.judgement().outcome()))
                        .orElse(null))
                .setShadowPolicyVersion(scored.shadow()
                        .map(ScoredImage.ShadowJudgement::policyVersion)
                        .orElse(null))
                .setScore(judgement.score())
                .setMargin(judgement.margin())
                .setViews(evidence(judgement, scored.opinions()))
                .setCleanTwinScore(twinScore.isPresent() ? twinScore.getAsDouble() : null)
                .setPerceptualKey(perceptualKey)
                .setContentSha256(sha256)
                .setFlaggedOffsets(flaggedOffsets.orElse(null))
                .build();
    }

    /**
     * The answer to an image that is for designated staff alone: what was decided and by which list, and nothing that
     * was made of the picture. No audit and no embedding goes with it.
     */
    Outcome restricted(UploadInFlight upload, ScoredImage scored, String bankVersion) {
        Judgement judgement = scored.judgement();
        return new Outcome.Answered(begin(
                        upload.facts().orElseThrow(), scored.policyVersion(), bankVersion, upload.timings())
                .setDecision(decision(judgement.outcome()))
                .setReason(reason(judgement))
                .setDecidingLabel(judgement.decidingLabel().orElse(null))
                .setBasis(basis(judgement.basis()))
                .setKnownReference(
                        judgement.known().map(Judgement.KnownCopy::referenceId).orElse(null))
                .setListed(listed(judgement))
                .setRestricted(true)
                .setScore(judgement.score())
                .setMargin(judgement.margin())
                .setContentSha256(upload.sha256().orElse(null))
                .build());
    }

    private static ListMatch listed(Judgement judgement) {
        return judgement
                .known()
                .flatMap(copy -> copy.source().map(source -> listed(judgement.basis(), copy.referenceId(), source)))
                .orElse(null);
    }

    private static ListMatch listed(Judgement.Basis basis, String referenceId, ListSource source) {
        return new ListMatch(
                source.list(),
                ListedId.parse(referenceId)
                        .filter(id -> id.list().equals(source.list()))
                        .map(ListedId::entry)
                        .orElseGet(() -> referenceId.split("/", 2)[0]),
                switch (basis) {
                    case KNOWN_SHA256 -> ListedHashKind.SHA256;
                    case KNOWN_SHA1 -> ListedHashKind.SHA1;
                    case KNOWN_MD5 -> ListedHashKind.MD5;
                    case KNOWN_PDQ -> ListedHashKind.PDQ;
                    default -> throw new IllegalArgumentException(basis + " is no hash of a list");
                },
                source.severity().orElse(null),
                source.verified(),
                source.adult());
    }

    /** The schema's word for a decoder's refusal. */
    public static Reason reason(DecodeResult.Refusal refusal) {
        return switch (refusal) {
            case EMPTY_FILE -> Reason.EMPTY_FILE;
            case NOT_AN_IMAGE -> Reason.NOT_AN_IMAGE;
            case UNSUPPORTED_FORMAT -> Reason.UNSUPPORTED_FORMAT;
            case CORRUPT_IMAGE -> Reason.CORRUPT_IMAGE;
            case TOO_MANY_PIXELS -> Reason.TOO_MANY_PIXELS;
        };
    }

    private Verdict.Builder begin(UploadFacts facts, String policyVersion, String bankVersion, Timings timings) {
        return Verdict.newBuilder()
                .setImageId(facts.imageId())
                .setUploaderId(facts.uploaderId())
                .setTenant(facts.tenant())
                .setUpload(facts.coordinates())
                .setUploadedAt(facts.uploadedAt())
                .setAttributes(facts.attributes())
                .setModelFingerprint(provenance.modelFingerprint())
                .setPreprocessFingerprint(provenance.preprocessFingerprint())
                .setSamplingKeyId(provenance.samplingKeyId())
                .setPolicyVersion(policyVersion)
                .setBankVersion(bankVersion)
                .setTimingsMicros(timings.byLabel())
                .setDecidedAt(clock.instant().truncatedTo(ChronoUnit.MILLIS))
                .setDecidedBy(new Decider(DeciderKind.WORKER, provenance.workerId()));
    }

    /** Neighbours as the schema has them, in the same order. */
    static List<Neighbour> neighbours(List<io.bulwark.perception.bank.Neighbour> neighbours) {
        return neighbours.stream()
                .map(each -> new Neighbour(
                        each.referenceId(),
                        each.label(),
                        each.similarity(),
                        each.variant().orElse(null)))
                .toList();
    }

    /**
     * How the encoder saw an image: every view with content that was judged, in half precision. What is flagged later
     * is entered from here, and a view of one colour must not be.
     *
     * @param verdict on that image
     * @return empty where no view has content
     */
    public static Optional<ImageEmbedding> embedding(Verdict verdict, SeenImage seen) {
        return seen.isPlain() ? Optional.empty() : Optional.of(record(verdict, seen));
    }

    private static ImageEmbedding record(Verdict verdict, SeenImage seen) {
        return ImageEmbedding.newBuilder()
                .setImageId(verdict.getImageId())
                .setTenant(verdict.getTenant())
                .setUploaderId(verdict.getUploaderId())
                .setContentSha256(verdict.getContentSha256())
                .setUpload(verdict.getUpload())
                .setModelFingerprint(verdict.getModelFingerprint())
                .setPreprocessFingerprint(verdict.getPreprocessFingerprint())
                .setDecision(verdict.getDecision())
                .setScore(verdict.getScore())
                .setViews(seen.evidence().stream()
                        .map(view ->
                                new ViewEmbedding(view.name(), ByteBuffer.wrap(HalfFloats.encode(view.embedding()))))
                        .toList())
                .setDecidedAt(verdict.getDecidedAt())
                .setDecidingView(verdict.getDecidingView())
                .build();
    }

    private static List<ViewEvidence> evidence(Judgement judgement, List<Opinion> opinions) {
        List<ViewEvidence> evidence = new ArrayList<>(opinions.size());
        for (int i = 0; i < opinions.size(); i++) {
            Opinion opinion = opinions.get(i);
            evidence.add(new ViewEvidence(
                    opinion.view(),
                    judgement.viewScores().get(i),
                    neighbours(opinion.neighbours()),
                    opinion.classProbabilities().isEmpty() ? null : opinion.classProbabilities()));
        }
        return evidence;
    }

    static Decision decision(Judgement.Outcome outcome) {
        return switch (outcome) {
            case SAFE -> Decision.SAFE;
            case NSFW -> Decision.NSFW;
            case REVIEW -> Decision.REVIEW;
        };
    }

    private static Reason reason(Judgement judgement) {
        if (judgement.doubt().isEmpty()) {
            return judgement.known().isPresent()
                    ? Reason.KNOWN
                    : judgement.basis() == Judgement.Basis.PLAIN ? Reason.PLAIN : null;
        }
        return switch (judgement.doubt().get()) {
            case UNCERTAIN -> Reason.UNCERTAIN;
            case UNFAMILIAR -> Reason.UNFAMILIAR;
            case LABEL -> Reason.LABEL_REVIEW;
            case PARTLY_SEEN -> Reason.PARTLY_SEEN;
            case TOO_MANY_VIEWS -> Reason.TOO_MANY_VIEWS;
        };
    }

    private static DecisionBasis basis(Judgement.Basis basis) {
        return switch (basis) {
            case BANK -> DecisionBasis.BANK;
            case HEAD -> DecisionBasis.HEAD;
            case KNOWN_SHA256 -> DecisionBasis.KNOWN_SHA256;
            case KNOWN_SHA1 -> DecisionBasis.KNOWN_SHA1;
            case KNOWN_MD5 -> DecisionBasis.KNOWN_MD5;
            case KNOWN_PDQ -> DecisionBasis.KNOWN_PDQ;
            case KNOWN_NEAR -> DecisionBasis.KNOWN_NEAR;
            case PLAIN -> DecisionBasis.PLAIN;
        };
    }

    private static io.bulwark.events.LabelScore label(LabelScore score) {
        return new io.bulwark.events.LabelScore(
                score.label(),
                score.score(),
                switch (score.action()) {
                    case FLAG -> LabelAction.FLAG;
                    case REVIEW -> LabelAction.REVIEW;
                    case IGNORE -> LabelAction.IGNORE;
                });
    }

    private static Integer boxed(OptionalInt number) {
        return number.isPresent() ? number.getAsInt() : null;
    }

    private static String cut(String detail) {
        return detail.length() <= MAX_DETAIL_CHARS ? detail : detail.substring(0, MAX_DETAIL_CHARS - 1) + "…";
    }

    /**
     * By what a worker decides; the same in all its verdicts.
     *
     * @param modelFingerprint of the encoder
     * @param preprocessFingerprint of decoder, preprocessing and views
     * @param samplingKeyId of the key that chooses an animation's frames
     * @param workerId who decides
     */
    public record Provenance(
            String modelFingerprint, String preprocessFingerprint, String samplingKeyId, String workerId) {}
}
