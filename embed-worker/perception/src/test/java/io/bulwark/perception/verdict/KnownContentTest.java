package io.bulwark.perception.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.imaging.pdq.PdqHash;
import io.bulwark.imaging.pdq.PdqHash.PdqVariants;
import io.bulwark.imaging.preprocess.Pose;
import io.bulwark.perception.bank.Bank.ContentHashes;
import io.bulwark.perception.bank.Bank.HashMatch;
import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.perception.bank.LabelledEmbedding.ReferenceVariant;
import io.bulwark.perception.bank.MatrixBank;
import io.bulwark.perception.hash.ListedHash;
import io.bulwark.perception.hash.ListedHash.ListSource;
import io.bulwark.perception.hash.ListedHash.ListedFile;
import io.bulwark.perception.hash.ListedHash.ListedPicture;
import io.bulwark.perception.hash.Sha256;
import io.bulwark.perception.verdict.Judgement.Basis;
import io.bulwark.perception.verdict.Judgement.Doubt;
import io.bulwark.perception.verdict.Judgement.Outcome;
import io.bulwark.perception.verdict.PolicySettings.LabelRule;
import io.bulwark.perception.verdict.PolicySettings.LabelRule.Action;
import io.bulwark.perception.verdict.SeenImage.SeenView;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** One flagged reference among ten safe ones at cosine 0.95: the vote alone lets its copies pass. */
class KnownContentTest {

    private static final PolicySettings SETTINGS = PolicySettings.flagging(Set.of("weapons"));
    private static final Sha256 OTHER = Sha256.parse("ef".repeat(32));
    private static final Sha256 FILE = Sha256.parse("ab".repeat(32));

    private final List<LabelledEmbedding> references = new ArrayList<>();
    private final List<ListedHash> listed = new ArrayList<>();

    @AutoClose
    private MatrixBank bank;

    KnownContentTest() {
        references.add(new LabelledEmbedding("bad", "weapons", at(1, 0), Optional.of(FILE)));
        for (int i = 0; i < 10; i++) {
            references.add(new LabelledEmbedding("good-" + i, "flowers", at(0.95, i + 1)));
        }
    }

    @Test
    void aNearIdenticalCopyIsFlaggedWhateverTheVoteSays() {
        Judgement judgement = decide(SETTINGS, at(0.9999, 15), Optional.empty());

        assertThat(judgement.outcome()).isEqualTo(Outcome.NSFW);
        assertThat(judgement.basis()).isEqualTo(Basis.KNOWN_NEAR);
        assertThat(judgement.known()).contains(new Judgement.KnownCopy("bad", "weapons"));
        assertThat(judgement.decidingLabel()).contains("weapons");
        assertThat(judgement.score()).isEqualTo(1);
        assertThat(judgement.labels().get(0).label())
                .as("the vote, kept as evidence")
                .isEqualTo("flowers");
    }

    @Test
    void whatLooksLikeAVariantOfAReferenceIsNoCopyButVotes() {
        references.set(0, references.get(0).with(List.of(new ReferenceVariant("border", at(0.2, 13)))));
        Judgement judgement = decide(SETTINGS, at(0.2, 13), Optional.empty());

        assertThat(judgement.basis()).isEqualTo(Basis.BANK);
        assertThat(judgement.known()).isEmpty();
        assertThat(judgement.outcome()).isEqualTo(Outcome.NSFW);
    }

    @Test
    void aCopyIsOneWhereAVariantOfItsReferenceIsNearer() {
        float[] upload = at(0.9999, 15);
        references.set(0, references.get(0).with(List.of(new ReferenceVariant("text", upload))));

        Judgement judgement = decide(SETTINGS, upload, Optional.empty());

        assertThat(judgement.basis()).isEqualTo(Basis.KNOWN_NEAR);
        assertThat(judgement.known()).contains(new Judgement.KnownCopy("bad", "weapons"));
    }

    @Test
    void aHarmlessVariantClearsNoCopy() {
        float[] upload = at(0.9999, 15);
        references.set(1, references.get(1).with(List.of(new ReferenceVariant("corner", upload))));

        assertThat(decide(SETTINGS, upload, Optional.empty()).basis()).isEqualTo(Basis.KNOWN_NEAR);
    }

    @Test
    void aCopyIsFoundWhereMoreVariantsAreNearerThanVote() {
        float[] upload = at(0.9999, 15);
        for (int i = 0; i < 12; i++) {
            references.add(new LabelledEmbedding("near-" + i, "flowers", at(0.9, 3))
                    .with(List.of(new ReferenceVariant("corner", upload))));
        }

        assertThat(decide(SETTINGS, upload, Optional.empty()).basis()).isEqualTo(Basis.KNOWN_NEAR);
    }

    @Test
    void theSameFileIsFlaggedWhateverIsSeenOfIt() {
        Judgement judgement = decide(SETTINGS, at(0.5, 3), Optional.of(FILE));

        assertThat(judgement.outcome()).isEqualTo(Outcome.NSFW);
        assertThat(judgement.basis()).isEqualTo(Basis.KNOWN_SHA256);
        assertThat(judgement.known()).contains(new Judgement.KnownCopy("bad", "weapons"));
    }

    @Test
    void aSafeReferenceThatIsNearerStillLeavesItToTheVote() {
        float[] picture = at(0.9999, 15);
        references.add(new LabelledEmbedding("appealed", "flowers", picture));

        assertThat(decide(SETTINGS, picture, Optional.empty()).outcome()).isEqualTo(Outcome.SAFE);
    }

    /** The encoder cannot distinguish the two. */
    @Test
    void amongEqualsAHarmlessReferenceLeavesItToTheVote() {
        float[] picture = at(0.9999, 15);
        references.add(new LabelledEmbedding("b-safe", "flowers", picture));
        references.add(new LabelledEmbedding("a-bad", "weapons", picture));

        Judgement judgement = decide(SETTINGS, picture, Optional.empty());

        assertThat(judgement.known()).isEmpty();
        assertThat(judgement.basis()).isEqualTo(Basis.BANK);
    }

    @Test
    void amongFlaggedEqualsOneIsKnown() {
        float[] picture = at(0.9999, 15);
        references.add(new LabelledEmbedding("a-bad", "weapons", picture));
        references.add(new LabelledEmbedding("b-bad", "weapons", picture));

        assertThat(decide(SETTINGS, picture, Optional.empty()).known())
                .contains(new Judgement.KnownCopy("a-bad", "weapons"));
    }

    /** A black drawing that was flagged over a black ground, before such views were left out. */
    @Test
    void aPlainViewIsNoCopyAndNoVote() {
        Judgement alone = decide(SETTINGS, "plain-whole", at(0.9999, 15));

        assertThat(alone.outcome()).isEqualTo(Outcome.SAFE);
        assertThat(alone.basis()).isEqualTo(Basis.PLAIN);
        assertThat(alone.known()).isEmpty();
        assertThat(alone.labels()).isEmpty();
        assertThat(alone.turning()).isEqualTo(Turning.NONE);
    }

    @Test
    void aFileOfPlainViewsThatIsNotOfOneColourGoesToAPerson() {
        Judgement judgement = decide(SETTINGS, "plain-coarse-whole/black", at(0.9999, 15));

        assertThat(judgement.outcome()).isEqualTo(Outcome.REVIEW);
        assertThat(judgement.doubt()).contains(Doubt.PARTLY_SEEN);
    }

    @Test
    void aKnownFileIsKnownThoughItIsOfOneColour() {
        bank = MatrixBank.of("model", references, listed);
        SeenImage image = new SeenImage(
                "default",
                new ContentHashes(Optional.of(FILE), List.of()),
                List.of(new SeenView("plain-whole", at(0.5, 3), new float[0])));

        Judgement judgement = new Decider(List.of())
                .decide(bank, Policies.always(new VotingPolicy(SETTINGS)), image)
                .judgement();

        assertThat(judgement.basis()).isEqualTo(Basis.KNOWN_SHA256);
    }

    private Judgement decide(PolicySettings settings, String view, float[] embedding) {
        bank = MatrixBank.of("model", references, listed);
        SeenImage image =
                new SeenImage("default", ContentHashes.NONE, List.of(new SeenView(view, embedding, new float[0])));
        return new Decider(List.of())
                .decide(bank, Policies.always(new VotingPolicy(settings)), image)
                .judgement();
    }

    @Test
    void aCopyOfAReviewedLabelGoesToAPerson() {
        PolicySettings reviewing = SETTINGS.with(SETTINGS.thresholds(), Map.of("weapons", LabelRule.of(Action.REVIEW)));

        Judgement judgement = decide(reviewing, at(0.9999, 15), Optional.of(FILE));

        assertThat(judgement.outcome()).isEqualTo(Outcome.REVIEW);
        assertThat(judgement.doubt()).contains(Doubt.LABEL);
    }

    @Test
    void aSafeFileThatIsInTheBankIsDecidedByTheVote() {
        references.add(
                new LabelledEmbedding("good-file", "flowers", at(0.2, 12), Optional.of(Sha256.parse("cd".repeat(32)))));

        Judgement judgement = decide(SETTINGS, at(0.96, 3), Optional.of(Sha256.parse("cd".repeat(32))));

        assertThat(judgement.basis()).isEqualTo(Basis.BANK);
        assertThat(judgement.known()).isEmpty();
    }

    @Test
    void aReviewedReferenceThatIsNearerHidesNoFlaggedOne() {
        references.add(new LabelledEmbedding("art", "art", at(0.99999, 15)));
        PolicySettings reviewing = SETTINGS.with(SETTINGS.thresholds(), Map.of("art", LabelRule.of(Action.REVIEW)));

        Judgement judgement = decide(reviewing, at(0.9999, 15), Optional.empty());

        assertThat(judgement.outcome()).isEqualTo(Outcome.NSFW);
        assertThat(judgement.known()).contains(new Judgement.KnownCopy("bad", "weapons"));
    }

    @Test
    void aReviewedCopyDoesNotSoftenWhatTheVoteSays() {
        references.clear();
        float[] picture = at(0.9999, 15);
        references.add(new LabelledEmbedding("art", "art", picture));
        for (int i = 0; i < 10; i++) {
            references.add(new LabelledEmbedding("bad-" + i, "weapons", at(0.95, i + 1)));
        }
        PolicySettings reviewing = SETTINGS.with(SETTINGS.thresholds(), Map.of("art", LabelRule.of(Action.REVIEW)));

        assertThat(decide(reviewing, picture, Optional.empty()).outcome()).isEqualTo(Outcome.NSFW);
    }

    @Test
    void whatAHashListHasIsFlaggedUnlessThePolicyNamesItsLabel() {
        listed.add(new ListedFile(OTHER, "case-1", "csam"));

        Judgement judgement = decide(SETTINGS, at(0.96, 3), Optional.of(OTHER));

        assertThat(judgement.outcome()).isEqualTo(Outcome.NSFW);
        assertThat(judgement.margin()).isEqualTo(1);
        assertThat(judgement.known())
                .contains(new Judgement.KnownCopy(
                        "case-1", "csam", Optional.of(new ListSource("csam", Optional.empty(), false, false))));
        bank.close();
        PolicySettings ignoring = SETTINGS.with(SETTINGS.thresholds(), Map.of("csam", LabelRule.of(Action.IGNORE)));
        assertThat(decide(ignoring, at(0.96, 3), Optional.of(OTHER)).outcome()).isEqualTo(Outcome.SAFE);
    }

    @Test
    void ofOneHashOnSeveralListsTheGravestLabelCounts() {
        listed.add(new ListedFile(OTHER, "case-1", "art"));
        listed.add(new ListedFile(OTHER, "case-2", "csam"));
        PolicySettings reviewing = SETTINGS.with(SETTINGS.thresholds(), Map.of("art", LabelRule.of(Action.REVIEW)));

        assertThat(decide(reviewing, at(0.96, 3), Optional.of(OTHER)).outcome()).isEqualTo(Outcome.NSFW);
    }

    @Test
    void aTileThatIsACopyIsEnough() {
        bank = MatrixBank.of("model", references, listed);
        SeenImage image = new SeenImage(
                "default",
                ContentHashes.NONE,
                List.of(
                        new SeenView("whole", at(0.95, 3), new float[0]),
                        new SeenView("tile-1", at(0.9999, 15), new float[0])));

        Judgement judgement = new Decider(List.of())
                .decide(bank, Policies.always(new VotingPolicy(SETTINGS)), image)
                .judgement();

        assertThat(judgement.outcome()).isEqualTo(Outcome.NSFW);
        assertThat(judgement.worstView()).isEqualTo(1);
    }

    @Test
    void aListOfARestrictedLabelDecidesBeforeAnyOtherAndWhateverThePolicySays() {
        listed.add(new ListedFile(FILE, "case-1", "sealed"));
        listed.add(new ListedFile(FILE, "case-2", "art"));
        PolicySettings ignoring = SETTINGS.with(SETTINGS.thresholds(), Map.of("sealed", LabelRule.of(Action.IGNORE)));

        Judgement judgement = decide(ignoring, at(0.5, 3), Optional.of(FILE), List.of("sealed"));

        assertThat(judgement.outcome()).isEqualTo(Outcome.NSFW);
        assertThat(judgement.decidingLabel()).contains("sealed");
        bank.close();
        assertThat(decide(ignoring, at(0.5, 3), Optional.of(FILE)).decidingLabel())
                .as("where no label is restricted")
                .contains("weapons");
    }

    @Test
    void hashesAloneDecideForARestrictedLabelAndForNoOther() {
        listed.add(new ListedFile(OTHER, "case-1", "sealed"));
        listed.add(new ListedFile(FILE, "case-2", "art"));
        bank = MatrixBank.of("model", references, listed);
        Decider decider = new Decider(List.of(), List.of("sealed"));
        Policies policies = Policies.always(new VotingPolicy(SETTINGS));

        assertThat(decider.byRestrictedHash(HashMatch.Found.in(bank, ContentHashes.of(OTHER)), policies, "default"))
                .hasValueSatisfying(scored -> {
                    assertThat(scored.opinions()).isEmpty();
                    assertThat(scored.judgement().basis()).isEqualTo(Basis.KNOWN_SHA256);
                    assertThat(decider.isRestricted(scored.judgement())).isTrue();
                });
        assertThat(decider.byRestrictedHash(HashMatch.Found.in(bank, ContentHashes.of(FILE)), policies, "default"))
                .isEmpty();
    }

    /** What a person sees first is the stronger evidence. */
    @Test
    void ofTwoListedHashesTheExactOneIsNamed() {
        PdqHash look = PdqHash.parse("0f".repeat(32));
        listed.add(new ListedPicture(look, OptionalInt.empty(), "a-picture", "sealed"));
        listed.add(new ListedFile(OTHER, "b-file", "terror"));
        ContentHashes both = new ContentHashes(Optional.of(OTHER), List.of(looksLike(look)));

        assertThat(decide(SETTINGS, at(0.5, 3), both, List.of()).known())
                .hasValueSatisfying(copy -> assertThat(copy.referenceId()).isEqualTo("b-file"));
        bank.close();
        assertThat(decide(SETTINGS, at(0.5, 3), both, List.of("sealed")).known())
                .as("the restricted one all the same")
                .hasValueSatisfying(copy -> assertThat(copy.referenceId()).isEqualTo("a-picture"));
    }

    /** A harmless reference, or a list that the policy ignores, may not hide what designated staff have to see. */
    @Test
    void whatAnIgnoredFileLooksLikeIsFoundWhereItsLabelIsRestricted() {
        PdqHash look = PdqHash.parse("0f".repeat(32));
        listed.add(new ListedPicture(look, OptionalInt.empty(), "a-picture", "sealed"));
        listed.add(new ListedFile(OTHER, "b-file", "art"));
        PolicySettings ignoring = SETTINGS.with(SETTINGS.thresholds(), Map.of("art", LabelRule.of(Action.IGNORE)));
        ContentHashes both = new ContentHashes(Optional.of(OTHER), List.of(looksLike(look)));

        assertThat(decide(ignoring, at(0.5, 3), both, List.of("sealed")).decidingLabel())
                .contains("sealed");
        bank.close();
        assertThat(decide(ignoring, at(0.5, 3), both, List.of()).known()).isEmpty();
    }

    @Test
    void ofTwoRestrictedListsTheLabelThatIsConfiguredFirstIsNamed() {
        PdqHash look = PdqHash.parse("0f".repeat(32));
        listed.add(new ListedPicture(look, OptionalInt.empty(), "a-picture", "reported"));
        listed.add(new ListedFile(OTHER, "b-file", "adult"));
        ContentHashes both = new ContentHashes(Optional.of(OTHER), List.of(looksLike(look)));

        assertThat(decide(SETTINGS, at(0.5, 3), both, List.of("reported", "adult"))
                        .decidingLabel())
                .contains("reported");
        bank.close();
        assertThat(decide(SETTINGS, at(0.5, 3), both, List.of("adult", "reported"))
                        .decidingLabel())
                .contains("adult");
    }

    /** A search among a million pictures is made once, unless the lists changed since. */
    @Test
    void whatABankOfTheSameVersionFoundBeforeIsNotLookedForAgain() {
        bank = MatrixBank.of("model", references, listed);
        List<HashMatch> matches = List.of(new HashMatch("case-1", "csam", HashMatch.Kind.SHA256, true));

        assertThat(decided(new HashMatch.Found(bank.version(), matches)).decidingLabel())
                .contains("csam");
        assertThat(decided(new HashMatch.Found("another", matches)).known()).isEmpty();
    }

    private Judgement decided(HashMatch.Found found) {
        SeenImage image = new SeenImage(
                "default",
                ContentHashes.NONE,
                Optional.of(found),
                List.of(new SeenView("whole", at(0.5, 3), new float[0])));
        return new Decider(List.of())
                .decide(bank, Policies.always(new VotingPolicy(SETTINGS)), image)
                .judgement();
    }

    private static PdqVariants looksLike(PdqHash look) {
        Map<Pose, PdqHash> poses = new EnumMap<>(Pose.class);
        for (Pose pose : Pose.values()) {
            poses.put(pose, look);
        }
        return new PdqVariants(poses, 100);
    }

    private Judgement decide(PolicySettings settings, float[] embedding, Optional<Sha256> file) {
        return decide(settings, embedding, file, List.of());
    }

    private Judgement decide(
            PolicySettings settings, float[] embedding, Optional<Sha256> file, List<String> restricted) {
        return decide(settings, embedding, new ContentHashes(file, List.of()), restricted);
    }

    private Judgement decide(
            PolicySettings settings, float[] embedding, ContentHashes hashes, List<String> restricted) {
        bank = MatrixBank.of("model", references, listed);
        SeenImage image = new SeenImage("default", hashes, List.of(new SeenView("whole", embedding, new float[0])));
        return new Decider(List.of(), restricted)
                .decide(bank, Policies.always(new VotingPolicy(settings)), image)
                .judgement();
    }

    /** A unit row at that cosine to the first axis, leaning towards another. */
    private static float[] at(double cosine, int axis) {
        float[] row = new float[16];
        row[0] = (float) cosine;
        row[axis] += (float) Math.sqrt(1 - cosine * cosine);
        return row;
    }
}
