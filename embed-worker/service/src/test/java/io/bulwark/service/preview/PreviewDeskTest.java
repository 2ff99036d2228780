package io.bulwark.service.preview;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bulwark.schemas.preview.HttpRefusal;
import io.bulwark.schemas.preview.PreviewQuestion;
import io.bulwark.schemas.preview.PreviewTokens;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.lifecycle.ThreadWatch;
import io.bulwark.service.preview.Previews.PreviewAnswer;
import io.bulwark.service.preview.Previews.PreviewAnswer.Refused;
import io.bulwark.service.preview.Previews.PreviewAnswer.Shown;
import io.bulwark.service.telemetry.RequestTimer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class PreviewDeskTest {

    private static final PreviewTokens TOKENS =
            new PreviewTokens("thirty-two characters and a few more", Clock.systemUTC());
    private static final String URI = new PreviewQuestion("images.uploaded", 0, 7, "ab".repeat(32), false).uri();
    private static final Shown SHOWN = new Shown(new byte[] {1}, 1);

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final List<PreviewAnswer> answers = new CopyOnWriteArrayList<>();

    @AutoClose
    private PreviewDesk desk;

    private void open(int atOnce, Function<PreviewQuestion, PreviewAnswer> previews) {
        desk = new PreviewDesk(
                TOKENS,
                TopicNames.UNPREFIXED,
                atOnce,
                previews,
                new ThreadWatch(NanoClock.SYSTEM),
                RequestTimer.ofPreviews(meters),
                NanoClock.SYSTEM);
    }

    private HttpRefusal kind(int answer) {
        await().until(() -> answers.size() > answer);
        return ((Refused) answers.get(answer)).kind();
    }

    @Test
    void uploadsOfAnotherPrefixAreNotShown() {
        open(1, question -> SHOWN);
        String other = new PreviewQuestion("acme.images.uploaded", 0, 7, "ab".repeat(32), false).uri();
        desk.ask(other, TOKENS.sign(other), answers::add);
        assertThat(kind(0)).isEqualTo(HttpRefusal.MALFORMED_QUESTION);
        assertThat(((Refused) answers.get(0)).detail()).contains("images.uploaded", "bulwark.topics.prefix");
    }

    @Test
    void whoHasATokenIsAnswered() {
        open(1, question -> SHOWN);
        desk.ask(URI, TOKENS.sign(URI), answers::add);
        await().until(() -> answers.equals(List.of(SHOWN)));
        assertThat(meters.get("bulwark.preview").tag("outcome", "shown").timer().count())
                .isEqualTo(1);
    }

    @Test
    void nothingIsReadWithoutAToken() {
        open(1, question -> {
            throw new AssertionError("it was read");
        });
        desk.ask(URI, null, answers::add);
        desk.ask(URI, TOKENS.sign(URI + "&frames=strip"), answers::add);
        assertThat(kind(0)).isEqualTo(HttpRefusal.NO_TOKEN);
        assertThat(kind(1)).isEqualTo(HttpRefusal.NO_TOKEN);
    }

    @Test
    void aSignedQuestionThatIsNoneIsMalformed() {
        open(1, question -> SHOWN);
        desk.ask("/preview/moderation.verdicts/0/0", TOKENS.sign("/preview/moderation.verdicts/0/0"), answers::add);
        assertThat(kind(0)).isEqualTo(HttpRefusal.MALFORMED_QUESTION);
    }

    @Test
    void beyondWhatIsReadAndWhatWaitsOthersAreToldToComeAgain() {
        CountDownLatch hanging = new CountDownLatch(1);
        open(1, question -> {
            try {
                hanging.await();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
            return SHOWN;
        });
        for (int i = 0; i < 3; i++) {
            desk.ask(URI, TOKENS.sign(URI), answers::add);
        }
        assertThat(kind(0)).isEqualTo(HttpRefusal.BUSY);
        hanging.countDown();
        await().until(() -> answers.size() == 3);
        assertThat(answers.subList(1, 3)).containsOnly(SHOWN);
    }

    @Test
    void whatBreaksIsAnAnswerAsWell() {
        open(1, question -> {
            throw new IllegalStateException("a defect");
        });
        desk.ask(URI, TOKENS.sign(URI), answers::add);
        assertThat(kind(0)).isEqualTo(HttpRefusal.BUSY);
        assertThat(((Refused) answers.get(0)).detail()).doesNotContain("defect");
    }
}
