package io.bulwark.service.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.Decision;
import io.bulwark.events.DecisionBasis;
import io.bulwark.events.ImageLocation;
import io.bulwark.events.ImageUploaded;
import io.bulwark.events.ListMatch;
import io.bulwark.events.ListedHashKind;
import io.bulwark.events.Reason;
import io.bulwark.events.Verdict;
import io.bulwark.imaging.SamplingKey;
import io.bulwark.imaging.pdq.PdqHash;
import io.bulwark.imaging.pdq.PdqHash.PdqVariants;
import io.bulwark.imaging.preprocess.Pose;
import io.bulwark.imaging.preprocess.View;
import io.bulwark.imaging.process.PictureReader.PictureRead;
import io.bulwark.perception.audit.AuditSample;
import io.bulwark.perception.bank.Bank;
import io.bulwark.perception.bank.BankBuilder;
import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.perception.flagged.FlaggedContents.FlaggedEntry;
import io.bulwark.perception.flagged.FlaggedIndex;
import io.bulwark.perception.flagged.NearFlagged;
import io.bulwark.perception.hash.FileDigest;
import io.bulwark.perception.hash.ListedHash;
import io.bulwark.perception.hash.ListedHash.ListSource;
import io.bulwark.perception.hash.ListedHash.ListedDigest;
import io.bulwark.perception.hash.ListedHash.ListedFile;
import io.bulwark.perception.hash.ListedHash.ListedPicture;
import io.bulwark.perception.hash.Sha256;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.service.fetch.ImageSources;
import io.bulwark.service.follow.FlaggedTopic.FlaggedSnapshot;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.lifecycle.Readiness;
import io.bulwark.service.testing.SampleUploads;
import io.bulwark.service.testing.TestConfig;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a worker leaves of a file that a list of a restricted label has. The files are single grey pixels. */
class RestrictedPipelineTest extends PipelineFixture {

    private static final String LIST = "example-industry";
    private static final byte[] GREY = {70};
    private static final byte LOOKS_LIKE = 33;
    private static final PdqHash LOOK = PdqHash.parse("0f".repeat(32));

    @TempDir
    Path folder;

    @Test
    void a_listed_file_leaves_a_verdict_that_names_the_list_and_nothing_made_of_the_picture() {
        auditSample = new AuditSample(1, SamplingKey.publicKey());
        startRestricted();
        publish(md5(GREY));
        int before = encoders.get(0).batches.get();

        Outcome.Answered answered = answered(submit(upload("listed", 70)));

        assertThat(encoders.get(0).batches).hasValue(before);
        Verdict verdict = answered.verdict();
        assertThat(verdict)
                .returns(Decision.NSFW, Verdict::getDecision)
                .returns(Reason.KNOWN, Verdict::getReason)
                .returns(true, Verdict::getRestricted)
                .returns("sealed", Verdict::getDecidingLabel)
                .returns(DecisionBasis.KNOWN_MD5, Verdict::getBasis)
                .returns(new ListMatch(LIST, "42-image1", ListedHashKind.MD5, "A1", true, false), Verdict::getListed)
                .returns(Sha256.digest(GREY).hex(), Verdict::getContentSha256)
                .returns(null, Verdict::getShadowDecision)
                .returns(null, Verdict::getFlaggedOffsets)
                .returns(null, Verdict::getCleanTwinScore);
        assertThat(verdict.getViews()).isEmpty();
        assertThat(verdict.getPerceptualKey()).isEmpty();
        assertThat(verdict.getLabels()).isEmpty();
        assertThat(answered.audits()).isEmpty();
        assertThat(answered.embedding()).isEmpty();
    }

    @Test
    void a_file_that_no_list_has_leaves_its_embedding_as_before() {
        startRestricted();
        publish(md5(GREY));

        Outcome.Answered answered = answered(submit(upload("other", 71)));

        assertThat(answered.verdict().getRestricted()).isFalse();
        assertThat(answered.verdict().getListed()).isNull();
        assertThat(answered.embedding()).isPresent();
    }

    @Test
    void a_listed_file_is_answered_though_it_cannot_be_decoded() {
        startRestricted();
        publish(md5(new byte[] {BREAK}));

        assertThat(verdict(submit(upload("broken", BREAK))))
                .returns(Decision.NSFW, Verdict::getDecision)
                .returns(true, Verdict::getRestricted);
    }

    @Test
    void a_listed_file_is_found_though_it_killed_workers_and_it_is_not_decoded_again() {
        startRestricted();
        publish(md5(new byte[] {HANG}));
        UploadInFlight poison = flight(upload("poison", HANG));
        pipeline.refusePoison(poison);

        assertThat(verdict(poison))
                .returns(Decision.NSFW, Verdict::getDecision)
                .returns(true, Verdict::getRestricted)
                .returns(Sha256.digest(new byte[] {HANG}).hex(), Verdict::getContentSha256);
    }

    @Test
    void a_listed_file_at_a_location_is_found_though_it_killed_workers() throws IOException {
        sources = atFolder(Map.of());
        startRestricted();
        publish(sha256(new byte[] {HANG}, "sealed", true));
        UploadInFlight poison = flight(event(located(HANG)));
        pipeline.refusePoison(poison);

        assertThat(verdict(poison)).returns(true, Verdict::getRestricted);
        assertThat(sources.memoryBytes()).isZero();
    }

    @Test
    void poison_that_no_list_has_or_that_cannot_be_fetched_is_refused() throws IOException {
        sources = atFolder(Map.of());
        startRestricted();
        publish(md5(GREY));
        String gone = folder.resolve("gone").toUri().toString();
        for (byte[] upload :
                List.of(upload("inline", HANG), event(located(HANG)), event(new ImageLocation(gone, null, null)))) {
            UploadInFlight poison = flight(upload);
            pipeline.refusePoison(poison);
            assertThat(verdict(poison))
                    .returns(Decision.REFUSED, Verdict::getDecision)
                    .returns(Reason.POISON, Verdict::getReason)
                    .returns(false, Verdict::getRestricted);
        }
        assertThat(sources.memoryBytes()).isZero();
    }

    /** Its event was read, so it has a verdict. */
    @ParameterizedTest
    @ValueSource(strings = {"known", "knowsDigests"})
    void poison_that_cannot_be_compared_with_lists_is_refused(String broken) throws IOException {
        sources = atFolder(Map.of());
        startRestricted();
        for (Throwable failure : List.of(new IllegalStateException("a bug"), new StackOverflowError())) {
            shelf.put(bankThatFails(broken, failure), new Readiness.Usable("a bank with a bug"));
            for (byte[] upload : List.of(upload("inline", HANG), event(located(HANG)))) {
                UploadInFlight poison = flight(upload);
                pipeline.refusePoison(poison);
                assertThat(verdict(poison))
                        .returns(Decision.REFUSED, Verdict::getDecision)
                        .returns(Reason.POISON, Verdict::getReason);
            }
        }
        assertThat(sources.memoryBytes()).isZero();
    }

    private static Bank bankThatFails(String method, Throwable failure) {
        Bank bank = bank("brightness");
        return (Bank) Proxy.newProxyInstance(
                Bank.class.getClassLoader(), new Class<?>[] {Bank.class}, (proxy, called, arguments) -> {
                    if (called.getName().equals(method)) {
                        throw failure;
                    }
                    return called.invoke(bank, arguments);
                });
    }

    @Test
    void a_listed_file_at_a_location_is_found_though_it_cannot_be_decoded() throws IOException {
        sources = atFolder(Map.of());
        startRestricted();
        publish(md5(new byte[] {KILL}));

        assertThat(verdict(submit(event(located(KILL))))).returns(true, Verdict::getRestricted);
    }

    /** It arrived, so it is known what it is. */
    @ParameterizedTest
    @EnumSource(
            value = Reason.class,
            names = {"CHECKSUM_MISMATCH", "SIZE_MISMATCH", "TOO_LARGE"})
    void a_listed_file_is_found_though_it_is_refused_before_it_is_decoded(Reason reason) throws IOException {
        sources = atFolder(Map.of("bulwark.fetch.max-bytes", "4"));
        startRestricted();
        byte[] file = {GREY[0], 1, 2, 3, 4};
        byte[] listed = reason == Reason.TOO_LARGE ? file : GREY;
        byte[] upload = reason == Reason.TOO_LARGE
                ? upload("large", GREY[0], 1, 2, 3, 4)
                : event(new ImageLocation(
                        located(GREY[0]).getUri(),
                        reason == Reason.CHECKSUM_MISMATCH ? "0".repeat(64) : null,
                        reason == Reason.SIZE_MISMATCH ? 2L : null));
        assertThat(verdict(submit(upload))).returns(reason, Verdict::getReason);
        publish(md5(listed));

        assertThat(verdict(submit(upload)))
                .returns(true, Verdict::getRestricted)
                .returns(Sha256.digest(listed).hex(), Verdict::getContentSha256);
        assertThat(sources.memoryBytes()).isZero();
    }

    /** It cannot be known to be on no list. */
    @Test
    void a_file_that_no_bank_can_be_asked_for_comes_again_and_nothing_is_made_of_it() {
        startRestricted();
        int before = encoders.get(0).batches.get();
        shelf.close();

        assertThat(outcome(submit(upload("early", 70)))).isInstanceOf(Outcome.TryLater.class);
        assertThat(encoders.get(0).batches).hasValue(before);
    }

    /** Its bytes would lie on a second topic. */
    @Test
    void a_listed_file_of_many_views_is_not_deferred() {
        deferrableBytes = 1 << 20;
        startRestricted();
        publish(md5(new byte[] {CROWD}));

        assertThat(verdict(submit(upload("crowd", CROWD))).getRestricted()).isTrue();
    }

    /** Found once it is decoded, and before anything else is made of it. */
    @Test
    void a_picture_that_looks_like_a_listed_one_leaves_nothing_and_is_not_deferred() {
        deferrableBytes = 1 << 20;
        startRestricted();
        String id = LOOK.hex() + "/" + LIST + "/7";
        publish(new ListedPicture(LOOK, OptionalInt.empty(), id, "sealed", source(true)));
        int before = encoders.get(0).batches.get();

        Outcome.Answered answered = answered(submit(upload("alike", LOOKS_LIKE)));

        assertThat(answered.verdict())
                .returns(true, Verdict::getRestricted)
                .returns(DecisionBasis.KNOWN_PDQ, Verdict::getBasis)
                .returns(new ListMatch(LIST, "7", ListedHashKind.PDQ, "A1", true, false), Verdict::getListed);
        assertThat(answered.embedding()).isEmpty();
        assertThat(encoders.get(0).batches).hasValue(before);
    }

    /** One file has a picture of many views that PDQ knows. */
    @Override
    PictureRead read(byte[] file, boolean hashes) {
        if (file[0] != LOOKS_LIKE) {
            return super.read(file, hashes);
        }
        Map<Pose, PdqHash> poses = new EnumMap<>(Pose.class);
        for (Pose pose : Pose.values()) {
            poses.put(pose, LOOK);
        }
        List<View> views = List.of(new View("frame-0/sampled-whole", new byte[] {1, 1, 1}));
        return new PictureRead.Seen(
                views, views, List.of(new PdqVariants(poses, 100)), Optional.empty(), Duration.ZERO, Duration.ZERO);
    }

    /** The list came after the file was read: the encoder has seen it, and all the same nothing is left. */
    @Test
    void a_list_that_arrives_while_the_file_is_on_its_way_restricts_it() {
        auditSample = new AuditSample(1, SamplingKey.publicKey());
        flagged = Optional.of(new NearFlagged(0.95));
        flaggedShelf.put(
                new FlaggedSnapshot(
                        FlaggedIndex.of(Map.of(
                                "default",
                                new FlaggedIndex.Contents(
                                        List.of(new FlaggedEntry(
                                                "entry-1",
                                                Optional.of("gore"),
                                                BrightnessEncoder.embedding(BrightnessEncoder.WAIT),
                                                0.01)),
                                        Set.of()))),
                        Map.of("0", 17L)),
                new Readiness.Usable("one entry"));
        startRestricted();
        int before = encoders.get(0).batches.get();
        UploadInFlight flight = submit(upload("late", BrightnessEncoder.WAIT));
        Awaitility.await().until(() -> encoders.get(0).batches.get() > before);
        publish(sha256(new byte[] {BrightnessEncoder.WAIT}, "sealed", true));
        mayEmbed.countDown();

        Outcome.Answered answered = answered(flight);
        assertThat(answered.verdict())
                .returns(true, Verdict::getRestricted)
                .returns(ListedHashKind.SHA256, verdict -> verdict.getListed().getHash());
        assertThat(answered.verdict().getViews()).isEmpty();
        assertThat(answered.audits()).isEmpty();
        assertThat(answered.embedding()).isEmpty();
    }

    @Test
    void a_list_of_another_label_is_named_and_its_evidence_stays() {
        startRestricted();
        publish(sha256(GREY, "leaked", false));

        Outcome.Answered answered = answered(submit(upload("listed", 70)));

        assertThat(answered.verdict())
                .returns(Decision.NSFW, Verdict::getDecision)
                .returns(false, Verdict::getRestricted)
                .returns(
                        new ListMatch(LIST, "42-image1", ListedHashKind.SHA256, "A1", false, true), Verdict::getListed);
        assertThat(answered.verdict().getViews()).isNotEmpty();
        assertThat(answered.embedding()).isPresent();
    }

    private ImageSources atFolder(Map<String, String> more) {
        var settings = new HashMap<>(more);
        settings.put("bulwark.fetch.file-root", folder.toString());
        return ImageSources.of(TestConfig.of(settings).fetch(), NanoClock.SYSTEM);
    }

    private ImageLocation located(byte file) throws IOException {
        Path written = Files.write(folder.resolve("file-" + file), new byte[] {file});
        return new ImageLocation(written.toUri().toString(), null, null);
    }

    private static byte[] event(ImageLocation location) {
        return new EventSerializer<>(ImageUploaded.class)
                .serialize("images.uploaded", SampleUploads.of("located", location, Map.of()));
    }

    private void startRestricted() {
        restricted = List.of("sealed");
        start(1);
    }

    private static ListedHash md5(byte[] file) {
        FileDigest digest = FileDigest.of(FileDigest.Kind.MD5, file);
        return new ListedDigest(digest, digest.hex() + "/" + LIST + "/42-image1", "sealed", source(true));
    }

    private static ListedHash sha256(byte[] file, String label, boolean verified) {
        Sha256 digest = Sha256.digest(file);
        return new ListedFile(digest, digest.hex() + "/" + LIST + "/42-image1", label, source(verified));
    }

    private static Optional<ListSource> source(boolean verified) {
        return Optional.of(new ListSource(LIST, Optional.of("A1"), verified, !verified));
    }

    private void publish(ListedHash entry) {
        float[] bright = BrightnessEncoder.embedding(255);
        try (BankBuilder builder = new BankBuilder("brightness", bright.length, Clock.systemUTC())) {
            builder.put(new LabelledEmbedding("bright", "nsfw", bright));
            builder.put(new LabelledEmbedding("dark", "safe", BrightnessEncoder.embedding(0)));
            builder.put(entry.id(), entry, Instant.MIN);
            shelf.put(builder.snapshot(), new Readiness.Usable("two references and a list"));
        }
    }
}
