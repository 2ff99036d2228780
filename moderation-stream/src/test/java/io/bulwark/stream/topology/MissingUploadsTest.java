package io.bulwark.stream.topology;

import static io.bulwark.stream.testing.Samples.NOON;
import static io.bulwark.stream.testing.Samples.upload;
import static io.bulwark.stream.testing.Samples.verdict;
import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.RecordCoordinates;
import io.bulwark.stream.state.StoreNames;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class MissingUploadsTest extends TopologyTestCase {

    @Test
    void anUploadWithoutAnAnswerIsMissingOnceTheDeadlineIsPast() {
        rig.send(upload("i").build(), NOON);
        rig.advance(Duration.ofMinutes(14));
        assertThat(rig.missing).isZero();

        rig.advance(Duration.ofMinutes(2));
        assertThat(rig.missing).isEqualTo(1);
    }

    @Test
    void aVerdictAnswersItsUploadAndEarlierOnesOfTheImage() {
        rig.send(upload("i").build(), NOON);
        rig.send(upload("i").build(), NOON);
        rig.send(verdict("i").setUpload(at(1)));
        rig.advance(Duration.ofHours(1));

        assertThat(rig.missing).isZero();
        assertThat(rig.all(StoreNames.AWAITED)).isEmpty();
        assertThat(rig.all(StoreNames.AWAITED_AGES)).isEmpty();
    }

    @Test
    void aVerdictOnAnEarlierUploadDoesNotAnswerALaterOne() {
        rig.send(upload("i").build(), NOON);
        rig.send(upload("i").build(), NOON);
        rig.send(verdict("i").setUpload(at(0)));
        rig.advance(Duration.ofHours(1));

        assertThat(rig.missing).isEqualTo(1);
    }

    /** The two topics are read side by side, so the answer may come first. */
    @Test
    void anUploadThatIsReadAfterItsAnswerIsNotMissing() {
        rig.send(verdict("i").setUpload(at(0)));
        rig.send(upload("i").build(), NOON);
        rig.advance(Duration.ofHours(1));

        assertThat(rig.missing).isZero();
    }

    @Test
    void theAnswerToAnotherTenantsImageOfThatIdAnswersNothing() {
        rig.send(upload("i").build(), NOON);
        rig.send(verdict("i").setTenant("kids").setUpload(at(0)));
        rig.advance(Duration.ofHours(1));

        assertThat(rig.missing).isEqualTo(1);
    }

    /** A worker makes a dead letter of it, and its id may be as large as a picture. */
    @Test
    void anUploadWithAnIdThatIsNoneIsNotAwaited() {
        String huge = "x".repeat(2_000_000);
        rig.send(upload(huge).build(), NOON);
        rig.send(upload(" ").build(), NOON);
        rig.send(upload("i").setTenant(huge).build(), NOON);
        rig.send(upload("i").setUploaderId(huge).build(), NOON);

        assertThat(rig.all(StoreNames.AWAITED)).isEmpty();
    }

    @Test
    void anUploadWhoseRecordIsGoneIsGivenUp() {
        rig.send(upload("i").build(), NOON);
        rig.advance(Duration.ofDays(8));

        assertThat(rig.missing).isZero();
        assertThat(rig.all(StoreNames.AWAITED)).isEmpty();
    }

    private static RecordCoordinates at(long offset) {
        return new RecordCoordinates("images.uploaded", 0, offset);
    }
}
