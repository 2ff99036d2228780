package io.bulwark.stream.flagged;

import static io.bulwark.stream.flagged.Contents.NOON;
import static io.bulwark.stream.flagged.Contents.content;
import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.stream.flagged.EntryMerger.FlaggedEntry;
import io.bulwark.stream.flagged.FlaggedChange.Exemption;
import io.bulwark.stream.flagged.FlaggedChange.FlaggedMember;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FlaggedIndexTest {

    private final FlaggedIndex index =
            new FlaggedIndex(new FlaggedProcessor.Settings(true, Duration.ofDays(30), 10, 3, Duration.ofDays(7)));

    @Test
    void nearDuplicatesAreOneEntryAsWideAsTheFarthest() {
        index.flag(content("a", 0.5, 0));
        index.flag(content("b", 0.53, 1));
        index.flag(content("c", 0.45, 2));

        assertThat(index.entries().values()).singleElement().satisfies(entry -> {
            assertThat(entry.centre().imageId()).isEqualTo("a");
            assertThat(entry.contents()).isEqualTo(3);
            assertThat(entry.radius()).isBetween(0.048, 0.052);
            assertThat(entry.newest()).isEqualTo(NOON.plusSeconds(2));
        });
    }

    @Test
    void aCentreThatGoesLeavesItsNearDuplicatesBehind() {
        index.flag(content("a", 0.5, 0));
        index.flag(content("b", 0.58, 1));
        index.flag(content("c", 0.42, 2));
        index.forget("a");

        assertThat(centres()).containsExactlyInAnyOrder("b", "c");
    }

    @Test
    void anUploaderHasTheNewestOfTheirOwnAndNoOthersAreMoved() {
        index.flag(content("other", "u2", 3, 0, false));
        for (int i = 0; i < 6; i++) {
            index.flag(content("mine-" + i, 0.3 * i, 10 + i));
        }
        index.flag(content("confirmed", "u1", 2.5, 1, true));

        assertThat(centres()).containsExactlyInAnyOrder("other", "mine-3", "mine-4", "mine-5", "confirmed");
    }

    @Test
    void beyondTheCapTheOldestGoThatNoPersonConfirmed() {
        index.flag(content("confirmed", "u0", 0, 0, true));
        for (int i = 1; i < 15; i++) {
            index.flag(content("i" + i, "u" + i, 0.2 * i, i, false));
        }

        assertThat(centres()).hasSize(10).contains("confirmed", "i14", "i6").doesNotContain("i5");
    }

    @Test
    void manyCopiesOfOnePictureDoNotDriveOutTheOthers() {
        var wide = new FlaggedIndex(
                new FlaggedProcessor.Settings(true, Duration.ofDays(30), 10_000, 3, Duration.ofDays(7)));
        for (int i = 0; i < 3 * FlaggedIndex.MOST_OF_ENTRY; i++) {
            wide.flag(content("copy-" + i, "u" + i, 0.5, i, false));
        }

        assertThat(wide.entries().values()).singleElement().satisfies(entry -> {
            assertThat(entry.contents()).isEqualTo(FlaggedIndex.MOST_OF_ENTRY);
            assertThat(entry.centre().imageId()).isEqualTo("copy-0");
        });
    }

    @Test
    void safeByAPersonRemovesTheEntryThatItIsPartOfAndExemptsTheFile() {
        index.flag(content("a", 0.5, 0));
        index.flag(content("b", 0.53, 1));
        index.safe(safe("b"));

        assertThat(index.entries()).isEmpty();
        index.flag(content("b", 0.53, 5));
        assertThat(index.entries()).isEmpty();
        index.flag(content("a", 0.5, 6));
        assertThat(centres()).containsExactly("a");
    }

    @Test
    void safeByAPersonRemovesTheEntryThatHeldItBack() {
        FlaggedMember held = content("a", 0.5, 0);
        index.flag(held);
        index.flag(content("far", 2, 0));
        index.safe(safe("near", held.id()));

        assertThat(centres()).containsExactly("far");
    }

    @Test
    void safeOnTheOldestOfAnEntryRemovesWhatWasMergedIntoIt() {
        index.flag(content("a", 0.5, 0));
        index.flag(content("b", 0.53, 1));
        index.flag(content("c", 0.45, 2));
        index.safe(safe("a"));

        assertThat(index.entries()).isEmpty();
    }

    @Test
    void safeOnWhatAPersonConfirmedAloneRemovesItsEntry() {
        index.flag(content("a", "u1", 0.5, 0, true));
        index.flag(content("b", 0.53, 1));
        index.safe(safe("a"));

        assertThat(index.entries()).isEmpty();
    }

    /** The name is that of the entry as the image was uploaded. */
    @Test
    void safeRemovesTheEntryThatHoldsTheImageNowIfTheOneThatHeldItIsNoMore() {
        FlaggedMember centre = content("a", 0.5, 0);
        index.flag(centre);
        index.flag(content("b", 0.53, 1));
        index.flag(content("far", 2, 2));
        index.forget("a");
        assertThat(centres()).containsExactlyInAnyOrder("b", "far");
        index.safe(safe("near", 0.7, 0.2, centre.id()));

        assertThat(centres()).containsExactly("far");
    }

    @Test
    void safeRemovesTheEntryThatTheOneThatHeldItBackIsPartOfNow() {
        FlaggedMember centre = content("b", 0.53, 5);
        index.flag(centre);
        index.flag(content("a", 0.5, 0));
        assertThat(centres()).containsExactly("a");
        index.safe(safe("near", 3, 0.2, centre.id()));

        assertThat(index.entries()).isEmpty();
    }

    /** An uploader who sends the same file again makes the decision be told again. */
    @Test
    void aPersonsNsfwFromBeforeTheirSafeDoesNotLiftTheExemption() {
        index.safe(safe("a"));
        index.flag(content("a", "u1", 0.5, 10, true));

        assertThat(index.entries()).isEmpty();
        index.flag(content("a", "u1", 0.5, 11, true));
        assertThat(centres()).containsExactly("a");
    }

    @Test
    void noEntryHasTooManyContentsWhereACentreThatGoesLeavesItsOwnToOthers() {
        var wide = new FlaggedIndex(
                new FlaggedProcessor.Settings(true, Duration.ofDays(30), 10_000, 300, Duration.ofDays(7)));
        wide.flag(content("left", 0.45, 0));
        wide.flag(content("right", 0.6, 1));
        for (int i = 0; i < 45; i++) {
            wide.flag(content("of-left-" + i, 0.51, 10 + i));
            wide.flag(content("of-right-" + i, 0.61, 100 + i));
        }
        wide.drain();
        wide.forget("left");
        wide.drain();

        assertThat(wide.entries().values())
                .extracting(FlaggedEntry::contents)
                .allSatisfy(contents -> assertThat(contents).isLessThanOrEqualTo(FlaggedIndex.MOST_OF_ENTRY));
    }

    /** Every person's SAFE exempts its file, and most were held back by nothing. */
    @Test
    void exemptionsThatNothingNeededGoFirst() {
        index.exempt(new Exemption("acme", "held", "sha-of-held", NOON, true));
        for (int i = 0; i < 12; i++) {
            index.exempt(new Exemption("acme", "i" + i, "sha-of-" + i, NOON.plusSeconds(i), false));
        }

        assertThat(index.drain().exemptions())
                .containsEntry("sha-of-0", Optional.empty())
                .containsEntry("sha-of-2", Optional.empty())
                .hasEntrySatisfying("sha-of-3", kept -> assertThat(kept).isPresent())
                .hasEntrySatisfying("sha-of-held", kept -> assertThat(kept).isPresent());
    }

    @Test
    void anEntryThatAPersonConfirmedStays() {
        FlaggedMember confirmed = content("a", "u1", 0.5, 0, true);
        index.flag(confirmed);
        index.flag(content("b", 0.53, 1));
        index.safe(safe("b", confirmed.id()));

        assertThat(index.entries().values()).singleElement().satisfies(entry -> {
            assertThat(entry.contents()).isEqualTo(1);
            assertThat(entry.confirmed()).isTrue();
        });
    }

    @Test
    void nsfwByAPersonLiftsTheExemption() {
        index.safe(safe("a"));
        index.drain();
        index.flag(content("a", "u1", 0.5, 15, true));

        assertThat(index.drain().exemptions()).containsEntry("sha-of-a", Optional.empty());
        assertThat(centres()).containsExactly("a");
    }

    @Test
    void whatIsPastItsRetentionGoes() {
        index.flag(content("old", 0.5, 0));
        index.flag(content("new", 1.5, 100));
        index.safe(safe("a"));
        index.expire(NOON.plus(Duration.ofDays(30)).plusSeconds(50));

        assertThat(centres()).containsExactly("new");
        assertThat(index.drain().exemptions()).containsEntry("sha-of-a", Optional.empty());
    }

    @Test
    void whatIsForgottenLeavesNoExemptionEither() {
        index.safe(safe("a"));
        index.drain();
        index.forget("a");

        assertThat(index.drain().exemptions()).containsEntry("sha-of-a", Optional.empty());
    }

    @Test
    void rowsThatCannotBeComparedNeverAre() {
        index.flag(new FlaggedMember(
                "acme", "i", "s", "whole", "u1", "", "model-1", false, false, NOON, new byte[] {0, 0, 0, 0}));
        index.flag(new FlaggedMember(
                "acme", "j", "s", "whole", "u1", "", "model-1", false, false, NOON, new byte[] {0, 0x3c}));
        index.flag(content("a", 0, 0));

        assertThat(centres()).containsExactlyInAnyOrder("j", "a");
    }

    private static FlaggedChange.Safe safe(String imageId, String... heldBackBy) {
        return safe(imageId, 2, 0, heldBackBy);
    }

    private static FlaggedChange.Safe safe(String imageId, double angle, double bound, String... heldBackBy) {
        return new FlaggedChange.Safe(
                new Exemption("acme", imageId, "sha-of-" + imageId, NOON.plusSeconds(10), true),
                List.of(heldBackBy),
                "model-1",
                Contents.row(angle),
                bound);
    }

    private List<String> centres() {
        return index.entries().values().stream()
                .map(entry -> entry.centre().imageId())
                .toList();
    }
}
