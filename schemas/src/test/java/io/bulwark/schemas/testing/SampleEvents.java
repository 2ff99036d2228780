package io.bulwark.schemas.testing;

import io.bulwark.events.AccountAction;
import io.bulwark.events.ActionGround;
import io.bulwark.events.ActionState;
import io.bulwark.events.AnchorType;
import io.bulwark.events.AttackAudit;
import io.bulwark.events.AttackCampaign;
import io.bulwark.events.AttackKind;
import io.bulwark.events.CampaignAnchor;
import io.bulwark.events.CampaignAttempt;
import io.bulwark.events.CampaignRuling;
import io.bulwark.events.CampaignState;
import io.bulwark.events.Decider;
import io.bulwark.events.DeciderKind;
import io.bulwark.events.Decision;
import io.bulwark.events.DecisionBasis;
import io.bulwark.events.Duty;
import io.bulwark.events.Enforcement;
import io.bulwark.events.Erasure;
import io.bulwark.events.FlaggedContent;
import io.bulwark.events.Hold;
import io.bulwark.events.ImageEmbedding;
import io.bulwark.events.ImageLocation;
import io.bulwark.events.ImageReport;
import io.bulwark.events.ImageUploaded;
import io.bulwark.events.InlineImage;
import io.bulwark.events.LabelAction;
import io.bulwark.events.LabelRule;
import io.bulwark.events.LabelScore;
import io.bulwark.events.LabelSource;
import io.bulwark.events.ListMatch;
import io.bulwark.events.ListedHashKind;
import io.bulwark.events.Listing;
import io.bulwark.events.MadeFor;
import io.bulwark.events.ModerationDecision;
import io.bulwark.events.ModerationPolicy;
import io.bulwark.events.Neighbour;
import io.bulwark.events.PolicyDocument;
import io.bulwark.events.Reason;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.events.Reference;
import io.bulwark.events.ReferenceVariant;
import io.bulwark.events.ReplacedDecision;
import io.bulwark.events.ReportKind;
import io.bulwark.events.Review;
import io.bulwark.events.Ruling;
import io.bulwark.events.Severity;
import io.bulwark.events.Signal;
import io.bulwark.events.Subject;
import io.bulwark.events.UnfamiliarRule;
import io.bulwark.events.UploaderAction;
import io.bulwark.events.UploaderStats;
import io.bulwark.events.Verdict;
import io.bulwark.events.ViewEmbedding;
import io.bulwark.events.ViewEvidence;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;

/** Every record twice: with each field set, and with no more than the fields that have no default. */
public final class SampleEvents {
    private static final Instant NOON = Instant.parse("2026-01-02T12:00:00.123Z");
    private static final String SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

    private SampleEvents() {}

    /** One of each kind, fully populated, and an upload of each kind of content. */
    public static List<SpecificRecord> full() {
        return List.of(
                uploadInline(),
                uploadByLocation(),
                restrictedVerdict(),
                attackAudit(),
                reference(),
                review(),
                imageReport(),
                attackCampaign(),
                campaignRuling(),
                uploaderStats(),
                moderationPolicy(),
                restrictedDecision(),
                imageEmbedding(),
                flaggedContent(),
                uploaderAction(),
                erasure(),
                hold());
    }

    /** One of each kind, with what has a default left to it. */
    public static List<SpecificRecord> minimal() {
        return List.of(
                ImageUploaded.newBuilder()
                        .setImageId("i")
                        .setUploaderId("u")
                        .setUploadedAt(Instant.EPOCH)
                        .setContent(
                                ImageLocation.newBuilder().setUri("file:x.png").build())
                        .build(),
                Verdict.newBuilder()
                        .setImageId("i")
                        .setUploaderId("u")
                        .setDecision(Decision.REFUSED)
                        .setScore(1)
                        .setMargin(0)
                        .setModelFingerprint("")
                        .setPreprocessFingerprint("")
                        .setBankVersion("")
                        .setPolicyVersion("")
                        .setDecidedAt(Instant.EPOCH)
                        .setDecidedBy(new Decider(DeciderKind.WORKER, "w"))
                        .build(),
                AttackAudit.newBuilder()
                        .setImageId("i")
                        .setUploaderId("u")
                        .setKind(AttackKind.FUSED)
                        .setFusedScore(0)
                        .setDecision(Decision.SAFE)
                        .setModelFingerprint("")
                        .setDetectedAt(Instant.EPOCH)
                        .build(),
                Reference.newBuilder()
                        .setLabel("safe")
                        .setEmbedding(ByteBuffer.allocate(0))
                        .setAddedBy("a")
                        .setAddedAt(Instant.EPOCH)
                        .build(),
                Review.newBuilder()
                        .setImageId("i")
                        .setReviewer("r")
                        .setDecision(Decision.SAFE)
                        .setAt(Instant.EPOCH)
                        .build(),
                AttackCampaign.newBuilder()
                        .setCampaignId("c")
                        .setKind(AttackKind.PROBING)
                        .setMembers(List.of())
                        .setUploaders(List.of())
                        .setWindowStart(Instant.EPOCH)
                        .setWindowEnd(Instant.EPOCH)
                        .setSeverity(Severity.LOW)
                        .setState(CampaignState.OPEN)
                        .build(),
                CampaignRuling.newBuilder()
                        .setRulingId("r")
                        .setTenant("t")
                        .setCampaignId("c")
                        .setRuling(Ruling.DISMISS)
                        .setBy("b")
                        .setAt(Instant.EPOCH)
                        .build(),
                UploaderStats.newBuilder()
                        .setUploaderId("u")
                        .setWindowStart(Instant.EPOCH)
                        .setWindowEnd(Instant.EPOCH)
                        .setImages(0)
                        .setLastSeenAt(Instant.EPOCH)
                        .build(),
                ModerationPolicy.newBuilder().setTenant("t").setRevision(1).build(),
                ModerationDecision.newBuilder()
                        .setTenant("t")
                        .setImageId("i")
                        .setUploaderId("u")
                        .setDecision(Decision.SAFE)
                        .setScore(0)
                        .setDecidedBy(new Decider(DeciderKind.WORKER, "w"))
                        .setSince(Instant.EPOCH)
                        .build(),
                ImageEmbedding.newBuilder(imageEmbedding())
                        .clearContentSha256()
                        .clearUpload()
                        .clearDecidingView()
                        .setViews(List.of())
                        .build(),
                FlaggedContent.newBuilder()
                        .setTenant("acme")
                        .setEntryId("entry-1")
                        .setSince(Instant.EPOCH)
                        .build(),
                ImageReport.newBuilder()
                        .setImageId("i")
                        .setKind(ReportKind.REPORT)
                        .setReporter("r")
                        .setAt(Instant.EPOCH)
                        .build(),
                UploaderAction.newBuilder(uploaderAction())
                        .clearLevel()
                        .clearPreviousLevel()
                        .clearEnforcement()
                        .build(),
                Erasure.newBuilder(erasure()).clearReason().build(),
                Hold.newBuilder(hold()).clearReleasedBy().clearReleasedAt().build());
    }

    /** An upload that carries its file. */
    public static ImageUploaded uploadInline() {
        return ImageUploaded.newBuilder()
                .setImageId("image-1")
                .setUploaderId("uploader-1")
                .setTenant("acme")
                .setUploadedAt(NOON)
                .setContent(new InlineImage(ByteBuffer.wrap(new byte[] {(byte) 0x89, 'P', 'N', 'G', 0, -1})))
                .setAttributes(Map.of("album", "Été à Genève", "empty", ""))
                .build();
    }

    /** An upload that says where its file lies. */
    public static ImageUploaded uploadByLocation() {
        return ImageUploaded.newBuilder(uploadInline())
                .setImageId("image-2")
                .setContent(new ImageLocation("https://images.example/2.jpg", SHA256, 123_456L))
                .build();
    }

    /** A worker's, with no more than has to be set: at 1970, of {@code an-uploader}. */
    public static Verdict.Builder verdictOn(String imageId, Decision decision) {
        return Verdict.newBuilder()
                .setImageId(imageId)
                .setUploaderId("an-uploader")
                .setDecision(decision)
                .setScore(0.5)
                .setMargin(0.3)
                .setModelFingerprint("model")
                .setPreprocessFingerprint("preprocess")
                .setBankVersion("bank")
                .setPolicyVersion("policy")
                .setDecidedAt(Instant.EPOCH)
                .setDecidedBy(new Decider(DeciderKind.WORKER, "worker-1"));
    }

    public static Verdict verdict() {
        return Verdict.newBuilder()
                .setImageId("image-1")
                .setUploaderId("uploader-1")
                .setTenant("acme")
                .setDecision(Decision.REVIEW)
                .setReason(Reason.UNCERTAIN)
                .setReasonDetail("Between the thresholds 0.30 and 0.70.")
                .setScore(0.55)
                .setMargin(0.15)
                .setViews(List.of(
                        new ViewEvidence(
                                "whole",
                                0.55,
                                List.of(neighbour("a", "nsfw", 0.93f), neighbour("b", "safe", 0.91f)),
                                Map.of("Neutral", 0.75f, "Drawing", 0.25f)),
                        new ViewEvidence("tile-0", 0.5, List.of(), null)))
                .setCleanTwinScore(0.1)
                .setModelFingerprint("model-1")
                .setPreprocessFingerprint("preprocess-1")
                .setBankVersion("bank-1")
                .setPolicyVersion("policy-1")
                .setContentSha256(SHA256)
                .setPerceptualKey(List.of("0:3fa9", "1:0012"))
                .setUpload(coordinates("images.uploaded", 3, 42))
                .setTimingsMicros(Map.of("fetch", 120L, "decode", 4_300L))
                .setDecidedAt(NOON)
                .setDecidedBy(new Decider(DeciderKind.REVIEWER, "moderator-7"))
                .setSupersedes(coordinates("moderation.verdicts", 3, 41))
                .setLabels(List.of(
                        new LabelScore("nsfw", 0.55, LabelAction.FLAG),
                        new LabelScore("safe", 0.45, LabelAction.IGNORE)))
                .setDecidingLabel("nsfw")
                .setDecidingView("whole")
                .setBasis(DecisionBasis.BANK)
                .setKnownReference("a")
                .setInsertionsToTurn(3)
                .setRelabelsToTurn(1)
                .setShadowDecision(Decision.NSFW)
                .setShadowPolicyVersion("policy-2")
                .setSamplingKeyId("b32c8612")
                .setFlaggedOffsets(Map.of("0", 41L))
                .setUploadedAt(NOON.minusSeconds(2))
                .setAttributes(Map.of("album", "Été à Genève"))
                .build();
    }

    public static AttackAudit attackAudit() {
        return AttackAudit.newBuilder()
                .setImageId("image-1")
                .setUploaderId("uploader-1")
                .setTenant("acme")
                .setKind(AttackKind.TWIN_DISAGREEMENT)
                .setSignals(List.of(new Signal("twin", 0.9, 0.5, true), new Signal("jpeg", 0.1, 0.4, false)))
                .setFusedScore(0.87)
                .setView("whole")
                .setRobustScore(0.95)
                .setCleanScore(0.05)
                .setRobustNeighbours(List.of(neighbour("a", "nsfw", 0.93f)))
                .setCleanNeighbours(List.of(neighbour("b", "safe", 0.91f)))
                .setEvidence(Map.of("note", "the twins disagree"))
                .setDecision(Decision.NSFW)
                .setCleanDecision(Decision.SAFE)
                .setModelFingerprint("model-1")
                .setTwinFingerprint("model-0")
                .setPerceptualKey(List.of("0:3fa9"))
                .setUpload(coordinates("images.uploaded", 3, 42))
                .setDetectedAt(NOON)
                .setContentSha256(SHA256)
                .build();
    }

    /** The same, by the entry of a list whose label is restricted. */
    public static Verdict restrictedVerdict() {
        return Verdict.newBuilder(verdict())
                .setListed(new ListMatch("example-list", "c".repeat(32), ListedHashKind.MD5, "A1", true, false))
                .setRestricted(true)
                .build();
    }

    /** The same, restricted. */
    public static ModerationDecision restrictedDecision() {
        return ModerationDecision.newBuilder(moderationDecision())
                .setRestricted(true)
                .build();
    }

    public static Reference reference() {
        return Reference.newBuilder()
                .setLabel("weapons")
                .setEmbedding(ByteBuffer.wrap(new byte[] {0, 0x3c, 0, 0}))
                .setSourceSha256(SHA256)
                .setNote("from the seed set")
                .setAddedBy("curator-1")
                .setApprovedBy("curator-2")
                .setAddedAt(NOON)
                .setDisabledUntil(NOON.plusSeconds(3600))
                .setLabelSource(LabelSource.HUMAN)
                .setVariants(List.of(new ReferenceVariant("border", ByteBuffer.wrap(new byte[] {0, 0, 0, 0x3c}))))
                .setListing(new Listing("example-list", "B2", true, NOON.plusSeconds(7200), true))
                .build();
    }

    public static Review review() {
        return Review.newBuilder()
                .setImageId("image-1")
                .setReviewer("moderator-7")
                .setDecision(Decision.SAFE)
                .setReason("a statue")
                .setAddToBank(true)
                .setAt(NOON)
                .setTenant("acme")
                .setContentSha256(SHA256)
                .setUpload(coordinates("images.uploaded", 3, 42))
                .setDecisionId("decision-1")
                .setLabels(List.of("statue"))
                .build();
    }

    public static AttackCampaign attackCampaign() {
        return AttackCampaign.newBuilder()
                .setCampaignId("campaign-1")
                .setKind(AttackKind.PROBING)
                .setMembers(List.of("image-1", "image-2"))
                .setUploaders(List.of("uploader-1"))
                .setPerceptualKey(List.of("0:3fa9"))
                .setWindowStart(NOON)
                .setWindowEnd(NOON.plusSeconds(600))
                .setSeverity(Severity.HIGH)
                .setState(CampaignState.CONFIRMED)
                .setTenant("acme")
                .setAnchor(new CampaignAnchor(AnchorType.FLAGGED_ENTRY, "00ff"))
                .setEvents(1_000)
                .setImages(990)
                .setUploaderCount(20)
                .setMembersBeyond(988)
                .setUploadersBeyond(19)
                .setLowestScore(0.1)
                .setHighestScore(0.4)
                .setMergedFrom(List.of("campaign-0"))
                .setAttempts(List.of(CampaignAttempt.newBuilder()
                        .setImageId("image-1")
                        .setUploaderId("uploader-1")
                        .setAt(NOON)
                        .setScore(0.2)
                        .setDecision(Decision.REVIEW)
                        .setKind(AttackKind.PROBING)
                        .setAngle(0.12)
                        .build()))
                .setRuledBy("sam")
                .setRuledAt(NOON.plusSeconds(900))
                .setNote("the same picture all along")
                .build();
    }

    public static CampaignRuling campaignRuling() {
        return CampaignRuling.newBuilder()
                .setRulingId("ruling-1")
                .setTenant("acme")
                .setCampaignId("campaign-1")
                .setRuling(Ruling.CONFIRM)
                .setNote("the same picture all along")
                .setBy("sam")
                .setSeen(List.of("0a1b"))
                .setAt(NOON)
                .build();
    }

    public static UploaderStats uploaderStats() {
        return UploaderStats.newBuilder()
                .setUploaderId("uploader-1")
                .setTenant("acme")
                .setWindowStart(NOON)
                .setWindowEnd(NOON.plusSeconds(600))
                .setImages(10)
                .setSafe(6)
                .setNsfw(2)
                .setReview(1)
                .setRefused(1)
                .setAudits(1)
                .setLastSeenAt(NOON.plusSeconds(599))
                .setWindow("24h")
                .setStrikes(2_500)
                .build();
    }

    public static ModerationDecision moderationDecision() {
        return ModerationDecision.newBuilder()
                .setTenant("acme")
                .setImageId("image-1")
                .setUploaderId("uploader-1")
                .setDecision(Decision.SAFE)
                .setReason(Reason.UNCERTAIN)
                .setLabels(List.of("statue"))
                .setScore(0.55)
                .setDecidedBy(new Decider(DeciderKind.REVIEWER, "moderator-7"))
                .setSince(NOON)
                .setDecisionId("decision-1")
                .setContentSha256(SHA256)
                .setUpload(coordinates("images.uploaded", 3, 42))
                .setUploadedAt(NOON.minusSeconds(60))
                .setVerdict(coordinates("moderation.verdicts", 3, 41))
                .setReplaced(new ReplacedDecision(
                        Decision.REVIEW, new Decider(DeciderKind.WORKER, "worker-1"), NOON.minusSeconds(58), SHA256))
                .build();
    }

    public static ImageEmbedding imageEmbedding() {
        return ImageEmbedding.newBuilder()
                .setImageId("image-1")
                .setTenant("acme")
                .setUploaderId("uploader-1")
                .setContentSha256(SHA256)
                .setUpload(coordinates("images.uploaded", 3, 42))
                .setModelFingerprint("model-1")
                .setPreprocessFingerprint("preprocess-1")
                .setDecision(Decision.REVIEW)
                .setScore(0.55)
                .setViews(List.of(new ViewEmbedding("whole", ByteBuffer.wrap(new byte[] {0, 0x3c, 0, 0}))))
                .setDecidingView("whole")
                .setDecidedAt(NOON)
                .build();
    }

    public static FlaggedContent flaggedContent() {
        return FlaggedContent.newBuilder()
                .setTenant("acme")
                .setEntryId("entry-1")
                .setExemptSha256(SHA256)
                .setModelFingerprint("model-1")
                .setEmbedding(ByteBuffer.wrap(new byte[] {0, 0x3c, 0, 0}))
                .setRadius(0.05)
                .setLabel("gore")
                .setConfirmed(true)
                .setContents(3)
                .setSince(NOON)
                .setNewest(NOON.plusSeconds(1))
                .build();
    }

    public static ImageReport imageReport() {
        return ImageReport.newBuilder()
                .setTenant("acme")
                .setImageId("image-1")
                .setContentSha256(SHA256)
                .setKind(ReportKind.APPEAL)
                .setReporter("uploader-1")
                .setWords("It is a statue.")
                .setAt(NOON)
                .setDuty(Duty.COMPLAINT)
                .build();
    }

    public static UploaderAction uploaderAction() {
        return UploaderAction.newBuilder()
                .setTenant("acme")
                .setUploaderId("uploader-1")
                .setLevel("restrict")
                .setPreviousLevel("warn")
                .setStrikes(5.5)
                .setAt(NOON)
                .setEnforcement(Enforcement.newBuilder()
                        .setActionId("0b0e7a0e-0000-4000-8000-000000000003")
                        .setAction(AccountAction.SUSPEND)
                        .setState(ActionState.LIFTED)
                        .setUntil(NOON)
                        .setBy("sara")
                        .setRule("repeated")
                        .setPolicyVersion(2L)
                        .setReason("It was a statue.")
                        .setGrounds(List.of(ActionGround.newBuilder()
                                .setImageId("image-1")
                                .setContentSha256(SHA256)
                                .setLabels(List.of("porn"))
                                .setDecidedBy("anna")
                                .setAt(NOON)
                                .setWeight(0.5)
                                .build()))
                        .build())
                .build();
    }

    public static Erasure erasure() {
        return Erasure.newBuilder()
                .setTenant("acme")
                .setSubject(Subject.IMAGE)
                .setId("image-1")
                .setBy("keeper-1")
                .setReason("asked for by the person shown")
                .setAt(NOON)
                .build();
    }

    public static Hold hold() {
        return Hold.newBuilder()
                .setTenant("acme")
                .setSubject(Subject.UPLOADER)
                .setId("uploader-1")
                .setBy("keeper-1")
                .setReason("a court's order")
                .setAt(NOON)
                .setReleasedBy("keeper-2")
                .setReleasedAt(NOON.plusSeconds(3600))
                .build();
    }

    public static ModerationPolicy moderationPolicy() {
        return ModerationPolicy.newBuilder()
                .setTenant("acme")
                .setRevision(7)
                .setInForce(policyDocument("policy-1"))
                .setShadow(policyDocument("policy-2"))
                .setHistory(List.of(PolicyDocument.newBuilder()
                        .setVersion("policy-0")
                        .setK(1)
                        .setTemperature(1)
                        .setFloor(-1)
                        .setFlag(1)
                        .setSafe(0)
                        .setLabels(Map.of())
                        .setMadeFor(new MadeFor("bank-0", "model-0", "preprocess-0"))
                        .setAuthor("curator-1")
                        .setProposedAt(NOON.minusSeconds(86_400))
                        .build()))
                .build();
    }

    private static PolicyDocument policyDocument(String version) {
        return PolicyDocument.newBuilder()
                .setVersion(version)
                .setK(11)
                .setTemperature(0.07)
                .setFloor(0.4)
                .setKnownSimilarity(0.98)
                .setFlag(0.7)
                .setSafe(0.3)
                .setLabels(Map.of(
                        "nsfw", new LabelRule(LabelAction.FLAG, 0.6, 0.2),
                        "weapons", new LabelRule(LabelAction.REVIEW, null, null)))
                .setUnfamiliar(UnfamiliarRule.HEAD)
                .setFlaggedClasses(List.of("Porn", "Hentai"))
                .setMadeFor(new MadeFor("bank-1", "model-1", "preprocess-1"))
                .setCalibration(Map.of("auroc", 0.99))
                .setAuthor("curator-1")
                .setProposedAt(NOON)
                .setApprover("curator-2")
                .setApprovedAt(NOON.plusSeconds(3600))
                .setNote("after the audit of January")
                .build();
    }

    private static Neighbour neighbour(String id, String label, float similarity) {
        return new Neighbour(id, label, similarity, null);
    }

    private static RecordCoordinates coordinates(String topic, int partition, long offset) {
        return new RecordCoordinates(topic, partition, offset);
    }
}
