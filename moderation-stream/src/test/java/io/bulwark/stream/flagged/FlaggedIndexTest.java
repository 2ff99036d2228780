package io.bulwark.stream.flagged;

import static io.bulwark.stream.flagged.Contents.NOON;
import static io.bulwark.stream.flagged.Contents.content;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FlaggedIndexTest {

    private final FlaggedIndex index =
            new FlaggedIndex(new FlaggedSettings(true, Duration.ofDays(30), 10, 3, Duration.ofDays(7)));

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
        var wide = new FlaggedIndex(new FlaggedSettings(true, Duration.ofDays(30), 10_000, 3, Duration.ofDays(7)));
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
        index.safe(exemption("b"), List.of());

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
        index.safe(exemption("near"), List.of(held.id()));

        assertThat(centres()).containsExactly("far");
    }

    @Test
    void anEntryThatAPersonConfirmedStays() {
        FlaggedMember confirmed = content("a", "u1", 0.5, 0, true);
        index.flag(confirmed);
        index.flag(content("b", 0.53, 1));
        index.safe(exemption("b"), List.of(confirmed.id()));

        assertThat(index.entries().values()).singleElement().satisfies(entry -> {
            assertThat(entry.contents()).isEqualTo(1);
            assertThat(entry.confirmed()).isTrue();
        });
    }

    @Test
    void nsfwByAPersonLiftsTheExemption() {
        index.safe(exemption("a"), List.of());
        index.drain();
        index.flag(content("a", "u1", 0.5, 5, true));

        assertThat(index.drain().exemptions()).containsEntry("sha-of-a", Optional.empty());
        assertThat(centres()).containsExactly("a");
    }

    @Test
    void whatIsPastItsRetentionGoes() {
        index.flag(content("old", 0.5, 0));
        index.flag(content("new", 1.5, 100));
        index.safe(exemption("a"), List.of());
        index.expire(NOON.plus(Duration.ofDays(30)).plusSeconds(50));

        assertThat(centres()).containsExactly("new");
        assertThat(index.drain().exemptions()).containsEntry("sha-of-a", Optional.empty());
    }

    @Test
    void whatIsForgottenLeavesNoExemptionEither() {
        index.safe(exemption("a"), List.of());
        index.drain();
        index.forget("a");

        assertThat(index.drain().exemptions()).containsEntry("sha-of-a", Optional.empty());
    }

    @Test
    void rowsThatCannotBeComparedNeverAre() {
        index.flag(new FlaggedMember("acme", "i", "s", "u1", "", false, NOON, "model-1", new byte[] {0, 0, 0, 0}));
        index.flag(new FlaggedMember("acme", "j", "s", "u1", "", false, NOON, "model-1", new byte[] {0, 0x3c}));
        index.flag(content("a", 0, 0));

        assertThat(centres()).containsExactlyInAnyOrder("j", "a");
    }

    private static Exemption exemption(String imageId) {
        return new Exemption("acme", imageId, "sha-of-" + imageId, NOON);
    }

    private List<String> centres() {
        return index.entries().values().stream()
                .map(entry -> entry.centre().imageId())
                .toList();
    }
}
