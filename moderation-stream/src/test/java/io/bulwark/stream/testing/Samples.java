package io.bulwark.stream.testing;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.AttackKind;
import io.bulwark.events.Decider;
import io.bulwark.events.DeciderKind;
import io.bulwark.events.Decision;
import io.bulwark.events.ImageLocation;
import io.bulwark.events.ImageUploaded;
import io.bulwark.events.Neighbour;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.events.Review;
import io.bulwark.events.Signal;
import io.bulwark.events.Verdict;
import io.bulwark.events.ViewEvidence;
import io.bulwark.schemas.topic.SampledAudits;
import io.bulwark.schemas.topic.SampledAudits.ProbeAudits;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Events to start from. */
public final class Samples {

    private static final Duration WEEK = Duration.ofDays(7);
    private static final Instant A_SUNDAY = Instant.parse("2026-03-01T12:00:00Z");

    /**
     * A round hour, so that windows are easy to read: of a Sunday about nine months ago, for what was recorded then has
     * to be within the year that reviews are kept, whenever the tests run.
     */
    public static final Instant NOON = A_SUNDAY.plus(
            WEEK.multipliedBy(Duration.between(A_SUNDAY, Instant.now().minus(Duration.ofDays(270)))
                    .dividedBy(WEEK)));

    private Samples() {}

    /** A SAFE verdict by a worker, at noon, of an uploader named "u1". */
    public static Verdict.Builder verdict(String imageId) {
        return Verdict.newBuilder()
                .setImageId(imageId)
                .setUploaderId("u1")
                .setDecision(Decision.SAFE)
                .setScore(0.08)
                .setMargin(0.27)
                .setViews(List.of(new ViewEvidence(
                        "whole",
                        0.08,
                        List.of(
                                new Neighbour("ref-apple", "safe", 0.91f, null),
                                new Neighbour("ref-rifle", "weapons", 0.42f, null)),
                        Map.of("Neutral", 0.93f, "Drawing", 0.07f))))
                .setModelFingerprint("m0d31")
                .setPreprocessFingerprint("pr3")
                .setBankVersion("b1")
                .setPolicyVersion("p1")
                .setContentSha256("sha-of-" + imageId)
                .setUpload(new RecordCoordinates("images.uploaded", 0, 1L))
                .setTimingsMicros(Map.of("decode", 4_100L, "embed", 7_300L))
                .setDecidedAt(NOON)
                .setDecidedBy(new Decider(DeciderKind.WORKER, "worker-1"));
    }

    /** The same content, decided by a person a minute later. */
    public static Review.Builder review(String imageId, Decision decision) {
        return Review.newBuilder()
                .setImageId(imageId)
                .setReviewer("ana")
                .setDecision(decision)
                .setContentSha256("sha-of-" + imageId)
                .setUpload(new RecordCoordinates("images.uploaded", 0, 1L))
                .setDecisionId("review-of-" + imageId)
                .setAt(NOON.plusSeconds(60));
    }

    /** An upload of an uploader named "u1". */
    public static ImageUploaded.Builder upload(String imageId) {
        return ImageUploaded.newBuilder()
                .setImageId(imageId)
                .setUploaderId("u1")
                .setUploadedAt(NOON)
                .setContent(new ImageLocation("https://images.example/" + imageId, null, null));
    }

    /** A twin disagreement at noon. */
    public static AttackAudit.Builder audit(String imageId) {
        return AttackAudit.newBuilder()
                .setImageId(imageId)
                .setUploaderId("u1")
                .setKind(AttackKind.TWIN_DISAGREEMENT)
                .setFusedScore(0.97)
                .setDecision(Decision.NSFW)
                .setModelFingerprint("m0d31")
                .setDetectedAt(NOON);
    }

    /**
     * What the red team says of a copy that fell, as a worker's release of the schemas has it that knows no such kind.
     */
    public static AttackAudit.Builder probe(String imageId) {
        return audit(imageId)
                .setKind(AttackKind.OTHER)
                .setSignals(List.of(new Signal(ProbeAudits.SIGNAL, 1.0, 0.5, true)));
    }

    /**
     * What a worker leaves of an image that was drawn at random, here with an uploader and a key, which it does not
     * name.
     */
    public static AttackAudit.Builder sampled(String imageId) {
        return audit(imageId)
                .setKind(AttackKind.OTHER)
                .setFusedScore(0)
                .setSignals(List.of(
                        new Signal(SampledAudits.SIGNAL, 0.0, 1.0, false), new Signal("near-flagged", 0.4, 0.9, false)))
                .setEvidence(Map.of(SampledAudits.SHARE, "0.01"));
    }

    /** A name that no other test uses. */
    public static String unique(String prefix) {
        return prefix + "-" + UUID.randomUUID().toString().substring(0, 8);
    }
}
