package io.bulwark.stream.topology;

import static io.bulwark.stream.testing.Samples.NOON;
import static io.bulwark.stream.testing.Samples.review;
import static io.bulwark.stream.testing.Samples.verdict;
import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.Decision;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.events.Verdict;
import org.junit.jupiter.api.Test;

class PrecedenceTest {

    private static final RecordCoordinates PLACE = new RecordCoordinates("moderation.verdicts", 3, 17L);

    @Test
    void ofTwoWorkersVerdictsTheLaterDecidedCounts() {
        assertThat(prevails(verdict("i").setDecidedAt(NOON.plusSeconds(1)), verdict("i")))
                .isTrue();
        assertThat(prevails(verdict("i").setDecidedAt(NOON.minusSeconds(1)), verdict("i")))
                .isFalse();
    }

    @Test
    void ofTwoDecidedAtTheSameTimeTheLaterInTheTopicCounts() {
        assertThat(prevails(verdict("i"), verdict("i"))).isTrue();
    }

    @Test
    void aPersonPrevailsOverAWorkerWhoeverDecidedLater() {
        Verdict.Builder early = review("i", Decision.SAFE).setDecidedAt(NOON.minusSeconds(60));
        assertThat(prevails(early, verdict("i"))).isTrue();
    }

    @Test
    void aWorkerThatDecidesTheSameContentAgainDoesNotUndoAReview() {
        Verdict.Builder replay = verdict("i").setDecidedAt(NOON.plusSeconds(3600));
        assertThat(prevails(replay, review("i", Decision.SAFE))).isFalse();
    }

    @Test
    void aLaterReviewReplacesAnEarlierOne() {
        assertThat(prevails(review("i", Decision.NSFW).setDecidedAt(NOON.plusSeconds(120)), review("i", Decision.SAFE)))
                .isTrue();
        assertThat(prevails(review("i", Decision.NSFW).setDecidedAt(NOON), review("i", Decision.SAFE)))
                .isFalse();
    }

    @Test
    void aVerdictThatNamesThePresentOneReplacesItWhoeverDecided() {
        Verdict.Builder appeal = verdict("i").setDecidedAt(NOON.minusSeconds(9)).setSupersedes(PLACE);
        assertThat(prevails(appeal, review("i", Decision.SAFE))).isTrue();
    }

    @Test
    void aVerdictThatNamesAnotherOneGainsNothingByIt() {
        var elsewhere = new RecordCoordinates("moderation.verdicts", 3, 16L);
        assertThat(prevails(verdict("i").setSupersedes(elsewhere), review("i", Decision.SAFE)))
                .isFalse();
    }

    @Test
    void anApprovalDoesNotCoverOtherContentUploadedLaterUnderTheSameId() {
        Verdict.Builder swapped = verdict("i")
                .setDecision(Decision.NSFW)
                .setContentSha256("other content")
                .setUpload(upload(9));
        assertThat(prevails(swapped, review("i", Decision.SAFE))).isTrue();
    }

    @Test
    void aReviewOfEarlierContentDoesNotTouchWhatWasUploadedSince() {
        Verdict.Builder since = verdict("i").setContentSha256("other content").setUpload(upload(9));
        assertThat(prevails(review("i", Decision.SAFE), since)).isFalse();
    }

    @Test
    void otherContentThatCouldNotBeFetchedAlsoEndsAnApproval() {
        Verdict.Builder refused = verdict("i")
                .setDecision(Decision.REFUSED)
                .setContentSha256(null)
                .setUpload(upload(9));
        assertThat(prevails(refused, review("i", Decision.SAFE))).isTrue();
    }

    @Test
    void theSameUploadDecidedAgainWithoutItsContentDoesNotUndoAReview() {
        Verdict.Builder refused = verdict("i").setDecision(Decision.REFUSED).setContentSha256(null);
        assertThat(prevails(refused, review("i", Decision.SAFE))).isFalse();
    }

    @Test
    void uploadsThatCannotBeComparedFollowTheTimeOfDecision() {
        Verdict.Builder other = verdict("i").setContentSha256("other content").setUpload(null);
        assertThat(prevails(other.setDecidedAt(NOON.plusSeconds(1)), verdict("i")))
                .isTrue();
        assertThat(prevails(other.setDecidedAt(NOON.minusSeconds(1)), verdict("i")))
                .isFalse();
    }

    @Test
    void contentThatNobodyKnowsIsTakenToBeTheSame() {
        Verdict unknown = verdict("i").setContentSha256(null).setUpload(null).build();
        assertThat(Precedence.sameContent(unknown, verdict("i").build())).isTrue();
    }

    private static boolean prevails(Verdict.Builder candidate, Verdict.Builder present) {
        return Precedence.prevails(candidate.build(), new StoredVerdict(present.build(), PLACE, NOON));
    }

    private static RecordCoordinates upload(long offset) {
        return new RecordCoordinates("images.uploaded", 0, offset);
    }
}
