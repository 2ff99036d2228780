package io.bulwark.lab.attack.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.cli.everyday.UploadFormat;
import io.bulwark.imaging.SamplingKey;
import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.imaging.preprocess.ViewPolicy;
import io.bulwark.lab.attack.SmallModeration;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.upload.FileModerator.StoredPng;
import io.bulwark.lab.attack.upload.UploadAttack.UploadedChange;
import io.bulwark.perception.flagged.FlaggedContents.FlaggedEntry;
import io.bulwark.perception.flagged.FlaggedIndex;
import io.bulwark.perception.flagged.NearFlagged;
import io.bulwark.perception.verdict.Judgement;
import io.bulwark.perception.verdict.Judgement.Outcome;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Uploads until something passes, at a small moderation with and without what it has flagged. */
class QueryAttackTest {

    /** So much may be changed that the attack cannot miss without the index. */
    private static final ThreatModel ANYTHING = ThreatModel.linf(1);

    @TempDir
    Path cache;

    @AutoClose
    private SmallModeration small;

    private byte[] original;
    private byte[] harmless;

    @BeforeEach
    void open() {
        small = new SmallModeration(cache, ViewPolicy.SQUASH);
        original = decided(true, Outcome.NSFW);
        harmless = decided(false, Outcome.SAFE);
    }

    @Test
    void withoutAnIndexSomethingPassesAndWithOneThatReachesItsStartNothingDoes() {
        assertThat(attack(small.moderator).byDecisions(original, List.of(harmless), false))
                .returns(true, QueryAttack.Outcome::passed);

        try (FlaggedIndex index = FlaggedIndex.of(
                Map.of("t", new FlaggedIndex.Contents(List.of(entry(original), entry(harmless)), Set.of())))) {
            FileModerator guarded = small.moderator.with(
                    new FileModerator.Flagged(index, new NearFlagged(0.99), SamplingKey.publicKey()));
            assertThat(guarded.decide(harmless).orElseThrow().outcome()).isEqualTo(Outcome.REVIEW);
            assertThat(attack(guarded).byDecisions(original, List.of(harmless), false))
                    .returns(false, QueryAttack.Outcome::passed);
        }
    }

    @Test
    void whatPassedIsTheFirstUploadThatIsSafeAndAllowed() {
        QueryAttack.Outcome outcome = attack(small.moderator).byDecisions(original, List.of(harmless), false);

        // The second: the first is the picture itself, and anything may be done to it.
        assertThat(outcome.queries()).isEqualTo(2);
        assertThat(small.moderator
                        .decide(StoredPng.of(outcome.upload()))
                        .orElseThrow()
                        .outcome())
                .isEqualTo(Outcome.SAFE);
        QueryAttack.Outcome bound = new QueryAttack(small.moderator, 40, ThreatModel.linf(1 / 255.0), 1)
                .byDecisions(original, List.of(harmless), false);
        assertThat(bound).returns(false, QueryAttack.Outcome::passed).returns(40L, QueryAttack.Outcome::queries);
    }

    @Test
    void whereNothingPassedTheLastUploadIsReturned() {
        ThreatModel threat = ThreatModel.linf(1 / 255.0);
        QueryAttack.Outcome outcome = new QueryAttack(small.moderator, 3, threat, 1).byScores(original, false);

        assertThat(outcome).returns(false, QueryAttack.Outcome::passed).returns(3L, QueryAttack.Outcome::queries);
        UprightPicture upload = outcome.upload();
        assertThat(small.moderator.decide(StoredPng.of(upload)).orElseThrow().outcome())
                .isNotEqualTo(Outcome.SAFE);
        UprightPicture clean = UploadedChange.original(small.moderator.decoder(), original);
        assertThat(upload.rgb()).isNotEqualTo(clean.rgb());
        assertThat(threat.verify(EightBits.planes(clean), EightBits.planes(upload), 1)
                        .holds())
                .isTrue();
    }

    @Test
    void aPictureIsDecidedLikeItsFileWithAndWithoutAnIndex() {
        try (FlaggedIndex index =
                FlaggedIndex.of(Map.of("t", new FlaggedIndex.Contents(List.of(entry(harmless)), Set.of())))) {
            FileModerator guarded = small.moderator.with(
                    new FileModerator.Flagged(index, new NearFlagged(0.99), SamplingKey.publicKey()));
            for (FileModerator moderator : List.of(small.moderator, guarded)) {
                List<UprightPicture> pictures = Stream.of(original, harmless)
                        .map(file -> UploadedChange.original(moderator.decoder(), file))
                        .toList();
                List<Judgement> together = moderator.decideStored(pictures);
                for (int i = 0; i < pictures.size(); i++) {
                    Judgement alone =
                            moderator.decideStored(List.of(pictures.get(i))).get(0);
                    assertThat(alone)
                            .isEqualTo(moderator
                                    .decide(StoredPng.of(pictures.get(i)))
                                    .orElseThrow());
                    assertThat(together.get(i).outcome()).isEqualTo(alone.outcome());
                    assertThat(together.get(i).score()).isCloseTo(alone.score(), within(1e-5));
                }
            }
            assertThat(guarded.decide(harmless).orElseThrow().outcome()).isEqualTo(Outcome.REVIEW);
        }
    }

    @Test
    void theScoresOfAnAttackThatSeesThemAreThePublishedOnes() {
        QueryAttack.Outcome outcome = attack(small.moderator).byScores(original, false);

        assertThat(outcome.queries()).isBetween(1L, 40L);
    }

    /** The first picture that is decided so. */
    private byte[] decided(boolean flagged, Outcome outcome) {
        return LongStream.range(0, 100)
                .mapToObj(seed -> new UploadFormat.Png().encode(SmallModeration.picture(40, 40, flagged, seed)))
                .filter(file -> small.moderator.decide(file).orElseThrow().outcome() == outcome)
                .findFirst()
                .orElseThrow();
    }

    private FlaggedEntry entry(byte[] file) {
        float[] centre = small.moderator.result(file).orElseThrow().deciding();
        return new FlaggedEntry("e-" + Arrays.hashCode(file), Optional.empty(), centre, 0);
    }

    private static QueryAttack attack(FileModerator moderator) {
        return new QueryAttack(moderator, 40, ANYTHING, 1);
    }
}
